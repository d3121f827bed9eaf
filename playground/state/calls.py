import time
from collections import deque
from dataclasses import dataclass, field

from playground.encoding import Json

KEPT = 5_000
KEPT_CRASHES = 100


@dataclass(slots=True)
class CallLog:
    """What bots called, for the developer's drawer and for tests.

    ``last_at`` is in seconds of a clock that nobody moves; ``crashes`` holds the playground's own
    failures, newest last, which a test wants to be empty.
    """

    count: int = 0
    entries: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT))
    crashes: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_CRASHES))
    in_flight: dict[int, int] = field(default_factory=dict)
    last_at: dict[int, float] = field(default_factory=dict)

    def begin(self, bot: int) -> None:
        """A call came in."""
        self.in_flight[bot] = self.in_flight.get(bot, 0) + 1
        self.last_at[bot] = time.monotonic()

    def end(self, bot: int) -> None:
        """It was answered, or its connection is gone."""
        self.in_flight[bot] -= 1
        self.last_at[bot] = time.monotonic()

    def add(self, entry: Json) -> Json:
        """Record a finished call; gives it its id."""
        self.count += 1
        numbered = {"id": self.count} | entry
        self.entries.append(numbered)
        return numbered

    def crash(self, method: str, error: Exception) -> None:
        """Remember that the playground itself failed."""
        self.crashes.append(f"{method}: {type(error).__name__}: {error}")
