"""The whole way of a job, client to worker and back, beside bare Redis streams.

Both sides do the same: a request goes through Redis to a worker process, which answers it over a
reply stream. The baseline is what one would write by hand on two streams, without admission, fair
shares, priorities, leases, deadlines, abort or repeats. Rounds are interleaved, so that both meet
the same machine.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import uvloop

from benchmarks._bare_streams import open_bare_queue
from benchmarks.report import Report, figure, machine, percentile
from bot.building.inference import Inference, open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.redis.server import local_server
from services.errors import UnavailableError
from services.inference.bus import Presence
from services.inference.kinds import JobKind
from services.inference.models import EmbedRole

ROUNDS: Final = 3
ALONE_S: Final = 2.0
CROWD_S: Final = 3.0
CROWD: Final = 64
WARM_UP: Final = 100
CALL_TIMEOUT_S: Final = 20.0
START_TIMEOUT_S: Final = 30.0

Call = Callable[[], Awaitable[object]]


@dataclass
class _Side:
    """One of the two, and what was measured of it."""

    call: Call
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    calls_per_s: list[float] = field(default_factory=list)
    calls_alone: int = 0
    calls_of_crowd: int = 0
    failed: int = 0

    async def alone(self) -> None:
        """Call one after the other."""
        times = await _calls(self.call, until=time.perf_counter() + ALONE_S)
        self.calls_alone += len(times)
        self.p50_ms.append(percentile(times, 0.5) * 1000)
        self.p99_ms.append(percentile(times, 0.99) * 1000)

    async def crowd(self) -> None:
        """Call from many clients at once; one whose call fails or hangs stops."""
        begun = time.perf_counter()
        clients = [_calls(self.call, until=begun + CROWD_S) for _ in range(CROWD)]
        ended = await asyncio.gather(*clients, return_exceptions=True)
        done = [times for times in ended if isinstance(times, list)]
        count = sum(len(times) for times in done)
        self.failed += CROWD - len(done)
        self.calls_of_crowd += count
        self.calls_per_s.append(count / (time.perf_counter() - begun))


def run(_data: Path | None) -> Report:
    """Measure for about half a minute; no data is needed."""
    begun = time.perf_counter()
    ours, bare = uvloop.run(_measure())
    p50 = statistics.median(ours.p50_ms), statistics.median(bare.p50_ms)
    p99 = statistics.median(ours.p99_ms), statistics.median(bare.p99_ms)
    rate = statistics.median(ours.calls_per_s), statistics.median(bare.calls_per_s)
    return Report(
        name="queue",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=(
            figure("p50, 1 client", p50[0], baseline=p50[1], unit="ms",
                   n=ours.calls_alone, ratio_at_most=5),
            figure("p99, 1 client", p99[0], baseline=p99[1], unit="ms", n=ours.calls_alone),
            figure(f"throughput, {CROWD} clients", rate[0], baseline=rate[1], unit="jobs/s",
                   n=ours.calls_of_crowd, ratio_at_least=0.15),
            figure("calls that fail or hang", ours.failed, baseline=bare.failed, unit="calls",
                   n=ours.calls_of_crowd, at_most=0),
        ),
    )  # fmt: skip


async def _measure() -> tuple[_Side, _Side]:
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="samovar-")))
        redis_url = await stack.enter_async_context(local_server(home / "redis"))
        bare_queue = await stack.enter_async_context(open_bare_queue(redis_url))
        await stack.enter_async_context(_process("benchmarks._bare_streams", redis_url))
        inference = await stack.enter_async_context(_open_ours(home, redis_url))
        ours = _Side(lambda: inference.embedder.embed(
            ["x"], role=EmbedRole.QUERY, deadline_s=CALL_TIMEOUT_S))  # fmt: skip
        bare = _Side(lambda: bare_queue.call(b"x", timeout_s=CALL_TIMEOUT_S))
        for side in (bare, ours):
            for _ in range(WARM_UP):
                await side.call()
        for _ in range(ROUNDS):
            for step in (bare.alone, ours.alone, bare.crowd, ours.crowd):
                await step()
        return ours, bare


async def _calls(call: Call, *, until: float) -> list[float]:
    times = []
    while (begun := time.perf_counter()) < until:
        await call()
        times.append(time.perf_counter() - begun)
    return times


@asynccontextmanager
async def _open_ours(home: Path, redis_url: str) -> AsyncIterator[Inference]:
    settings = Settings.model_validate(
        {"data": home, "redis_url": redis_url, "embed_backend": "noop:noop",
         "slots": f"embed={CROWD}", "log_level": "WARNING"}
    )  # fmt: skip
    nursery = AsyncioNursery()
    try:
        async with (
            _process("benchmarks._noop_worker", settings=settings),
            open_inference(settings, redis_url, replica_id="bench", nursery=nursery) as inference,
        ):
            await _wait_for_worker(inference)
            yield inference
    finally:
        await nursery.close()


async def _wait_for_worker(inference: Inference) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while await inference.bus.presence(JobKind.EMBED) is not Presence.ALIVE:
        if time.monotonic() > deadline:
            raise UnavailableError("the worker does not start", dependency="workers")
        await asyncio.sleep(0.05)


@asynccontextmanager
async def _process(
    module: str, *arguments: str, settings: Settings | None = None
) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        env=None if settings is None else settings.environment(),
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
