import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.connection import (
    AbstractConnection,
    BlockingConnectionPool,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from services.errors import UnavailableError

SOCKET_TIMEOUT_S: Final = 5.0
_CONNECTIONS: Final = 64
_FREE_CONNECTION_S: Final = 20


class _Cancellable(AbstractConnection):
    """A connection that can be cancelled at any moment.

    redis-py sends with ``asyncio.wait_for``, which in Python 3.11 swallows a cancellation that
    comes as the sending ends; measured, a task that polls Redis survived every few cancellations.
    ``asyncio.timeout`` does not.
    """

    async def send_packed_command(
        self,
        command: bytes | str | Iterable[bytes],
        check_health: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        """Send a command within the socket timeout; redis-py's own signature."""
        timeout_s, self.socket_timeout = self.socket_timeout, None
        try:
            async with asyncio.timeout(timeout_s):
                await super().send_packed_command(command, check_health=check_health)
        except TimeoutError as error:
            msg = "Timeout writing to socket"
            raise RedisTimeoutError(msg) from error
        finally:
            self.socket_timeout = timeout_s


class _CancellableTcp(_Cancellable, Connection):
    """Over TCP."""


class _CancellableTls(_Cancellable, SSLConnection):
    """Over TLS."""


class _CancellableUnix(_Cancellable, UnixDomainSocketConnection):
    """Over a unix socket."""


_CLASSES: Final[dict[type[AbstractConnection], type[AbstractConnection]]] = {
    Connection: _CancellableTcp,
    SSLConnection: _CancellableTls,
    UnixDomainSocketConnection: _CancellableUnix,
}


def connect(url: str) -> Redis:
    """Make a client whose answers are text, and whose every wait can be cancelled and ends.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
    """
    return open_client(
        url,
        decode_responses=True,
        socket_timeout=SOCKET_TIMEOUT_S,
        socket_connect_timeout=SOCKET_TIMEOUT_S,
        health_check_interval=15,
        # One quick repeat heals a connection that a restarted server has closed.
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 1),
    )


def open_client(url: str, **options: Any) -> Redis:  # noqa: ANN401 - redis-py's own options
    """Make a client with options of redis-py's, over connections that can be cancelled.

    In a rush commands wait for a free connection; redis-py's usual pool would refuse them.
    """
    pool = BlockingConnectionPool.from_url(
        url, max_connections=_CONNECTIONS, timeout=_FREE_CONNECTION_S, **options
    )
    pool.connection_class = _CLASSES[pool.connection_class]
    return Redis.from_pool(pool)


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
