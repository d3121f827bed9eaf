"""The pace that replicas share gives the same moments as the pure one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.pacing import Bucket, LocalPace
from services.adapters.redis.client import connect
from services.adapters.redis.limiter import RedisPace
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.services

CHAT = Bucket(scope="chat:1", count=3, window_ms=3000)
OTHER = Bucket(scope="chat:2", count=5, window_ms=15_000)
ALL = Bucket(scope="global", count=28, window_ms=1000)

calls = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=2000),
        st.sampled_from([CHAT, OTHER]),
        st.sampled_from([0.0, 2.5, 500.0]),
    ),
    min_size=1,
    max_size=40,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(calls=calls)
async def test_it_agrees_with_the_pure_pace(
    redis: Redis, calls: list[tuple[int, Bucket, float]]
) -> None:
    await redis.flushall()
    shared = RedisPace(redis, bot_id=1)
    clock = FakeClock()
    own = LocalPace(clock)
    # Far in the past, so that no key expires by Redis's own clock while the test runs.
    now_ms = 1_000_000
    await clock.sleep(now_ms / 1000)
    for pause_ms, bucket, max_wait_s in calls:
        now_ms += pause_ms
        await clock.sleep(pause_ms / 1000)
        expected = await own.reserve([bucket, ALL], max_wait_s=max_wait_s)
        given_ = await shared.reserve([bucket, ALL], max_wait_s=max_wait_s, now_ms=now_ms)
        assert given_ == (pytest.approx(expected, abs=0.0021) if expected is not None else None)


async def test_replicas_share_buckets_and_freezes(redis: Redis, redis_url: str) -> None:
    one = RedisPace(redis, bot_id=1)
    async with connect(redis_url) as client:
        two = RedisPace(client, bot_id=1)
        assert await one.reserve([CHAT, ALL], max_wait_s=0) == 0
        assert await two.reserve([CHAT, ALL], max_wait_s=0) == 0
        assert await one.reserve([CHAT, ALL], max_wait_s=0) == 0
        assert await two.reserve([CHAT, ALL], max_wait_s=0) is None
        await one.freeze("chat:2", 60)
        await one.freeze("chat:2", 5)
        assert await two.frozen_for(["global", "chat:2"]) > 50
        waits = await two.reserve([OTHER, ALL], max_wait_s=100)
        assert waits is not None
        assert waits > 50
        another_bot = RedisPace(client, bot_id=2)
        assert await another_bot.reserve([OTHER, ALL], max_wait_s=0) == 0
