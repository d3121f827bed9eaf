"""A real worker process whose model takes as long as it is told, for the fairness benchmark.

A job's prompt is ``<name> <seconds>``. Each beginning is noted in the file that the backend setting
names, as ``<name> <time>``.
"""

import asyncio
import time
from pathlib import Path
from typing import Final

import uvloop

from bot.logs import configure_logs
from bot.settings import Settings
from bot.worker import serve
from services.inference.kinds import GeneratePayload, GenerateResult, JobKind
from services.workers.backends import BackendRegistry, Opening, RunningJob

BACKEND: Final = "timed"


class TimedGenerator:
    """Is busy for a while, as a model on a device of its own would be."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        """See ``Backend.run``."""
        del job
        name, seconds = payload.messages[-1].content.split()
        with self._journal.open("a") as file:
            file.write(f"{name} {time.time()}\n")
        await asyncio.sleep(float(seconds))
        return GenerateResult(text=name)

    async def close(self) -> None:
        """Nothing is held."""


async def _timed(journal: str, _opening: Opening) -> TimedGenerator:
    return TimedGenerator(Path(journal))


def main() -> None:
    """Serve until SIGTERM."""
    settings = Settings()
    configure_logs(settings.log_level)
    registry = BackendRegistry()
    registry.add(JobKind.GENERATE, BACKEND, _timed)
    uvloop.run(serve(settings, device="cpu", serves=[JobKind.GENERATE], registry=registry))


if __name__ == "__main__":
    main()
