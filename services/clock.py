from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time as the services see it, so that tests can move it."""

    def now(self) -> datetime:
        """Tell the present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Tell seconds from an arbitrary start that never go back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds`` of this clock's time."""
        ...
