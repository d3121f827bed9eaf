"""Which of the waiting items go into the next batch."""

from bisect import insort
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from services.inference.models import Priority

# The rest may be padding; beyond that two batches are cheaper than one.
_LEAST_FILLED: Final = 0.5


class Waiting(Protocol):
    """What stands in line.

    Attributes:
        tokens: Its length.
        priority: Its line.
        number: Smaller for those that came earlier.
        alone: It has to be a batch of its own.
    """

    tokens: int
    priority: Priority
    number: int
    alone: bool


WaitingT = TypeVar("WaitingT", bound=Waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """How much a model computes at once.

    Attributes:
        items: Most items of a batch.
        tokens: Most tokens of a batch with its padding, which is the longest times the count; an
            item that is longer runs alone. It bounds how long an urgent item waits.
        waiting: Most items that wait; more are refused.
    """

    items: int
    tokens: int
    waiting: int = 8192

    def hold(self, count: int, longest: int, total: int) -> bool:
        """Tell whether a batch of this count, greatest length and sum of lengths may run."""
        padded = count * longest
        return count <= self.items and padded <= self.tokens and total >= padded * _LEAST_FILLED


class BatchLines(Generic[WaitingT]):
    """The waiting items, one line for each priority.

    A batch is of one priority, the highest that waits: an urgent item waits for the batch that
    runs and for urgent ones, and does not pay for others in its own. The oldest item always goes;
    the neighbours in length that add least padding go with it. So an item waits for at most as
    many batches of its priority as there were items before it.
    """

    def __init__(self, limits: BatchLimits) -> None:
        self._limits = limits
        self._lines: dict[Priority, _Line[WaitingT]] = {each: _Line() for each in Priority}

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def add(self, item: WaitingT) -> None:
        """Let an item wait."""
        self._lines[item.priority].add(item)

    def take(self) -> list[WaitingT]:
        """Take the next batch, the shortest first; empty when nothing waits."""
        for line in self._lines.values():
            if line:
                return line.take(self._limits)
        return []

    def drop(self, unwanted: Callable[[WaitingT], bool]) -> None:
        """Let items wait no longer."""
        for line in self._lines.values():
            line.drop(unwanted)

    def clear(self) -> list[WaitingT]:
        """Let nothing wait any longer, and give what did."""
        dropped: list[WaitingT] = []
        for line in self._lines.values():
            dropped += line.clear()
        return dropped

    def tokens(self, priority: Priority) -> int:
        """Count the tokens that go before an item which comes now."""
        tokens = 0
        for each, line in self._lines.items():
            tokens += line.tokens
            if each is priority:
                break
        return tokens


class _Line(Generic[WaitingT]):
    """Items of one priority."""

    def __init__(self) -> None:
        self._by_length: list[WaitingT] = []
        self._alone: deque[WaitingT] = deque()

    def __len__(self) -> int:
        return len(self._by_length) + len(self._alone)

    @property
    def tokens(self) -> int:
        return sum(item.tokens for item in (*self._by_length, *self._alone))

    def add(self, item: WaitingT) -> None:
        if item.alone:
            self._alone.append(item)
        else:
            insort(self._by_length, item, key=_by_length)

    def take(self, limits: BatchLimits) -> list[WaitingT]:
        # Those that have to run alone ran before, so they are the oldest.
        if self._alone:
            return [self._alone.popleft()]
        start, end = _window(self._by_length, limits)
        batch = self._by_length[start:end]
        del self._by_length[start:end]
        return batch

    def clear(self) -> list[WaitingT]:
        dropped = [*self._by_length, *self._alone]
        self.drop(lambda _: True)
        return dropped

    def drop(self, unwanted: Callable[[WaitingT], bool]) -> None:
        self._by_length = [item for item in self._by_length if not unwanted(item)]
        self._alone = deque(item for item in self._alone if not unwanted(item))


def _by_length(item: Waiting) -> tuple[int, int]:
    return item.tokens, item.number


def _window(items: Sequence[Waiting], limits: BatchLimits) -> tuple[int, int]:
    """Grow a stretch of items, which are sorted by length, around the oldest one."""
    start = min(range(len(items)), key=lambda at: items[at].number)
    end = start + 1
    total = items[start].tokens
    while True:
        count, longest = end - start + 1, items[end - 1].tokens
        padding: dict[int, int] = {}
        if start > 0:
            shorter = items[start - 1].tokens
            if limits.hold(count, longest, total + shorter):
                padding[start - 1] = longest - shorter
        if end < len(items):
            longer = items[end].tokens
            if limits.hold(count, longer, total + longer):
                padding[end] = (longer - longest) * (count - 1)
        if not padding:
            return start, end
        at = min(padding, key=padding.__getitem__)
        total += items[at].tokens
        start, end = min(start, at), max(end, at + 1)
