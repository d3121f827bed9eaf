import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.adapters.redis.client import redis_errors
from services.adapters.redis.keys import FencingKey, LeaseKey, LeaseQueueKey, LeaseWaitersKey
from services.errors import ConflictError, UnavailableError
from services.tasks import end

log = structlog.get_logger(__name__)

_POLL_S: Final = 0.05
_WAITER_TTL_MS: Final = 3000
_RENEWALS_PER_TTL: Final = 3

# Grants the lease to the first in the queue; a waiter that stopped asking loses its place.
_ACQUIRE: Final = """
local lease, queue, waiters, fencing = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local token, ttl, waiter_ttl, keep = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', waiters, '-inf', now - waiter_ttl)) do
  redis.call('ZREM', waiters, gone)
  redis.call('ZREM', queue, gone)
end
if redis.call('ZSCORE', queue, token) == false then
  local last = redis.call('ZRANGE', queue, -1, -1, 'WITHSCORES')
  redis.call('ZADD', queue, (tonumber(last[2] or '0') + 1), token)
end
local first = redis.call('ZRANGE', queue, 0, 0)[1]
if first == token and redis.call('SET', lease, token, 'NX', 'PX', ttl) then
  redis.call('ZREM', queue, token)
  redis.call('ZREM', waiters, token)
  return redis.call('INCR', fencing)
end
if keep == '1' then
  redis.call('ZADD', waiters, now, token)
  redis.call('PEXPIRE', queue, 60000)
  redis.call('PEXPIRE', waiters, 60000)
else
  redis.call('ZREM', queue, token)
  redis.call('ZREM', waiters, token)
end
return 0
"""
_RENEW: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
"""
_RELEASE: Final = """
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisLease:
    """A lease as its holder sees it; see ``services.tasks.Lease``."""

    name: str
    number: int
    lost: asyncio.Event = field(default_factory=asyncio.Event)


class RedisLeases:
    """Leases as Redis keys with a time to live and the holder's random token in them.

    A queue by arrival stands beside each lease, so that the questions of a dialogue are
    answered in the order in which they were asked, on whichever replica they are.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._acquire = redis.register_script(_ACQUIRE)
        self._renew = redis.register_script(_RENEW)
        self._release = redis.register_script(_RELEASE)

    @asynccontextmanager
    async def hold(
        self, name: str, *, ttl_s: float, wait_s: float | None = 0.0
    ) -> AsyncIterator[RedisLease]:
        """Hold ``name`` inside the context; see ``services.tasks.Leases``."""
        token = secrets.token_hex(12)
        failure: BaseException | None = None
        try:
            number = await self._take(name, token, ttl_s=ttl_s, wait_s=wait_s)
            lease = RedisLease(name=name, number=number)
            # The body's own error must leave as it is, not inside the group's.
            async with asyncio.TaskGroup() as group:
                renewal = group.create_task(self._keep(lease, token, ttl_s))
                try:
                    yield lease
                except BaseException as error:  # noqa: BLE001 - raised again below
                    failure = error
                await end(renewal)
        finally:
            await self._give_back(name, token)
        if failure is not None:
            raise failure

    async def _take(self, name: str, token: str, *, ttl_s: float, wait_s: float | None) -> int:
        ends = None if wait_s is None else time.monotonic() + wait_s
        while True:
            last = ends is not None and time.monotonic() >= ends
            with redis_errors():
                number: int = await self._acquire(
                    keys=[*_keys(name), str(FencingKey())],
                    args=[token, int(ttl_s * 1000), _WAITER_TTL_MS, "0" if last else "1"],
                )
            if number:
                return number
            if last:
                raise ConflictError(f"lease {name} is held by another")
            await asyncio.sleep(_POLL_S)

    async def _keep(self, lease: RedisLease, token: str, ttl_s: float) -> None:
        """Renew until cancelled; say so when the lease may belong to another."""
        valid_until = time.monotonic() + ttl_s
        while not lease.lost.is_set():
            await asyncio.sleep(ttl_s / _RENEWALS_PER_TTL)
            asked_at = time.monotonic()
            try:
                renewed = await self._renew(
                    keys=[str(LeaseKey(lease.name))], args=[token, int(ttl_s * 1000)]
                )
            except (RedisError, OSError):
                renewed = None
            if renewed:
                valid_until = asked_at + ttl_s
            elif renewed == 0 or time.monotonic() >= valid_until:
                log.warning("lease_lost", lease=lease.name)
                lease.lost.set()

    async def _give_back(self, name: str, token: str) -> None:
        """Free the lease and the place in the queue; what fails here ends by itself."""
        try:
            with redis_errors():
                await self._release(keys=_keys(name), args=[token])
        except UnavailableError:
            log.warning("lease_release_failed", lease=name)


def _keys(name: str) -> list[str]:
    return [str(LeaseKey(name)), str(LeaseQueueKey(name)), str(LeaseWaitersKey(name))]
