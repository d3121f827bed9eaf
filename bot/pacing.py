"""How fast the bot may speak: so many calls in any stretch of time, and scopes that are frozen.

A call reserves its moment in a scope and then waits for it, so calls of a scope go out in the order
in which they were asked for, and nobody asks twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from services.clock import Clock
from services.errors import UnavailableError

log = structlog.get_logger(__name__)

GLOBAL: Final = "global"
_MOST_SCOPES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A limit of one scope.

    Attributes:
        scope: What is limited: ``global``, ``chat:42``, ``signals:42``.
        count: At most so many calls ...
        window_ms: ... in any stretch of so many milliseconds.
    """

    scope: str
    count: int
    window_ms: int


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
        self._taken: dict[str, tuple[float, ...]] = {}
        self._frozen_until: dict[str, float] = {}

    async def reserve(self, buckets: Sequence[Bucket], *, max_wait_s: float) -> float | None:
        """Reserve; see ``Pace.reserve``."""
        now = self._clock.monotonic() * 1000
        start = now + 1000 * await self.frozen_for([bucket.scope for bucket in buckets])
        start = max([start, *(self._earliest(bucket) for bucket in buckets)])
        if start - now > max_wait_s * 1000:
            return None
        for bucket in buckets:
            self._take(bucket, start, now)
        return (start - now) / 1000

    def _earliest(self, bucket: Bucket) -> float:
        """Tell the first moment that a bucket allows; never before an earlier call of the scope."""
        taken = self._taken.get(bucket.scope, ())
        if len(taken) < bucket.count:
            return taken[-1] if taken else 0.0
        return max(taken[-1], taken[-bucket.count] + bucket.window_ms)

    def _take(self, bucket: Bucket, start: float, now: float) -> None:
        earlier = self._taken.get(bucket.scope, ())
        kept = [moment for moment in earlier if moment > now - bucket.window_ms]
        self._taken[bucket.scope] = (*kept, start)
        if len(self._taken) > _MOST_SCOPES:
            self._taken = {scope: taken for scope, taken in self._taken.items() if taken[-1] > now}

    async def freeze(self, scope: str, seconds: float) -> None:
        """Freeze; see ``Pace.freeze``."""
        until = self._clock.monotonic() + seconds
        self._frozen_until[scope] = max(self._frozen_until.get(scope, 0.0), until)

    async def frozen_for(self, scopes: Sequence[str]) -> float:
        """Tell how long; see ``Pace.frozen_for``."""
        now = self._clock.monotonic()
        return max([0.0, *(self._frozen_until.get(scope, 0.0) - now for scope in scopes)])


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
