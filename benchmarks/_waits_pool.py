"""A pool of two workers in fast time, with the order of service of the real one."""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks._waits_line import Line, LinedUp
from benchmarks._waits_load import DAY_S, USAGES, Arrival, Request
from services.inference.kinds import JobKind
from services.inference.waits import JobTiming, WaitFeatures

WORKERS: Final = 2
LEASE_S: Final = 12.0
# A worker that died counts as living for so long, and so do its jobs.
ALIVE_S: Final = 5.0
_NOBODY: Final = WORKERS
_STAYS_AWAY: Final = 0.15
_SLOWER_BY_NEIGHBOUR: Final = 0.08


@dataclass(frozen=True, slots=True)
class Replayed:
    """A finished job: what was known, and when its caller learned how it was."""

    accepted_s: float
    done_s: float
    timing: JobTiming


class Pool:
    """Runs arrivals through the pool."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"pool-{seed}")
        self._now = 0.0
        self._number = 0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._lines = {kind: Line(kind) for kind in JobKind}
        self._returned: dict[JobKind, list[LinedUp]] = {kind: [] for kind in JobKind}
        self._alive = [True] * WORKERS
        self._counted = [*self._alive, False]
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
            self._at(dies + ALIVE_S, partial(self._miss, worker))
            self._at(dies + away, partial(self._return, worker))

    def _set_speed(self, factor: float) -> None:
        self._speed = factor

    def _accept(self, request: Request) -> None:
        line = self._lines[request.kind]
        place = line.place(
            request,
            running=sum(self._counted[job.worker] for job in line.running),
            slots=USAGES[request.kind].slots * sum(self._counted),
            now=self._now,
        )
        if line.is_full(request, place.ahead):
            self.refused += 1
            return
        features = WaitFeatures(
            kind=request.kind,
            priority=request.priority,
            place=place,
            work=request.work,
            most_tokens=request.most_tokens,
            hour=self._now % DAY_S / 3600.0,
        )
        line.add(request, features, self._now)
        self._release(line)

    def _release(self, line: Line) -> None:
        """Give free slots to jobs that lost their worker, then to the line."""
        while (worker := self._free_worker(line)) is not None:
            returned = self._returned[line.kind]
            job = returned.pop(0) if returned else line.next()
            if job is None:
                return
            if self._now > job.accepted_s + job.request.deadline_s:
                self.expired += 1
                continue
            # From the line to the worker.
            job.begun_s = self._now + self._random.lognormvariate(-4.8, 0.4)
            job.worker = worker
            line.running.append(job)
            ends = job.begun_s + job.request.service_s * self._slowness(worker)
            self._at(ends, partial(self._end, job, worker, job.begun_s))

    def _free_worker(self, line: Line) -> int | None:
        busy = [sum(job.worker == worker for job in line.running) for worker in range(WORKERS)]
        free = [worker for worker in range(WORKERS)
                if self._alive[worker] and busy[worker] < USAGES[line.kind].slots]  # fmt: skip
        return min(free, key=lambda worker: busy[worker]) if free else None

    def _slowness(self, worker: int) -> float:
        """The jobs of a device share it."""
        neighbours = sum(job.worker == worker for line in self._lines.values()
                         for job in line.running) - 1  # fmt: skip
        return self._speed * (1.0 + _SLOWER_BY_NEIGHBOUR * neighbours)

    def _end(self, job: LinedUp, worker: int, begun: float) -> None:
        line = self._lines[job.request.kind]
        died_meanwhile = job not in line.running or job.begun_s != begun
        if died_meanwhile or job.worker != worker or job.features is None:
            return
        line.running.remove(job)
        ran_s = self._now - begun
        line.service_s.append(ran_s)
        timing = JobTiming(features=job.features, waited_s=begun - job.accepted_s, ran_s=ran_s)
        self._finished.append(Replayed(job.accepted_s, self._now, timing))
        if job.request.then is not None:
            self._accept(job.request.then)
        self._release(line)

    def _die(self, worker: int) -> None:
        self._alive[worker] = False
        for line in self._lines.values():
            for job in line.running:
                if job.worker == worker:
                    job.begun_s = self._now  # Its end, planned already, counts for nothing.
                    self._at(self._now + LEASE_S, partial(self._redeliver, line, job))

    def _miss(self, worker: int) -> None:
        """See that a worker is gone; when it comes back it is another one."""
        if self._alive[worker]:
            return
        self._counted[worker] = False
        for line in self._lines.values():
            for job in line.running:
                if job.worker == worker:
                    job.worker = _NOBODY

    def _redeliver(self, line: Line, job: LinedUp) -> None:
        line.running.remove(job)
        self._returned[line.kind].append(job)
        self._release(line)

    def _return(self, worker: int) -> None:
        self._alive[worker] = self._counted[worker] = True
        for line in self._lines.values():
            self._release(line)
