from collections import deque
from dataclasses import dataclass, field

from playground.encoding import Json

KEPT = 5_000


@dataclass(slots=True)
class CallLog:
    """What bots called, for the developer's drawer and for tests."""

    count: int = 0
    entries: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT))
    in_flight: dict[int, int] = field(default_factory=dict)
    last_at: dict[int, float] = field(default_factory=dict)

    def begin(self, bot: int, now: float) -> None:
        """A call came in."""
        self.in_flight[bot] = self.in_flight.get(bot, 0) + 1
        self.last_at[bot] = now

    def end(self, bot: int, now: float) -> None:
        """It was answered, or its connection is gone."""
        self.in_flight[bot] -= 1
        self.last_at[bot] = now

    def add(self, entry: Json) -> Json:
        """Record a finished call; gives it its id."""
        self.count += 1
        numbered = {"id": self.count} | entry
        self.entries.append(numbered)
        return numbered
