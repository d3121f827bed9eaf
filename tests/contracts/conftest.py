from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from services.adapters.redis.client import connect


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of an empty Redis."""
    async with connect(redis_url) as client:
        yield client
