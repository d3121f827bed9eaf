from collections import deque
from collections.abc import Callable, Collection, Iterator
from itertools import takewhile

from playground.encoding import Json
from playground.state.signal import Signal

KEPT = 20_000


class EventLog:
    """What happened in the town, numbered; people's pages follow it."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.seq = 0
        self.changed = Signal()
        self._now = now
        self._events: deque[Json] = deque(maxlen=KEPT)

    def add(
        self, kind: str, *, to: Collection[int] = (), chat: int | None = None, **more: object
    ) -> int:
        """Record an event that the people ``to`` see in their ``chat``; give its number."""
        self.seq += 1
        event: Json = {"seq": self.seq, "at": self._now(), "kind": kind, "to": sorted(to)}
        if chat is not None:
            event["chat"] = chat
        self._events.append(event | more)
        self.changed.notify()
        return self.seq

    def after(self, seq: int) -> Iterator[Json]:
        """Give the events that came after number ``seq``; a reset first when some are lost."""
        oldest = self.seq - len(self._events) + 1
        if seq > self.seq:  # the number is of an earlier run
            seq = oldest - 2
        begins_anew = bool(self._events) and self._events[0]["kind"] == "reset"
        if seq + 1 < oldest and not begins_anew:
            yield {"seq": oldest - 1, "at": self._now(), "kind": "reset", "to": []}
        newer = takewhile(lambda event: event["seq"] > seq, reversed(self._events))
        yield from reversed(list(newer))

    def reset(self, *, at_least: int) -> None:
        """Let everybody read the state again: the town is another one.

        Numbers go on growing, beyond those of the town's earlier run.
        """
        self.seq = max(self.seq, at_least)
        self._events.clear()
        self.add("reset")

    def forget(self) -> None:
        """Begin anew, as if nothing had happened; before anybody looks."""
        self.seq = 0
        self._events.clear()
