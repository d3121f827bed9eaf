"""Real worker processes that can be had at once, for the benchmark that kills them.

``python -m benchmarks._kills_worker JOURNAL`` imports everything once; each line on its standard
input makes a worker, a process of its own, whose id it answers. They end with it. A job's prompt
is ``<name> <seconds>``: the model says the name every 50 ms for so long. Each run is noted in the
journal as ``<event> <name> <pid> <time>``.
"""

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

from bot.logs import configure_logs
from bot.settings import Settings
from bot.worker import serve
from services.inference.kinds import GeneratePayload, GenerateResult, JobKind
from services.workers.backends import BackendRegistry, Opening, RunningJob, stream_text

BACKEND: Final = "kills"
_WORD_EVERY_S: Final = 0.05
_PR_SET_PDEATHSIG: Final = 1


class TimedGenerator:
    """Writes its own name for as long as it is told."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        """See ``Backend.run``."""
        name, seconds = payload.messages[-1].content.split()
        self._note("start", name)
        text = await stream_text(self._words(name, float(seconds)), job)
        self._note("end", name)
        return GenerateResult(text=text)

    async def close(self) -> None:
        """Nothing is held."""

    async def _words(self, name: str, seconds: float) -> AsyncGenerator[str, None]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(_WORD_EVERY_S)
            yield f"{name} "
        yield "end"

    def _note(self, event: str, name: str) -> None:
        with self._journal.open("a") as file:
            file.write(f"{event} {name} {os.getpid()} {time.time()}\n")


def main(journal: Path) -> None:
    """Make workers until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for _ in sys.stdin:
        if (pid := os.fork()) == 0:
            _work(journal)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _work(journal: Path) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    settings = Settings()
    configure_logs(settings.log_level)

    async def factory(_name: str, _opening: Opening) -> TimedGenerator:
        return TimedGenerator(journal)

    registry = BackendRegistry()
    registry.add(JobKind.GENERATE, BACKEND, factory)
    asyncio.run(serve(settings, device="cpu", serves=[JobKind.GENERATE], registry=registry))
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
