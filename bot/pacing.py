"""How fast the bot may speak: buckets that fill up again, and scopes that Telegram froze.

A call reserves its moment in every bucket that it counts against and then waits for it, so calls
go out in the order in which they were asked for, and nobody asks twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from services.clock import Clock
from services.errors import UnavailableError

log = structlog.get_logger(__name__)

GLOBAL: Final = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A limit of one scope.

    Attributes:
        scope: What is limited: ``global``, ``chat:42``, ``drafts:42``.
        every_ms: One call per this many milliseconds in the long run.
        burst: So many calls at once after a quiet time.
    """

    scope: str
    every_ms: int
    burst: int


class Pace(Protocol):
    """Who decides when a call may go out; see ``LocalPace`` and ``RedisPace``."""

    async def reserve(self, buckets: Sequence[Bucket], *, max_wait_s: float) -> float | None:
        """Reserve the next moment that all buckets allow.

        Returns:
            Seconds to wait from now; None, and nothing is reserved, when it is more than
            ``max_wait_s``.
        """
        ...

    async def freeze(self, scope: str, seconds: float) -> None:
        """Let nothing out in the scope for so long; Telegram asked for it."""
        ...

    async def frozen_for(self, scopes: Sequence[str]) -> float:
        """Tell for how many seconds more one of the scopes is frozen."""
        ...


class LocalPace:
    """Pace of this process alone, for the time in which Redis is down."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._full_at: dict[str, float] = {}
        self._frozen_until: dict[str, float] = {}

    async def reserve(self, buckets: Sequence[Bucket], *, max_wait_s: float) -> float | None:
        """Reserve; see ``Pace.reserve``."""
        now = self._clock.monotonic() * 1000
        self._forget_full(now)
        start = now + 1000 * await self.frozen_for([bucket.scope for bucket in buckets])
        for bucket in buckets:
            start = max(start, earliest(self._full_at.get(bucket.scope, 0.0), bucket))
        if start - now > max_wait_s * 1000:
            return None
        for bucket in buckets:
            full_at = self._full_at.get(bucket.scope, 0.0)
            self._full_at[bucket.scope] = max(full_at, start) + bucket.every_ms
        return (start - now) / 1000

    async def freeze(self, scope: str, seconds: float) -> None:
        """Freeze; see ``Pace.freeze``."""
        until = self._clock.monotonic() + seconds
        self._frozen_until[scope] = max(self._frozen_until.get(scope, 0.0), until)

    async def frozen_for(self, scopes: Sequence[str]) -> float:
        """Tell how long; see ``Pace.frozen_for``."""
        now = self._clock.monotonic()
        return max([0.0, *(self._frozen_until.get(scope, 0.0) - now for scope in scopes)])

    def _forget_full(self, now: float) -> None:
        self._full_at = {scope: at for scope, at in self._full_at.items() if at > now}


def earliest(full_at_ms: float, bucket: Bucket) -> float:
    """Tell the first moment that a bucket allows, given when it would be full again."""
    return full_at_ms - bucket.every_ms * (bucket.burst - 1)


class ResilientPace:
    """The replicas' shared pace; this process's own while Redis is down."""

    def __init__(self, shared: Pace, own: Pace) -> None:
        self._shared = shared
        self._own = own

    async def reserve(self, buckets: Sequence[Bucket], *, max_wait_s: float) -> float | None:
        """Reserve; see ``Pace.reserve``."""
        try:
            return await self._shared.reserve(buckets, max_wait_s=max_wait_s)
        except UnavailableError:
            return await self._own.reserve(buckets, max_wait_s=max_wait_s)

    async def freeze(self, scope: str, seconds: float) -> None:
        """Freeze here and, when possible, everywhere."""
        await self._own.freeze(scope, seconds)
        try:
            await self._shared.freeze(scope, seconds)
        except UnavailableError:
            log.warning("freeze_not_shared", scope=scope)

    async def frozen_for(self, scopes: Sequence[str]) -> float:
        """Tell how long; see ``Pace.frozen_for``."""
        try:
            return await self._shared.frozen_for(scopes)
        except UnavailableError:
            return await self._own.frozen_for(scopes)
