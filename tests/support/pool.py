"""Worker processes and a client for tests of the pool."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.building.inference import Inference, open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.errors import UnavailableError
from services.inference.models import GenerationRequest, Priority, PromptMessage

WORKER = Path(__file__).with_name("job_worker.py")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Note:
    """A line of the workers' journal."""

    event: str
    name: str
    pid: int
    at: float


class Pool:
    """Test workers on one Redis, and what they noted."""

    def __init__(self, redis_url: str, home: Path, *, lease_s: float) -> None:
        self.redis_url = redis_url
        self.journal = home / "journal"
        self.journal.touch()
        self.settings = Settings.model_validate(
            {
                "data": home,
                "redis_url": redis_url,
                "embed_backend": "test:length",
                "generate_backend": f"test:{self.journal}",
                "slots": "generate=1",
                "worker_lease_s": lease_s,
            }
        )
        self.workers: list[subprocess.Popen[bytes]] = []

    async def scale(self, count: int, inference: Inference) -> None:
        """Have exactly so many living workers."""
        self._resize(count)
        pids = {worker.pid for worker in self.workers}

        async def all_registered() -> bool:
            try:
                registered = await inference.presence.workers()
            except UnavailableError:
                # The server of the test before may be coming back yet.
                return False
            return {info.pid for info in registered} >= pids

        await until(all_registered, timeout_s=60)

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.kill()
            worker.wait()

    def notes(self, name: str, event: str) -> list[Note]:
        """List what was noted of a job."""
        lines = [line.split() for line in self.journal.read_text().splitlines()]
        notes = [Note(event, job, int(pid), float(at)) for event, job, pid, at in lines]
        return [note for note in notes if (note.name, note.event) == (name, event)]

    async def noted(self, name: str, event: str, *, timeout_s: float = 20) -> Note:
        """Wait for a note."""
        await until(lambda: bool(self.notes(name, event)), timeout_s=timeout_s)
        return self.notes(name, event)[0]

    def kill(self, pid: int) -> None:
        """SIGKILL a worker."""
        next(worker for worker in self.workers if worker.pid == pid).kill()

    def _resize(self, count: int) -> None:
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        for worker in self.workers[count:]:
            worker.terminate()
            worker.wait()
        del self.workers[count:]
        while len(self.workers) < count:
            environment = self.settings.environment(PYTHONPATH=str(ROOT))
            self.workers.append(subprocess.Popen([sys.executable, str(WORKER)], env=environment))


@asynccontextmanager
async def client_of(pool: Pool, replica_id: str) -> AsyncIterator[Inference]:
    """Open the pool's client side, as a bot does."""
    nursery = AsyncioNursery()
    try:
        async with open_inference(
            pool.settings, pool.redis_url, replica_id=replica_id, nursery=nursery
        ) as inference:
            yield inference
    finally:
        await nursery.close()


def ask(
    name: str,
    *,
    seconds: float = 0.0,
    what: str = "speak",
    priority: Priority = Priority.HIGH,
    deadline_s: float = 60.0,
) -> GenerationRequest:
    """Write a request that tells the test worker what to do."""
    return GenerationRequest(
        job_id=name,
        messages=(PromptMessage(role="user", content=f"{name} {seconds} {what}"),),
        evidence=(),
        language="en",
        priority=priority,
        deadline_s=deadline_s,
    )


async def until(condition: Callable[[], object], *, timeout_s: float) -> None:
    """Wait for a condition, asynchronous or not."""
    deadline = time.monotonic() + timeout_s
    while True:
        met = condition()
        if asyncio.iscoroutine(met):
            met = await met
        if met:
            return
        assert time.monotonic() < deadline, "the condition was not met in time"
        await asyncio.sleep(0.02)
