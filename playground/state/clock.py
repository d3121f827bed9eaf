"""The town's time: real time, or a test's, plus what was skipped."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from playground.refusals import SimError
from playground.state.signal import Signal

FARTHEST_S = 20 * 366 * 86_400.0


class Clock:
    """Tells the time in Unix seconds; it can be moved forwards and never goes back by itself.

    Args:
        source: Where the time comes from; a test may give its own.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self.offset_s = 0.0
        self.moved = Signal()

    def __call__(self) -> float:
        """Give the time now."""
        return self._source() + self.offset_s

    def advance(self, seconds: float) -> float:
        """Skip some time; gives what the time is now.

        Raises:
            SimError: It would go backwards, or more than twenty years at once.
        """
        if not math.isfinite(seconds) or seconds < 0:
            raise SimError(400, "the clock can only be moved forwards")
        if seconds > FARTHEST_S:
            raise SimError(400, "the clock is moved by twenty years at most")
        self.offset_s += seconds
        self.moved.notify()
        return self()

    def resume(self, offset_s: float, last_seen: float) -> None:
        """Take up the clock of a saved town, not earlier than when it was saved."""
        self.offset_s = max(offset_s, last_seen - self._source())

    def deadline(self, seconds: float) -> "Deadline":
        """Give what ends when so much time has passed, here or in the real world."""
        return Deadline(self, self() + seconds, time.monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a wait: a moved clock ends it early, and a clock that stands does not block it."""

    clock: Clock
    town_at: float
    real_at: float

    @property
    def left_s(self) -> float:
        """Seconds to wait at most; 0 when it is over."""
        return max(0.0, min(self.town_at - self.clock(), self.real_at - time.monotonic()))
