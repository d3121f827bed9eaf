from services.answering.models import Stage


class SilentProgress:
    """Nobody watches."""

    async def stage(self, stage: Stage) -> None:
        return

    async def text(self, partial: str) -> None:
        return
