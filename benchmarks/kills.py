"""Workers killed at random under load: what gets lost, what is shown twice, how soon it runs again.

Everything is real: Redis, the queue, leases, reply stream, worker processes and SIGKILL. A job
counts as lost when its caller got no whole result, and as shown twice when more than one last
record of it was published or shown. So many kills would hit some job more often than the three
times after which it is given up on purpose: here a job has 50 attempts. Kills that hit no running
job would show nothing, so there is a least number of jobs that were hit.
"""

import asyncio
import random
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvloop

from benchmarks._kills_pool import (
    MAX_ATTEMPTS,
    REPLICA,
    Client,
    Workers,
    open_workers,
    settings_of,
)
from benchmarks.report import Figure, Report, figure, machine
from bot.building.inference import open_inference
from bot.nursery import AsyncioNursery
from services.adapters.queue.dead_letters import RedisDeadLetters
from services.adapters.queue.replies import reply_client
from services.adapters.redis.server import local_server
from services.inference.kinds import JobKind
from services.tasks import end

KILLS: Final = 200
WORKERS: Final = 4
SLOTS: Final = 3
CLIENTS: Final = 12
LEASE_S: Final = 2.0
PAUSE_S: Final = (0.1, 0.5)
JOB_S: Final = (0.05, 0.8)
REDELIVERIES: Final = 12
LIVE_JOBS: Final = 4
SETTLE_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the parts measured."""

    client: Client
    redelivery_s: list[float]
    live_starts: int
    buried: int
    left: int
    ran_twice: int


def run(_data: Path | None) -> Report:
    """Measure for about three minutes; no data is needed."""
    begun = time.perf_counter()
    seen = uvloop.run(_measure())
    return Report(
        name="kills",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(_figures(seen)),
    )


def _figures(seen: _Seen) -> list[Figure]:
    client = seen.client
    jobs = len(client.asked)
    lost = jobs - sum(count > 0 for count in client.shown.values())
    twice = sum(count > 1 for counted in (client.shown, client.published)
                for count in counted.values())  # fmt: skip
    slowest = max(seen.redelivery_s)
    again = sum(count for attempt, count in client.attempts.items() if attempt > 1)
    return [
        figure(f"jobs lost in {KILLS} kills", lost, unit="jobs", n=jobs, at_most=0),
        figure("jobs shown twice", twice, unit="jobs", n=jobs, at_most=0),
        figure("pieces of a dead attempt shown over a newer one", client.stale, unit="pieces",
               n=jobs, at_most=0),
        figure(f"jobs given up after {MAX_ATTEMPTS} attempts", seen.buried, unit="jobs", n=jobs,
               at_most=0),
        figure("jobs left in the queue", seen.left, unit="jobs", n=jobs, at_most=0),
        figure("jobs that needed more than one attempt", again, unit="jobs", n=jobs,
               at_least=KILLS // 2),
        figure("jobs that ran to their end twice", seen.ran_twice, unit="jobs", n=jobs),
        figure("jobs that the caller had to put in again",
               sum(count > 1 for count in client.bus.taken.values()), unit="jobs", n=jobs),
        figure("redelivery on an idle queue, slowest, against the lease", slowest,
               baseline=LEASE_S, unit="s", n=len(seen.redelivery_s), ratio_at_most=1.3),
        figure("starts of a live job of four leases", seen.live_starts, unit="starts",
               n=LIVE_JOBS, at_most=1),
    ]  # fmt: skip


async def _measure() -> _Seen:
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="samovar-")))
        redis_url = await stack.enter_async_context(local_server(home / "redis"))
        settings = settings_of(home, redis_url, lease_s=LEASE_S, slots=SLOTS)
        nursery = AsyncioNursery()
        workers = await stack.enter_async_context(open_workers(settings, home / "journal"))
        await workers.add()
        await workers.add()
        inference = await stack.enter_async_context(
            open_inference(settings, redis_url, replica_id=REPLICA, nursery=nursery)
        )
        stack.push_async_callback(nursery.close)
        client = Client(inference)
        nursery.start(client.read_published(redis_url), name="published")
        await workers.all_ready(inference)
        redelivery_s = [await _redelivery(workers, client, f"orphan{number}")
                        for number in range(REDELIVERIES)]  # fmt: skip
        live_starts = await _live(workers, client)
        await _kill_under_load(workers, client)
        await asyncio.sleep(SETTLE_S)
        redis = await stack.enter_async_context(reply_client(redis_url))
        return _Seen(
            client=client, redelivery_s=redelivery_s, live_starts=live_starts,
            buried=await RedisDeadLetters(redis).count(),
            left=await inference.bus.depth(JobKind.GENERATE),
            ran_twice=sum(len(ends) > 1 for ends in workers.notes("end").values()),
        )  # fmt: skip


async def _redelivery(workers: Workers, client: Client, name: str) -> float:
    """Kill the worker of the only job; give the seconds until another one runs it."""
    await workers.all_ready(client.inference)
    async with asyncio.TaskGroup() as group:
        group.create_task(client.ask(name, 1.2))
        first = await workers.started(name, times=1)
        await asyncio.sleep(random.uniform(0.1, 1.0))
        killed_at = await workers.replace(first.pid)
        second = await workers.started(name, times=2)
    return second.at - killed_at


async def _live(workers: Workers, client: Client) -> int:
    """Run jobs of four leases beside each other; give the most starts that one had."""
    names = [f"live{number}" for number in range(LIVE_JOBS)]
    await asyncio.gather(*(client.ask(name, 4.2 * LEASE_S) for name in names))
    starts = workers.notes("start")
    return max(len(starts[name]) for name in names)


async def _kill_under_load(workers: Workers, client: Client) -> None:
    while len(workers.pids) < WORKERS:
        await workers.add()
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number in range(CLIENTS):
            group.create_task(_load(client, f"client{number}", stopping))
        killing = group.create_task(_kill(workers, client))
        try:
            await killing
        finally:
            stopping.set()
            await end(killing)


async def _load(client: Client, name: str, stopping: asyncio.Event) -> None:
    number = 0
    while not stopping.is_set():
        number += 1
        await client.ask(f"{name}.{number}", random.uniform(*JOB_S))


async def _kill(workers: Workers, client: Client) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(random.uniform(*PAUSE_S))
        victim = random.choice(await workers.ready(client.inference))
        await workers.replace(victim)
