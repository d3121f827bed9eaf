"""A pool of two workers in fast time, with the order of service of the real one.

Each kind has a queue of its own: most urgent first, within a priority by virtual finish time, so
that a chat that floods waits behind its own jobs. Only twice the slots are let into the engine,
which runs them in the order in which they came, most urgent first.
"""

import heapq
import random
from bisect import insort
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from benchmarks._waits_load import DAY_S, USAGES, Arrival, Request
from benchmarks.report import percentile
from services.inference.bus import Place
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import JobTiming, WaitFeatures

WORKERS: Final = 2
LEASE_S: Final = 12.0
_RING: Final = 64
_STAYS_AWAY: Final = 0.15
_LET_IN_PER_SLOT: Final = 2
_URGENCY: Final = {priority: number for number, priority in enumerate(Priority)}


@dataclass(frozen=True, slots=True)
class Replayed:
    """A finished job: what was known, and when its caller learned how it was."""

    accepted_s: float
    done_s: float
    timing: JobTiming


@dataclass(slots=True, eq=False)
class _Job:
    request: Request
    accepted_s: float
    finish_tag: float
    number: int
    features: WaitFeatures | None = None
    begun_s: float = 0.0
    worker: int = -1

    @property
    def rank(self) -> tuple[int, float, int]:
        """Who is let in first."""
        return _URGENCY[self.request.priority], self.finish_tag, self.number


@dataclass(slots=True)
class _Queue:
    """What is known of a kind."""

    kind: JobKind
    waiting: list[tuple[tuple[int, float, int], _Job]] = field(default_factory=list)
    let_in: list[tuple[tuple[int, int], _Job]] = field(default_factory=list)
    running: list[_Job] = field(default_factory=list)
    services: deque[float] = field(default_factory=lambda: deque(maxlen=_RING))
    tags: dict[int, float] = field(default_factory=dict)
    virtual_time: float = 0.0

    def tag(self, request: Request) -> float:
        """Take the next turn of a chat."""
        begins = max(self.virtual_time, self.tags.get(request.chat, 0.0))
        self.tags[request.chat] = begins + request.cost
        return begins + request.cost

    def place(self, job: _Job, slots: int, now: float) -> Place:
        """Tell where a job stands that is just coming."""
        urgency = _URGENCY[job.request.priority]
        ahead = [other for (other_urgency, _), other in self.let_in if other_urgency <= urgency]
        ahead += [other for rank, other in self.waiting if rank < job.rank]
        return Place(
            ahead=len(ahead),
            ahead_cost=sum(other.request.cost for other in ahead),
            running=len(self.running),
            slots=slots,
            service_p50_s=percentile(self.services, 0.5) if self.services else 0.0,
            service_p90_s=percentile(self.services, 0.9) if self.services else 0.0,
            running_for_s=sum(now - other.begun_s for other in self.running),
        )


class Pool:
    """Runs arrivals through the pool; see the module."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"pool-{seed}")
        self._now = 0.0
        self._number = 0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._queues = {kind: _Queue(kind) for kind in JobKind}
        self._alive = [True] * WORKERS
        self._speed = 1.0
        self._finished: list[Replayed] = []
        self.refused = 0
        self.expired = 0

    def run(self, arrivals: Sequence[Arrival], days: int) -> list[Replayed]:
        """Give all finished jobs, in the order in which they ended."""
        for arrival in arrivals:
            self._at(arrival.at_s, partial(self._accept, arrival.request))
        for day in range(days):
            self._plan_trouble(day * DAY_S)
        while self._events:
            self._now, _, happen = heapq.heappop(self._events)
            happen()
        return self._finished

    def _at(self, moment: float, happen: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, (moment, self._number, happen))

    def _plan_trouble(self, start: float) -> None:
        """Slow periods, and workers that die and come back."""
        for _ in range(self._random.randint(1, 3)):
            begins = start + self._random.uniform(0, DAY_S)
            lasts, slow = self._random.uniform(600, 3600), self._random.uniform(1.3, 2.2)
            self._at(begins, partial(self._set_speed, slow))
            self._at(begins + lasts, partial(self._set_speed, 1.0))
        for _ in range(self._random.randint(2, 6)):
            worker, dies = self._random.randrange(WORKERS), start + self._random.uniform(0, DAY_S)
            away = 600.0 if self._random.random() < _STAYS_AWAY else self._random.uniform(5, 40)
            self._at(dies, partial(self._die, worker))
            self._at(dies + away, partial(self._return, worker))

    def _set_speed(self, factor: float) -> None:
        self._speed = factor

    def _accept(self, request: Request) -> None:
        queue, usage = self._queues[request.kind], USAGES[request.kind]
        if not request.patient and len(queue.waiting) >= usage.cap:
            self.refused += 1
            return
        self._number += 1
        job = _Job(request, self._now, queue.tag(request), self._number)
        job.features = WaitFeatures(
            kind=request.kind,
            priority=request.priority,
            place=queue.place(job, self._slots(request.kind), self._now),
            work=request.work,
            most_tokens=request.most_tokens,
            hour=self._now % DAY_S / 3600.0,
        )
        insort(queue.waiting, (job.rank, job))
        self._let_in(queue)
        self._begin(queue)

    def _let_in(self, queue: _Queue) -> None:
        room = _LET_IN_PER_SLOT * USAGES[queue.kind].slots * WORKERS
        while queue.waiting and len(queue.let_in) + len(queue.running) < room:
            _, job = queue.waiting.pop(0)
            queue.virtual_time = max(queue.virtual_time, job.finish_tag - job.request.cost)
            self._number += 1
            self._enter(queue, job)

    def _enter(self, queue: _Queue, job: _Job) -> None:
        insort(queue.let_in, ((_URGENCY[job.request.priority], self._number), job))

    def _begin(self, queue: _Queue) -> None:
        while queue.let_in and (worker := self._free_worker(queue)) is not None:
            _, job = queue.let_in.pop(0)
            if self._now > job.accepted_s + job.request.deadline_s:
                self.expired += 1
                self._let_in(queue)
                continue
            # From the queue to the worker.
            job.begun_s = self._now + self._random.lognormvariate(-4.8, 0.4)
            job.worker = worker
            queue.running.append(job)
            ends = job.begun_s + job.request.service_s * self._slowness(worker)
            self._at(ends, partial(self._end, job, worker, job.begun_s))

    def _free_worker(self, queue: _Queue) -> int | None:
        busy = [sum(job.worker == worker for job in queue.running) for worker in range(WORKERS)]
        free = [worker for worker in range(WORKERS)
                if self._alive[worker] and busy[worker] < USAGES[queue.kind].slots]  # fmt: skip
        return min(free, key=lambda worker: busy[worker]) if free else None

    def _slowness(self, worker: int) -> float:
        """The jobs of a device share it."""
        others = sum(job.worker == worker for queue in self._queues.values()
                     for job in queue.running)  # fmt: skip
        return self._speed * (1.0 + 0.08 * max(0, others - 1))

    def _end(self, job: _Job, worker: int, begun: float) -> None:
        queue = self._queues[job.request.kind]
        if job not in queue.running or job.begun_s != begun or job.worker != worker:
            return
        queue.running.remove(job)
        ran_s = self._now - job.begun_s
        queue.services.append(ran_s)
        assert job.features is not None  # noqa: S101 - set when it was accepted
        timing = JobTiming(
            features=job.features, waited_s=job.begun_s - job.accepted_s, ran_s=ran_s
        )
        self._finished.append(Replayed(job.accepted_s, self._now, timing))
        if job.request.then is not None:
            self._accept(job.request.then)
        self._let_in(queue)
        self._begin(queue)

    def _die(self, worker: int) -> None:
        self._alive[worker] = False
        for queue in self._queues.values():
            for job in [job for job in queue.running if job.worker == worker]:
                queue.running.remove(job)
                job.worker = -1
                self._at(self._now + LEASE_S, partial(self._redeliver, job))

    def _redeliver(self, job: _Job) -> None:
        queue = self._queues[job.request.kind]
        insort(queue.let_in, ((_URGENCY[job.request.priority], 0 - job.number), job))
        self._begin(queue)

    def _return(self, worker: int) -> None:
        self._alive[worker] = True
        for queue in self._queues.values():
            self._begin(queue)

    def _slots(self, kind: JobKind) -> int:
        return USAGES[kind].slots * sum(self._alive)
