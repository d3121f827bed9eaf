from collections.abc import Coroutine
from typing import Any, Protocol


class Nursery(Protocol):
    """The only way to run something detached: every task has an owner that logs and ends it."""

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run ``work`` beside the caller; an error in it is logged once with ``name``."""
        ...

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        ...
