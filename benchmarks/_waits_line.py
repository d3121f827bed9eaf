"""The line of a kind: who goes next, and what a newcomer is told, as the real queue has it."""

from bisect import bisect_right, insort
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

from benchmarks._waits_load import Request
from benchmarks.report import percentile
from services.inference.bus import Place
from services.inference.caps import Caps
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import WaitFeatures

# As the queue remembers.
_SERVICE_TIMES: Final = 64
_CAPS: Final = Caps()


@dataclass(slots=True, eq=False)
class LinedUp:
    """A job from its acceptance to its end."""

    request: Request
    accepted_s: float
    start_tag: float
    features: WaitFeatures | None = None
    begun_s: float = 0.0
    worker: int = -1


@dataclass(slots=True)
class _Fairness:
    """Start-time fair queueing in one priority: a chat's job starts where its last one ends."""

    now: float = 0.0
    ends: dict[int, float] = field(default_factory=dict)
    waiting: list[tuple[float, int, LinedUp]] = field(default_factory=list)

    def start(self, chat: int) -> float:
        """Tell where a chat's next job starts."""
        return max(self.now, self.ends.get(chat, 0.0))

    def released(self, start: float) -> None:
        """Move time to the middle of a job that goes to a worker."""
        middle = start + 0.5
        if middle > self.now:
            self.now = middle
            self.ends = {chat: end for chat, end in self.ends.items() if end > middle}


class Line:
    """What waits and runs of a kind.

    Attributes:
        running: Jobs that workers hold, those of silent workers included.
        service_s: Latest service times.
    """

    def __init__(self, kind: JobKind) -> None:
        self.kind = kind
        self.running: list[LinedUp] = []
        self.service_s: deque[float] = deque(maxlen=_SERVICE_TIMES)
        self._fair = {priority: _Fairness() for priority in Priority}
        self._of_chat: Counter[int] = Counter()
        self._number = 0

    def place(self, request: Request, *, running: int, slots: int, now: float) -> Place:
        """Tell where a job would stand."""
        ahead = 0
        for priority, fair in self._fair.items():
            if priority is request.priority:
                start = fair.start(request.chat)
                ahead += bisect_right(fair.waiting, start, key=lambda waiting: waiting[0])
                break
            ahead += len(fair.waiting)
        return Place(
            ahead=ahead,
            ahead_cost=float(ahead),
            running=running,
            slots=slots,
            service_p50_s=percentile(self.service_s, 0.5) if self.service_s else 0.0,
            service_p90_s=percentile(self.service_s, 0.9) if self.service_s else 0.0,
            running_for_s=sum(now - job.begun_s for job in self.running),
        )

    def is_full(self, request: Request, ahead: int) -> bool:
        """Tell whether a job is refused: for what is before it, or for its own chat's jobs."""
        if request.patient:
            return False
        chat_is_full = self._of_chat[request.chat] >= _CAPS.of_chat(self.kind)
        return ahead >= _CAPS.of_kind(self.kind) or chat_is_full

    def add(self, request: Request, features: WaitFeatures, now: float) -> None:
        """Line a job up."""
        if not self.running and not any(fair.waiting for fair in self._fair.values()):
            for idle in self._fair.values():
                idle.ends.clear()
        fair = self._fair[request.priority]
        job = LinedUp(request, now, fair.start(request.chat), features)
        fair.ends[request.chat] = job.start_tag + 1.0
        self._number += 1
        self._of_chat[request.chat] += 1
        insort(fair.waiting, (job.start_tag, self._number, job))

    def next(self) -> LinedUp | None:
        """Take the job that goes to a worker."""
        for fair in self._fair.values():
            if fair.waiting:
                start, _, job = fair.waiting.pop(0)
                fair.released(start)
                self._of_chat[job.request.chat] -= 1
                return job
        return None
