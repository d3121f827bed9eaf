from typing import Protocol

from services.answering.models import Stage


class AnswerProgress(Protocol):
    """Whoever watches an answer being made; calls are cheap and never raise."""

    async def stage(self, stage: Stage) -> None:
        """Tell that a stage begins."""
        ...

    async def text(self, partial: str) -> None:
        """Tell the text so far, with its markers; may start again after a killed worker."""
        ...
