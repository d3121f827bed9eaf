from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from services.errors import UnavailableError

SOCKET_TIMEOUT_S: Final = 5.0


def connect(url: str) -> Redis:
    """Make a client whose answers are text and whose every wait ends within seconds.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
    """
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=SOCKET_TIMEOUT_S,
        socket_connect_timeout=SOCKET_TIMEOUT_S,
        health_check_interval=15,
        # One quick repeat heals a connection that a restarted server has closed.
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 1),
    )


@contextmanager
def redis_errors() -> Iterator[None]:
    """Translate what redis-py raises when the server is down into ``UnavailableError``.

    Raises:
        UnavailableError: Redis cannot be reached, or refuses to work (read-only, out of memory).
    """
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError, OSError) as error:
        raise UnavailableError("Redis cannot be reached", dependency="redis") from error
    except RedisError as error:
        raise UnavailableError(
            f"Redis refused a command: {type(error).__name__}", dependency="redis"
        ) from error
