from collections.abc import Sequence
from typing import Any, Final, Protocol

from redis.asyncio import Redis

from services.adapters.redis.client import redis_errors
from services.adapters.redis.keys import FrozenKey, PaceKey

# One step for all buckets and all replicas, in Redis's own time. KEYS: a list of reserved moments
# and a frozen key per bucket. ARGV: longest wait, "now" of a test or 0, then count and window.
_RESERVE: Final = """
local t = redis.call('TIME')
local now = tonumber(ARGV[2])
if now == 0 then now = t[1] * 1000 + math.floor(t[2] / 1000) end
local start = now
for i = 1, #KEYS, 2 do
  local count, window = tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  local last = tonumber(redis.call('LINDEX', KEYS[i], -1) or '0')
  local nth = tonumber(redis.call('LINDEX', KEYS[i], -count) or '-1')
  start = math.max(start, last, now + redis.call('PTTL', KEYS[i + 1]))
  if nth >= 0 then start = math.max(start, nth + window) end
end
if start - now > tonumber(ARGV[1]) then return -1 end
for i = 1, #KEYS, 2 do
  local window = tonumber(ARGV[i + 3])
  redis.call('RPUSH', KEYS[i], string.format('%.0f', start))
  redis.call('LTRIM', KEYS[i], -ARGV[2 + #KEYS + 1], -1)
  redis.call('PEXPIRE', KEYS[i], math.ceil(start - now) + window + 1000)
end
return math.ceil(start - now)
"""
# A shorter silence never replaces a longer one.
_FREEZE: Final = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
return 1
"""


_REMEMBERED: Final = 64
"""Reserved moments kept per scope; more than the greatest ``count``."""


class Limit(Protocol):
    """A bucket; ``bot.pacing.Bucket`` is one."""

    @property
    def scope(self) -> str:
        """What is limited."""
        ...

    @property
    def count(self) -> int:
        """At most so many calls."""
        ...

    @property
    def window_ms(self) -> int:
        """In any stretch of so many milliseconds."""
        ...


class RedisPace:
    """The pace that all replicas of a bot share; implements ``bot.pacing.Pace``."""

    def __init__(self, redis: Redis, *, bot_id: int) -> None:
        self._redis = redis
        self._bot_id = bot_id
        self._reserve = redis.register_script(_RESERVE)
        self._freeze = redis.register_script(_FREEZE)

    async def reserve(
        self, buckets: Sequence[Limit], *, max_wait_s: float, now_ms: int = 0
    ) -> float | None:
        """Reserve the next moment that all buckets allow.

        Args:
            buckets: What the call counts against.
            max_wait_s: Nothing is reserved when it would be later than this.
            now_ms: For tests; 0 means Redis's own clock.

        Returns:
            Seconds to wait, or None.

        Raises:
            UnavailableError: Redis is down.
        """
        keys: list[str] = []
        numbers: list[Any] = [int(max_wait_s * 1000), now_ms]
        for bucket in buckets:
            keys += [
                str(PaceKey(self._bot_id, bucket.scope)),
                str(FrozenKey(self._bot_id, bucket.scope)),
            ]
            numbers += [bucket.count, bucket.window_ms]
        numbers.append(_REMEMBERED)
        with redis_errors():
            wait_ms: int = await self._reserve(keys=keys, args=numbers)
        return None if wait_ms < 0 else wait_ms / 1000

    async def freeze(self, scope: str, seconds: float) -> None:
        """Let nothing out in the scope for so long, from any replica."""
        key = str(FrozenKey(self._bot_id, scope))
        with redis_errors():
            await self._freeze(keys=[key], args=[max(1, int(seconds * 1000))])

    async def frozen_for(self, scopes: Sequence[str]) -> float:
        """Tell for how many seconds more one of the scopes is frozen."""
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for scope in scopes:
                    pipe.pttl(str(FrozenKey(self._bot_id, scope)))
                left: list[int] = await pipe.execute()
        return max([0, *left]) / 1000
