from typing import Protocol

from services.answering.models import Stage
from services.inference.waits import WaitEstimate


class AnswerProgress(Protocol):
    """Whoever watches an answer being made; calls are cheap and never raise."""

    async def stage(self, stage: Stage) -> None:
        """Tell that a stage begins."""
        ...

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        """Tell about once a second how long it waits for the pool; None: it waits no more."""
        ...

    async def text(self, partial: str) -> None:
        """Tell the text so far, with its markers; may start again after a killed worker."""
        ...
