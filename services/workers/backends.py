"""What a model backend offers to a worker, and how settings name one."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInputError
from services.inference.models import EmbedRole, Priority
from services.inference.protocol import GeneratePayload


class EmbedBackend(Protocol):
    """An encoder."""

    async def embed(
        self, texts: Sequence[str], *, role: EmbedRole, priority: Priority
    ) -> NDArray[np.float32]:
        """Embed off the event loop, which has leases to renew.

        Args:
            texts: One or more.
            role: Question or passage.
            priority: Of the job; between two small batches an urgent job goes first.

        Returns:
            Shape (len(texts), d), float32, rows of length 1.

        Raises:
            ModelError: The model refused the input.
        """
        ...

    async def close(self) -> None:
        """Free the model."""
        ...


class GenerateBackend(Protocol):
    """A text generator."""

    def generate(self, payload: GeneratePayload) -> AsyncGenerator[str, None]:
        """Stream pieces; put together they are the text. Closing it ends the work at once.

        Raises:
            UnavailableError: The backend is down or refuses us.
            ModelError: It failed on this prompt.
        """
        ...

    async def close(self) -> None:
        """Free the model."""
        ...


EmbedFactory = Callable[[str], Awaitable[EmbedBackend]]
GenerateFactory = Callable[[str], Awaitable[GenerateBackend]]


class BackendRegistry:
    """The known backends: a setting ``kind:name`` opens one."""

    def __init__(self) -> None:
        self._embed: dict[str, EmbedFactory] = {}
        self._generate: dict[str, GenerateFactory] = {}

    def add_embed(self, backend_kind: str, factory: EmbedFactory) -> None:
        """Let ``factory`` open encoders by the part after ``backend_kind:``."""
        self._embed[backend_kind] = factory

    def add_generate(self, backend_kind: str, factory: GenerateFactory) -> None:
        """Let ``factory`` open generators by the part after ``backend_kind:``."""
        self._generate[backend_kind] = factory

    async def open_embed(self, setting: str) -> EmbedBackend:
        """Load an encoder.

        Raises:
            InvalidInputError: Nothing is known under that name.
            UnavailableError: Its package is not installed.
        """
        backend_kind, name = _split(setting, self._embed)
        return await self._embed[backend_kind](name)

    async def open_generate(self, setting: str) -> GenerateBackend:
        """Load a generator.

        Raises:
            InvalidInputError: Nothing is known under that name.
            UnavailableError: Its package is not installed.
        """
        backend_kind, name = _split(setting, self._generate)
        return await self._generate[backend_kind](name)


def _split(
    setting: str, known: dict[str, EmbedFactory] | dict[str, GenerateFactory]
) -> tuple[str, str]:
    backend_kind, colon, name = setting.partition(":")
    if not (colon and name and backend_kind in known):
        kinds = ", ".join(f"{each}:..." for each in sorted(known))
        raise InvalidInputError(f"unknown model backend {setting!r}; known are {kinds}")
    return backend_kind, name
