import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.replica import Replicas, replica_id
from services.adapters.redis.keys import ReplicasKey
from services.adapters.redis.leases import RedisLeases
from services.errors import UnavailableError
from services.tasks import end

pytestmark = pytest.mark.services

BOT = 7


def replicas(redis: Redis, me: str, adopted: list[tuple[str, str]]) -> Replicas:
    async def adopt(replica: str) -> None:
        adopted.append((me, replica))

    return Replicas(redis, RedisLeases(redis), bot_id=BOT, me=me, on_orphan=(adopt,), ttl_s=0.5)


async def test_a_dead_replica_is_adopted_once_and_a_live_one_never(redis: Redis) -> None:
    adopted: list[tuple[str, str]] = []
    await replicas(redis, "dead", adopted).beat()
    async with asyncio.TaskGroup() as group:
        running = [
            group.create_task(replicas(redis, name, adopted).run()) for name in ("one", "two")
        ]
        async with asyncio.timeout(20):
            while await redis.sismember(str(ReplicasKey(BOT)), "dead"):  # noqa: ASYNC110 - in Redis
                await asyncio.sleep(0.05)
        # Two more looks of each: nobody else is taken for dead.
        await asyncio.sleep(1.2)
        for task in running:
            await end(task)
    assert {replica for _, replica in adopted} == {"dead"}
    assert len(adopted) == 1
    assert await redis.smembers(str(ReplicasKey(BOT))) == {"one", "two"}


async def test_an_adoption_that_fails_is_tried_again(redis: Redis) -> None:
    tried = 0
    done = asyncio.Event()

    async def adopt(_replica: str) -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise UnavailableError("down", dependency="sql")
        done.set()

    await replicas(redis, "dead", []).beat()
    watcher = Replicas(
        redis, RedisLeases(redis), bot_id=BOT, me="one", on_orphan=(adopt,), ttl_s=0.3
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watcher.run())
        async with asyncio.timeout(20):
            await done.wait()
        await end(running)
    assert tried == 2


def test_a_process_keeps_its_id_and_a_second_one_has_its_own(tmp_path: Path) -> None:
    with replica_id(tmp_path) as first, replica_id(tmp_path) as second:
        assert second != first
    with replica_id(tmp_path) as again:
        assert again == first
