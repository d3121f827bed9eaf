from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot.settings import Settings
from services.adapters.redis.server import keep_local_server, local_server
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


async def keep_redis(settings: Settings) -> None:
    """Start the data directory's own Redis again when it dies; for the nursery of a bot.

    Returns at once when ``REDIS_URL`` names another.
    """
    if not settings.redis_url:
        await keep_local_server(settings.data / "redis")
