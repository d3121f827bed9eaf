from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot.settings import Settings
from services.adapters.redis.server import local_server
from services.adapters.redis.server_check import check_server

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_redis(settings: Settings) -> AsyncIterator[str]:
    """Find the Redis to use: ``REDIS_URL``, or the data directory's own, started when needed.

    A server of the owner's that breaks a promise (no append-only file, eviction) is used, and one
    warning per setting is logged.

    Yields:
        An address for redis-py and coredis alike.

    Raises:
        UnavailableError: It does not answer, is too old, or none can be started.
    """
    if settings.redis_url:
        report = await check_server(settings.redis_url)
        for warning in report.warnings:
            log.warning("redis_breaks_promise", advice=warning)
        yield settings.redis_url
        return
    async with local_server(settings.data / "redis") as url:
        yield url
