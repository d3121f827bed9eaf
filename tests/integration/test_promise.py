"""The owner who has to be warned, and cannot be reached."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.promise import PromiseWatch
from handlers.owner_notices import OwnerNotices
from services.adapters.redis.client import connect
from tests.fakes.clock import FakeClock
from tests.support.redis_server import OwnRedis

pytestmark = pytest.mark.services


class DeafOwner(OwnerNotices):
    """Hears nothing until the last of so many times."""

    def __init__(self, times: int) -> None:
        object.__setattr__(self, "left", [None] * times)

    async def tell_of_redis(self, risks: Sequence[str], *, policy: str) -> bool:
        left: list[None] = object.__getattribute__(self, "left")
        left.pop()
        return not left


async def until_it_answers(redis: Redis) -> None:
    while True:
        try:
            await redis.ping()
        except RedisError:
            await asyncio.sleep(0.02)
        else:
            return


async def test_an_owner_who_cannot_be_told_is_not_called_every_few_seconds_for_ever(
    data_dir: Path,
) -> None:
    server = OwnRedis(data_dir, "--appendonly", "no")
    server.start()
    clock = FakeClock()
    try:
        async with connect(server.url) as redis:
            await until_it_answers(redis)
            watch = PromiseWatch(
                redis_url=server.url, redis=redis, bot_id=1, clock=clock, notices=DeafOwner(30)
            )
            async with asyncio.timeout(60):
                await watch.run()
    finally:
        server.end()
    # Soon at first, for who has just become the owner; then every five minutes.
    assert 15 * 300 < clock.monotonic() < 30 * 300
