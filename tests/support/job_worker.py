"""A real worker process whose models do what the prompt says; for tests of the pool.

The prompt's last message is ``<name> <seconds> <what>``; what is ``speak`` (a word every 50 ms),
``fail``, ``break`` (raise something unforeseen) or ``die`` (SIGKILL of the own process). Every
run is noted in the journal as ``<event> <name> <pid> <time>``.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np

from bot.logs import configure_logs
from bot.settings import Settings
from bot.worker import serve
from services.errors import ModelError
from services.inference.kinds import (
    EmbedPayload,
    EmbedResult,
    GeneratePayload,
    GenerateResult,
    JobKind,
)
from services.inference.protocol import pack_vectors
from services.workers.backends import BackendRegistry, Opening, RunningJob, stream_text

WORD_EVERY_S = 0.05


class ObedientGenerator:
    """Does what the prompt says."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        return GenerateResult(text=await stream_text(self.generate(payload), job))

    async def generate(self, payload: GeneratePayload) -> AsyncGenerator[str, None]:
        name, seconds, what = payload.messages[-1].content.split()
        self._note("start", name)
        try:
            async for word in self._words(name, float(seconds), what):
                yield word
        except (asyncio.CancelledError, GeneratorExit):
            # The latter when it was cancelled while its words were being published.
            self._note("cancelled", name)
            raise
        self._note("end", name)

    async def close(self) -> None:
        pass

    async def _words(self, name: str, seconds: float, what: str) -> AsyncGenerator[str, None]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(WORD_EVERY_S)
            yield f"{name} "
        match what:
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "fail":
                raise ModelError("asked to")
            case "break":
                raise RuntimeError("asked to")
        yield "end"

    def _note(self, event: str, name: str) -> None:
        with self._journal.open("a") as file:
            file.write(f"{event} {name} {os.getpid()} {time.time()}\n")


class LengthEmbedder:
    """Embeds a text as its length."""

    async def run(self, payload: EmbedPayload, job: RunningJob) -> EmbedResult:
        lengths = [[len(text)] for text in payload.texts]
        return pack_vectors(np.array(lengths, dtype=np.float32))

    async def close(self) -> None:
        pass


async def _obedient(name: str, _opening: Opening) -> ObedientGenerator:
    return ObedientGenerator(Path(name))


async def _length(_name: str, _opening: Opening) -> LengthEmbedder:
    return LengthEmbedder()


def registry() -> BackendRegistry:
    """Offer the test backends under the kind ``test``."""
    backends = BackendRegistry()
    backends.add(JobKind.GENERATE, "test", _obedient)
    backends.add(JobKind.EMBED, "test", _length)
    return backends


if __name__ == "__main__":
    settings = Settings()
    configure_logs("INFO")
    asyncio.run(serve(settings, device="cpu", serves=settings.served, registry=registry()))
