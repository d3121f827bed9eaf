"""What an owner sees of a queue whose worker is moved by hand."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.adapters.queue.bus import StreaqBus
from services.adapters.queue.dead_letters import RedisDeadLetters
from services.adapters.queue.keys import WorkerKey, WorkersKey
from services.adapters.queue.presence import RedisPresence, WorkerInfo
from services.adapters.queue.replies import reply_client
from services.adapters.queue.sight import KindSight, PoolWatch
from services.errors import UnavailableError
from services.inference.kinds import JobKind, TranslatePayload
from services.inference.models import Priority
from services.inference.protocol import FailureCode, Job, JobFailure
from services.inference.worker_stats import KindStats, WorkerStats
from services.tasks import beside
from tests.support.hand_worker import HandWorker
from tests.support.pool import until
from tests.support.redis_server import OwnRedis

pytestmark = pytest.mark.services

KIND = JobKind.TRANSLATE


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    async with reply_client(redis_url) as opened:
        yield opened


def job(name: str, priority: Priority = Priority.HIGH, chat: str = "") -> Job:
    return Job(
        job_id=name, kind=KIND, reply_to="test", priority=priority, fair_share=chat,
        payload=TranslatePayload(texts=("words",), source="ru", target="en"),
        deadline_at=time.time() + 60,
    )  # fmt: skip


async def seen(client: Redis) -> KindSight:
    sight = await PoolWatch(client).look()
    return next(kind for kind in sight.kinds if kind.kind is KIND)


async def test_an_empty_pool_is_idle(client: Redis) -> None:
    sight = await PoolWatch(client).look()
    assert [kind.kind for kind in sight.kinds] == list(JobKind)
    assert all(kind.is_idle for kind in sight.kinds)
    assert (sight.workers, sight.dead_letters) == ((), 0)


async def test_waiting_running_and_stranded_jobs_are_told_apart(client: Redis) -> None:
    bus, worker = StreaqBus(client), HandWorker(client, KIND, slots=1)
    for name, priority in (("a", Priority.HIGH), ("b", Priority.HIGH), ("c", Priority.LOW)):
        await bus.enqueue(job(name, priority))
    await bus.enqueue(job("d"), delay_s=50)
    kind = await seen(client)
    assert kind.waiting == {Priority.HIGH: 2, Priority.NORMAL: 0, Priority.LOW: 1}
    assert (kind.delayed, kind.running, kind.slots) == (1, 0, 0)

    await worker.come()
    kind = await seen(client)
    assert (kind.all_waiting, kind.running, kind.slots) == (3, 0, 1), "let in is not yet begun"
    taken = await worker.take()
    assert taken is not None
    kind = await seen(client)
    assert (kind.all_waiting, kind.running, kind.stranded) == (2, 1, 0)

    await worker.leave()
    kind = await seen(client)
    assert (kind.all_waiting, kind.running, kind.stranded, kind.slots) == (2, 0, 1, 0)
    await worker.come()
    await worker.finish(taken)
    await worker.come()
    kind = await seen(client)
    assert (kind.all_waiting, kind.running, kind.stranded) == (2, 0, 0)
    assert 0 < kind.service_p50_s <= kind.service_p90_s


async def test_the_oldest_is_the_oldest_whatever_the_order_of_service(client: Redis) -> None:
    bus = StreaqBus(client)
    assert (await seen(client)).oldest_s == 0
    # A flooding chat's second job stands behind a light chat's first, which came later.
    await bus.enqueue(job("flood-1", chat="flood"))
    await bus.enqueue(job("flood-2", chat="flood"))
    began = time.time()
    await asyncio.sleep(0.3)
    await bus.enqueue(job("light-1", chat="light"))
    await bus.abort(KIND, "flood-1")
    kind = await seen(client)
    assert kind.all_waiting == 2
    assert 0.3 <= kind.oldest_s <= time.time() - began + 0.1
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    assert (await seen(client)).oldest_s >= 0.3, "one that is let in waits until it is fetched"


async def test_a_workers_stats_and_dead_letters_are_read(client: Redis) -> None:
    info = WorkerInfo(
        worker_id="w", device="MIG-1", device_name="H200 1g.18gb", serves=(KIND,),
        backends=("test:it",), host="here", pid=7,
    )  # fmt: skip
    await RedisDeadLetters(client).bury(
        job("a"), 3, JobFailure(code=FailureCode.ATTEMPTS, message="gave up", retryable=False)
    )
    # One of a release to come, or broken.
    await client.set(str(WorkerKey("strange")), b'{"serves": 5}')
    await client.sadd(str(WorkersKey()), "strange", "long-dead")

    def stats() -> WorkerStats:
        return WorkerStats(kinds={KIND: KindStats(done=3)}, memory_used=5)

    async with beside(RedisPresence(client).beat(info, stats)):

        async def there() -> bool:
            return bool((await PoolWatch(client).look()).workers)

        await until(there, timeout_s=20)
        sight = await PoolWatch(client).look()
    assert sight.dead_letters == 1
    assert await client.smembers(str(WorkersKey())) == {b"strange"}
    ((worker, told),) = sight.of_workers(KIND)
    assert (worker.device_name, worker.stats.memory_used, told.done) == ("H200 1g.18gb", 5, 3)
    assert sight.of_workers(JobKind.DRAW) == []


async def test_a_worker_that_ends_while_redis_is_down_ends_without_a_fault(data_dir: Path) -> None:
    server = OwnRedis(data_dir)
    server.start()
    info = WorkerInfo(
        worker_id="w", device="cpu", serves=(KIND,), backends=("test:it",), host="here", pid=7
    )
    async with reply_client(server.url) as client:
        register = RedisPresence(client)

        async def there() -> bool:
            with suppress(UnavailableError):
                return bool(await register.workers())
            return False

        async with beside(register.beat(info)):
            await until(there, timeout_s=20)
            server.end()
