from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.answering.models import Stage
from services.answering.ports import AnswerProgress
from services.clock import Clock


class Stopwatch:
    """Milliseconds by stage, from the moment it is made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._stages: dict[Stage, float] = {}

    @asynccontextmanager
    async def stage(self, stage: Stage, progress: AnswerProgress) -> AsyncIterator[None]:
        """Announce a stage and time it."""
        await progress.stage(stage)
        started = self._clock.monotonic()
        try:
            yield
        finally:
            self._stages[stage] = self._ms_since(started)

    def timings_ms(self) -> dict[str, float]:
        """Give all stages, 0 for those that were not reached, and ``total``."""
        timings = {stage.value: self._stages.get(stage, 0.0) for stage in Stage}
        return timings | {"total": self._ms_since(self._started)}

    def _ms_since(self, started: float) -> float:
        return round((self._clock.monotonic() - started) * 1000, 2)
