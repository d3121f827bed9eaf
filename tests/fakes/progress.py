from services.answering.models import Stage
from services.inference.waits import WaitEstimate


class SilentProgress:
    """Nobody watches."""

    async def stage(self, stage: Stage) -> None:
        return

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        return

    async def text(self, partial: str) -> None:
        return
