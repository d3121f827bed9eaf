"""Two worker processes and chats that ask them, for the fairness benchmark."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks._fairness_worker import BACKEND
from bot.building.inference import Inference, open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.redis.server import local_server
from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.models import CallOptions, GenerationRequest, Priority, PromptMessage
from services.inference.protocol import generate_payload

WORKERS: Final = 2
SLOTS_OF_EACH: Final = 2
SLOTS: Final = WORKERS * SLOTS_OF_EACH
SERVICE_S: Final = (0.1, 0.3)
_START_TIMEOUT_S: Final = 60.0
_DEADLINE_S: Final = 300.0


@dataclass
class Pool:
    """The pool, as chats see it, and what its workers noted."""

    inference: Inference
    journal: Path
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    asked: int = 0

    async def ask(
        self, chat: str, *, seconds: float | None = None, priority: Priority = Priority.HIGH,
        name: str = "",
    ) -> float:  # fmt: skip
        """Ask and wait for the result; gives the seconds from asking to it."""
        begun = time.perf_counter()
        request = self._request(name or self.new_name(chat), chat, seconds, priority)
        async with aclosing(self.inference.generator.generate(request)) as chunks:
            async for _ in chunks:
                pass
        return time.perf_counter() - begun

    async def put(self, chat: str, name: str) -> float:
        """Put an urgent job in, for ``ask`` to attach to; gives when that was done."""
        calls = self.inference.calls
        request = self._request(name, chat, None, Priority.HIGH)
        options = CallOptions(deadline_s=_DEADLINE_S, fair_share=chat)
        await self.inference.bus.enqueue(calls.job(generate_payload(request), options, job_id=name))
        return time.time()

    def new_name(self, chat: str) -> str:
        """Name a job."""
        self.asked += 1
        return f"{chat}-{self.asked}"

    def begun(self) -> dict[str, float]:
        """Tell when jobs began, by name; seconds since the epoch."""
        lines = (line.split() for line in self.journal.read_text().splitlines())
        return {name: float(at) for name, at in lines}

    async def begins(self, name: str, *, timeout_s: float = 60.0) -> float:
        """Wait until a job begins; gives when it did."""
        deadline = time.monotonic() + timeout_s
        while name not in self.begun():
            await _pause(deadline)
        return self.begun()[name]

    async def depth_is(self, least: int) -> None:
        """Wait until so many jobs wait or run."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while await self.inference.bus.depth(JobKind.GENERATE) < least:
            await _pause(deadline)

    def _request(
        self, name: str, chat: str, seconds: float | None, priority: Priority
    ) -> GenerationRequest:
        busy_s = self.chance.uniform(*SERVICE_S) if seconds is None else seconds
        return GenerationRequest(
            job_id=name,
            messages=(PromptMessage(role="user", content=f"{name} {busy_s:.4f}"),),
            evidence=(),
            language="en",
            priority=priority,
            deadline_s=_DEADLINE_S,
            fair_share=chat,
            # A flood is to be as bad as it can: no cap holds it back.
            patient=True,
        )


@asynccontextmanager
async def open_pool() -> AsyncIterator[Pool]:
    """Start Redis and the workers; all end with the context."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="samovar-")))
        journal = home / "journal"
        journal.touch()
        redis_url = await stack.enter_async_context(local_server(home / "redis"))
        settings = Settings.model_validate(
            {"data": home, "redis_url": redis_url, "generate_backend": f"{BACKEND}:{journal}",
             "slots": f"generate={SLOTS_OF_EACH}", "log_level": "ERROR"}
        )  # fmt: skip
        for _ in range(WORKERS):
            await stack.enter_async_context(_worker(settings))
        nursery = AsyncioNursery()
        stack.push_async_callback(nursery.close)
        inference = await stack.enter_async_context(
            open_inference(settings, redis_url, replica_id="bench", nursery=nursery)
        )
        await _all_workers(inference)
        yield Pool(inference, journal)


async def _all_workers(inference: Inference) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while len(await inference.presence.workers()) < WORKERS:
        await _pause(deadline)


async def _pause(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise UnavailableError("the workers do not work", dependency="workers")
    await asyncio.sleep(0.02)


@asynccontextmanager
async def _worker(settings: Settings) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks._fairness_worker", env=settings.environment()
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
