"""A circuit breaker: a backend that keeps failing is left alone for a while, then tried once.

    closed --(failures in a row)--> open --(its time is over)--> half-open --(success)--> closed
                                     ^                               |
                                     +----------(failure)-----------+

Open, every call is refused at once, so nobody waits for a dead server. Half-open, one call goes
through as a probe and the others are refused until it has ended.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from services.clock import Clock


class BreakerState(StrEnum):
    """Whether calls go through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """When to give up on a backend, and for how long.

    Attributes:
        failures: So many in a row open it.
        first_wait_s: Seconds that it stays open the first time; each failed probe doubles them.
        longest_wait_s: Their upper bound.
        jitter: Part of the wait, 0 to 1, that is left to chance, so that many workers do not
            probe together.
    """

    failures: int = 3
    first_wait_s: float = 5.0
    longest_wait_s: float = 120.0
    jitter: float = 0.2


class Breaker:
    """Counts the failures of one backend. It knows no backend: calls are reported to it."""

    def __init__(
        self,
        clock: Clock,
        policy: BreakerPolicy | None = None,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Start closed.

        Args:
            clock: For the waits.
            policy: When it opens; by default as ``BreakerPolicy`` says.
            chance: Gives numbers from 0 to 1, for the jitter.
        """
        self._clock = clock
        self._policy = policy or BreakerPolicy()
        self._chance = chance
        self._failures = 0
        self._openings = 0
        self._retry_at: float | None = None
        # Calls that began before the last change of state say nothing about the present.
        self._epoch = 0
        self._probe: Permit | None = None

    @property
    def state(self) -> BreakerState:
        """Tell whether calls go through now."""
        if self._retry_at is None:
            return BreakerState.CLOSED
        due = self._clock.monotonic() >= self._retry_at
        return BreakerState.HALF_OPEN if due else BreakerState.OPEN

    @property
    def failures(self) -> int:
        """Count the failures since the last success."""
        return self._failures

    @property
    def retry_in_s(self) -> float:
        """Tell the seconds until a call may go through; 0 when one may be tried now."""
        if self._retry_at is None:
            return 0.0
        return max(0.0, self._retry_at - self._clock.monotonic())

    def ask(self) -> "Permit | None":
        """Ask to call the backend.

        Returns:
            A permit, on which the outcome must be reported; None: do not call.
        """
        match self.state:
            case BreakerState.OPEN:
                return None
            case BreakerState.HALF_OPEN:
                if self._probe is not None:
                    return None
                self._probe = Permit(self, self._epoch)
                return self._probe
            case BreakerState.CLOSED:
                return Permit(self, self._epoch)

    def _succeeded(self, permit: "Permit") -> None:
        if permit.epoch != self._epoch:
            return
        self._failures = 0
        if self._retry_at is not None:
            self._openings = 0
            self._retry_at = None
            self._change()

    def _failed(self, permit: "Permit") -> None:
        if permit.epoch != self._epoch:
            return
        self._failures += 1
        if self._retry_at is not None or self._failures >= self._policy.failures:
            self._open()

    def _dropped(self, permit: "Permit") -> None:
        if permit is self._probe:
            self._probe = None

    def _open(self) -> None:
        policy = self._policy
        # The exponent is bounded, for 2.0**1024 is no number.
        longest_s = min(policy.longest_wait_s, policy.first_wait_s * 2.0 ** min(self._openings, 60))
        wait_s = longest_s * (1.0 - policy.jitter * self._chance())
        self._openings += 1
        self._retry_at = self._clock.monotonic() + wait_s
        self._change()

    def _change(self) -> None:
        self._epoch += 1
        self._probe = None


class Permit:
    """The right to make one call; report its outcome once, later reports do nothing.

    Attributes:
        epoch: Numbers the stretch of one state in which it was given.
    """

    def __init__(self, breaker: Breaker, epoch: int) -> None:
        self.epoch = epoch
        self._breaker: Breaker | None = breaker

    def succeeded(self) -> None:
        """Report that the backend answered; what it answered does not matter."""
        if (breaker := self._use()) is not None:
            breaker._succeeded(self)  # noqa: SLF001 - one thing in two classes

    def failed(self) -> None:
        """Report that the backend was down, silent, or refused us."""
        if (breaker := self._use()) is not None:
            breaker._failed(self)  # noqa: SLF001 - one thing in two classes

    def drop(self) -> None:
        """Report that the call ended without telling anything; a probe may be made again."""
        if (breaker := self._use()) is not None:
            breaker._dropped(self)  # noqa: SLF001 - one thing in two classes

    def _use(self) -> Breaker | None:
        breaker, self._breaker = self._breaker, None
        return breaker
