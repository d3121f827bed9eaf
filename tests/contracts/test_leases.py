import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from services.adapters.redis.client import connect
from services.adapters.redis.keys import LeaseKey
from services.adapters.redis.leases import RedisLeases
from services.errors import ConflictError
from services.tasks import Leases

pytestmark = pytest.mark.services


@pytest.fixture
def leases(redis: Redis) -> Leases:
    return RedisLeases(redis)


@pytest.fixture
async def other_replica(redis_url: str) -> AsyncIterator[Leases]:
    async with connect(redis_url) as client:
        yield RedisLeases(client)


async def test_only_one_holds_and_numbers_grow(leases: Leases, other_replica: Leases) -> None:
    async with leases.hold("match:1", ttl_s=5) as first:
        with pytest.raises(ConflictError):
            async with other_replica.hold("match:1", ttl_s=5):
                pytest.fail("two hold it")
        async with other_replica.hold("match:2", ttl_s=5) as elsewhere:
            assert elsewhere.number > first.number
    async with other_replica.hold("match:1", ttl_s=5) as second:
        assert second.number > elsewhere.number


async def test_those_who_wait_are_served_in_order(leases: Leases, other_replica: Leases) -> None:
    served: list[int] = []
    queued = asyncio.Event()

    async def wait(turn: int, through: Leases) -> None:
        async with through.hold("dialogue", ttl_s=5, wait_s=20):
            served.append(turn)

    async with asyncio.TaskGroup() as group:
        async with leases.hold("dialogue", ttl_s=5):
            for turn in range(6):
                group.create_task(wait(turn, leases if turn % 2 else other_replica))
                await _queue_length(leases, turn + 1)
            queued.set()
        assert queued.is_set()
    assert served == list(range(6))


async def _waiting(leases: RedisLeases) -> int:
    return await leases._redis.zcard("samovar:lease-queue:dialogue")


async def _queue_length(leases: Leases, wanted: int) -> None:
    assert isinstance(leases, RedisLeases)
    async with asyncio.timeout(10):
        while await _waiting(leases) < wanted:  # noqa: ASYNC110 - Redis holds the state
            await asyncio.sleep(0.005)


async def test_it_is_renewed_while_held(leases: Leases, redis: Redis) -> None:
    async with leases.hold("long", ttl_s=0.3) as lease:
        started = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - started < 1.0:
            assert await redis.exists(str(LeaseKey("long")))
            await asyncio.sleep(0.05)
        assert not lease.lost.is_set()
    assert not await redis.exists(str(LeaseKey("long")))


async def test_a_stolen_lease_is_noticed_and_not_deleted(leases: Leases, redis: Redis) -> None:
    async with leases.hold("stolen", ttl_s=0.3) as lease:
        await redis.set(str(LeaseKey("stolen")), "another")
        async with asyncio.timeout(5):
            await lease.lost.wait()
    assert await redis.get(str(LeaseKey("stolen"))) == "another"


async def test_the_error_of_the_body_leaves_as_it_is(leases: Leases, redis: Redis) -> None:
    with pytest.raises(ZeroDivisionError):
        async with leases.hold("broken", ttl_s=5):
            _ = 1 // 0
    assert not await redis.exists(str(LeaseKey("broken")))


async def test_a_cancelled_waiter_leaves_the_queue(leases: Leases, redis: Redis) -> None:
    async with leases.hold("dialogue", ttl_s=5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), leases.hold("dialogue", ttl_s=5, wait_s=None):
                pytest.fail("two hold it")
        assert await redis.zcard("samovar:lease-queue:dialogue") == 0
