"""Counts what a worker does, for metrics and for ``samovar pool``."""

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Final

import psutil

from services.clock import Clock
from services.inference.kinds import JobKind, Payload
from services.inference.worker_stats import BackendStats, KindStats, ModelStats, WorkerStats
from services.workers.backends import RunningJob
from services.workers.batching import BatchStats
from services.workers.breaker import BreakerPolicy
from services.workers.chain import TELLING_S, Chain, Link, Outcome
from services.workers.job_view import JobView
from services.workers.shelf import Shelf, batches_of

_LATEST: Final = 64
_WINDOW_S: Final = 10.0


class Rate:
    """How fast a count has grown over the last seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._samples: deque[tuple[float, int]] = deque([(monotonic(), 0)])

    def now(self, count: int) -> float:
        """Take the count as it is now; tell its growth per second."""
        now = self._monotonic()
        self._samples.append((now, count))
        while len(self._samples) > 2 and self._samples[1][0] <= now - _WINDOW_S:  # noqa: PLR2004 - a line has two ends
            self._samples.popleft()
        began, was = self._samples[0]
        return round((count - was) / (now - began), 3) if now > began else 0.0


class KindMeter:
    """Counts the jobs of one kind."""

    def __init__(self, clock: Clock, *, slots: int) -> None:
        """Start at nothing.

        Args:
            clock: Measures service times.
            slots: Jobs of the kind that the worker does at once.
        """
        self._clock = clock
        self._slots = slots
        self._running = self._done = self._failed = self._cut = self._tokens = 0
        self._ran_s = 0.0
        self._latest: deque[float] = deque(maxlen=_LATEST)
        self._jobs_rate, self._tokens_rate = Rate(clock.monotonic), Rate(clock.monotonic)

    @contextmanager
    def job(self) -> Iterator[None]:
        """Count a job, which runs inside the context."""
        began = self._clock.monotonic()
        self._running += 1
        try:
            yield
        except asyncio.CancelledError:
            self._cut += 1
            raise
        except BaseException:
            self._failed += 1
            raise
        else:
            ran_s = self._clock.monotonic() - began
            self._done += 1
            self._ran_s += ran_s
            self._latest.append(ran_s)
        finally:
            self._running -= 1

    def wrote(self) -> None:
        """Count a piece of text."""
        self._tokens += 1

    def read(self, backends: tuple[BackendStats, ...]) -> KindStats:
        """Tell what was counted."""
        return KindStats(
            slots=self._slots,
            running=self._running,
            done=self._done,
            failed=self._failed,
            cut=self._cut,
            ran_s=round(self._ran_s, 3),
            p50_s=round(median(self._latest), 4) if self._latest else 0.0,
            jobs_per_s=self._jobs_rate.now(self._done),
            tokens=self._tokens,
            tokens_per_s=self._tokens_rate.now(self._tokens),
            backends=backends,
        )


class MeteredChain(Chain):
    """A chain whose jobs are counted."""

    def __init__(
        self,
        links: Sequence[Link],
        clock: Clock,
        *,
        slots: int,
        policy: BreakerPolicy | None = None,
        telling_s: float = TELLING_S,
    ) -> None:
        """See ``Chain``.

        Args:
            links: Most wanted first; at least one.
            clock: For the breakers and the counts.
            slots: Jobs that the worker does at once.
            policy: Of each breaker.
            telling_s: As in ``Chain``.
        """
        super().__init__(links, clock, policy=policy, telling_s=telling_s)
        self._meter = KindMeter(clock, slots=slots)
        self._batchers = [link for link in links if batches_of(link.backend) is not None]

    async def run(self, payload: Payload, job: RunningJob) -> Outcome:
        """See ``Chain.run``."""
        with self._meter.job():
            return await super().run(payload, _MeteredJob(job, self._meter))

    def read(self) -> KindStats:
        """Tell what was counted."""
        backends = tuple(
            BackendStats(name=each.name, breaker=each.state, failures=each.failures,
                         retry_in_s=round(each.retry_in_s, 1))
            for each in self.states()
        )  # fmt: skip
        return self._meter.read(backends)

    def batches(self) -> Iterator[tuple[str, BatchStats]]:
        """List the backends that batch by themselves, with what they have done."""
        for link in self._batchers:
            stats = batches_of(link.backend)
            if stats is not None:
                yield link.name, stats


class _MeteredJob(JobView):
    """A job whose pieces of text are counted."""

    def __init__(self, job: RunningJob, meter: KindMeter) -> None:
        super().__init__(job)
        self._meter = meter

    def show_text(self, text: str) -> None:
        if text:
            self._meter.wrote()
        super().show_text(text)


class WorkerMeter:
    """Reads all that a worker counts."""

    def __init__(
        self, chains: Mapping[JobKind, MeteredChain], shelf: Shelf, clock: Clock, *, device: str
    ) -> None:
        """Prepare to read.

        Args:
            chains: What does the jobs of each kind.
            shelf: Holds the models.
            clock: For rates.
            device: ``cpu`` or ``cuda:0``.
        """
        self._chains = chains
        self._shelf = shelf
        self._clock = clock
        self._device = device
        self._started_at = clock.monotonic()
        self._token_rates: dict[str, Rate] = {}

    def read(self) -> WorkerStats:
        """Tell what was counted up to now."""
        used, total = memory_use(self._device)
        return WorkerStats(
            up_s=round(self._clock.monotonic() - self._started_at, 1),
            kinds={kind: chain.read() for kind, chain in self._chains.items()},
            models=(*self._shelved(), *self._packaged()),
            memory_used=used,
            memory_total=total,
        )

    def _shelved(self) -> Iterator[ModelStats]:
        for model in self._shelf.loaded():
            yield self._model(
                model.name, model.key, model.batches, memory=model.memory, users=model.users
            )

    def _packaged(self) -> Iterator[ModelStats]:
        for chain in self._chains.values():
            for name, stats in chain.batches():
                yield self._model(name, name, stats)

    def _model(
        self, name: str, key: str, stats: BatchStats | None, *, memory: int = 0, users: int = 0
    ) -> ModelStats:
        if stats is None:
            return ModelStats(name=name, memory=memory, users=users)
        rate = self._token_rates.setdefault(key, Rate(self._clock.monotonic))
        return ModelStats(
            name=name, memory=memory, users=users, batches=stats.batches, items=stats.items,
            last_items=stats.last_items, tokens_per_s=rate.now(stats.tokens),
        )  # fmt: skip


def memory_use(device: str) -> tuple[int, int]:
    """Tell how many bytes of a device are taken, and how many it has.

    A GPU is asked only once something was loaded there: else asking would take memory itself.
    """
    if not device.startswith("cuda"):
        return psutil.Process().memory_info().rss, psutil.virtual_memory().total
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return 0, 0
    free, total = torch.cuda.mem_get_info(device)
    return total - free, total
