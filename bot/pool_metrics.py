"""The worker pool in the bot's /metrics, as it was at the last look; a scrape asks nobody."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import structlog
from prometheus_client import REGISTRY
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from services.adapters.queue.presence import WorkerInfo
from services.adapters.queue.sight import PoolSight, PoolWatch
from services.clock import Clock
from services.errors import UnavailableError
from services.inference.waits import NaiveWaits, WaitEstimator
from services.inference.worker_stats import BackendStats

log = structlog.get_logger(__name__)

_EVERY_S: Final = 5.0
# From good to bad.
_BREAKER: Final = ("closed", "half-open", "open")


class PoolMetrics(Collector):
    """Looks at the pool every few seconds and tells Prometheus what it saw.

    Workers come and go, so the series are made anew from each look: those of a worker that left
    are gone, and while Redis is down there is ``samovar_pool_up 0`` alone.
    """

    def __init__(
        self,
        watch: PoolWatch,
        clock: Clock,
        *,
        waits: WaitEstimator | None = None,
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        """Prepare to look.

        Args:
            watch: Looks.
            clock: Waits between the looks, and knows the hour for estimates.
            waits: Guesses how long the next job would wait; by default work by slots.
            registry: Where the metrics appear.
        """
        self._watch = watch
        self._clock = clock
        self._waits = waits or NaiveWaits()
        self._registry = registry
        self._sight: PoolSight | None = None

    async def run(self) -> None:
        """Look until cancelled; outages are waited out."""
        self._registry.register(self)
        try:
            while True:
                await self.look()
                await asyncio.sleep(_EVERY_S)
        finally:
            self._registry.unregister(self)

    async def look(self) -> None:
        """Look once."""
        try:
            self._sight = await self._watch.look()
        except UnavailableError as error:
            self._sight = None
            log.debug("pool_not_seen", reason=str(error))

    def describe(self) -> Iterable[Metric]:
        """Tell nothing beforehand: what there is depends on the pool."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Tell what was seen last."""
        sight = self._sight
        up = _gauge("up", "Whether the pool could be looked at")
        up.add_metric((), float(sight is not None))
        yield up
        if sight is None:
            return
        yield from _of_kinds(sight)
        yield self._waits_of(sight)
        yield from _of_workers(sight)

    def _waits_of(self, sight: PoolSight) -> Metric:
        waits = _gauge("wait_seconds", "Guess for a short urgent job", "kind", "quantile")
        hour = self._clock.now().astimezone().hour
        for kind in sight.kinds:
            if not kind.is_idle:
                guess = self._waits.estimate(kind.next_job(hour))
                waits.add_metric((kind.kind, "0.5"), guess.p50_s)
                waits.add_metric((kind.kind, "0.9"), guess.p90_s)
        return waits


def _gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"samovar_pool_{name}", text, labels=labels)


def _counter(name: str, text: str, *labels: str) -> CounterMetricFamily:
    return CounterMetricFamily(f"samovar_pool_{name}", text, labels=labels)


def _of_kinds(sight: PoolSight) -> Iterator[Metric]:
    depth = _gauge("depth", "Jobs that wait, run or are delayed", "kind")
    waiting = _gauge("waiting", "Jobs that wait for a slot", "kind", "priority")
    running = _gauge("running", "Jobs that living workers have", "kind")
    stranded = _gauge("stranded", "Jobs that dead workers had, until their lease ends", "kind")
    oldest = _gauge("oldest_waiting_seconds", "How long the oldest waiting job waits", "kind")
    slots = _gauge("slots", "Jobs that living workers may run at once", "kind")
    workers = _gauge("workers", "Living workers that serve the kind", "kind")
    service = _gauge("service_seconds", "Latest service times", "kind", "quantile")
    for kind in sight.kinds:
        label = (str(kind.kind),)
        of_kind = len(sight.of_workers(kind.kind))
        workers.add_metric(label, of_kind)
        if kind.is_idle and not of_kind:
            continue
        depth.add_metric(label, kind.all_waiting + kind.running + kind.stranded + kind.delayed)
        for priority, count in kind.waiting.items():
            waiting.add_metric((*label, priority), count)
        running.add_metric(label, kind.running)
        stranded.add_metric(label, kind.stranded)
        oldest.add_metric(label, kind.oldest_s)
        slots.add_metric(label, kind.slots)
        service.add_metric((*label, "0.5"), kind.service_p50_s)
        service.add_metric((*label, "0.9"), kind.service_p90_s)
    dead = _gauge("dead_letters", "Jobs that were given up, of the last days")
    dead.add_metric((), sight.dead_letters)
    yield from (depth, waiting, running, stranded, oldest, slots, workers, service, dead)


def _of_workers(sight: PoolSight) -> Iterator[Metric]:
    named = list(zip(_names(sight.workers), sight.workers, strict=True))
    info = _gauge("worker_info", "Living workers", "worker", "host", "device", "device_name")
    used = _gauge("device_memory_used_bytes", "Memory of the device that is taken", "worker")
    total = _gauge("device_memory_bytes", "Memory that the device has", "worker")
    for name, worker in named:
        info.add_metric((name, worker.host, worker.device, worker.device_name), 1)
        if worker.stats.memory_total:
            used.add_metric((name,), worker.stats.memory_used)
            total.add_metric((name,), worker.stats.memory_total)
    yield from (info, used, total)
    yield from _of_their_kinds(named)
    yield from _of_their_models(named)


def _of_their_kinds(named: list[tuple[str, WorkerInfo]]) -> Iterator[Metric]:
    jobs = _counter("jobs", "Jobs by how they ended", "worker", "kind", "outcome")
    ran = _counter("job_seconds", "Seconds that jobs with a result took", "worker", "kind")
    tokens = _counter("tokens", "Pieces of text written", "worker", "kind")
    rate = _gauge("tokens_per_second", "The same over the last seconds", "worker", "kind")
    breaker = _gauge(
        "breaker", "1 for the state that a backend's breaker is in",
        "worker", "kind", "backend", "state",
    )  # fmt: skip
    for name, worker in named:
        for kind, stats in worker.stats.kinds.items():
            label = (name, str(kind))
            for outcome in ("done", "failed", "cut"):
                jobs.add_metric((*label, outcome), getattr(stats, outcome))
            ran.add_metric(label, stats.ran_s)
            tokens.add_metric(label, stats.tokens)
            rate.add_metric(label, stats.tokens_per_s)
            for backend, worst in _worst(stats.backends).items():
                for state in _BREAKER:
                    breaker.add_metric((*label, backend, state), worst == state)
    yield from (jobs, ran, tokens, rate, breaker)


def _worst(backends: Iterable[BackendStats]) -> dict[str, str]:
    """Tell the state of each name; servers of one model share it, as addresses are not told."""
    found: dict[str, str] = {}
    for backend in backends:
        states = (backend.breaker, found.get(backend.name, backend.breaker))
        found[backend.name] = max(states, key=_BREAKER.index)
    return found


def _of_their_models(named: list[tuple[str, WorkerInfo]]) -> Iterator[Metric]:
    memory = _gauge("model_bytes", "Memory that a loaded model counts with", "worker", "model")
    batches = _counter("batches", "Batches computed", "worker", "model")
    items = _counter("batch_items", "Items in them", "worker", "model")
    last = _gauge("batch_size", "Items of the latest batch", "worker", "model")
    rate = _gauge("model_tokens_per_second", "Tokens read, over seconds", "worker", "model")
    for name, worker in named:
        for model in {model.name: model for model in worker.stats.models}.values():
            label = (name, model.name)
            memory.add_metric(label, model.memory)
            if model.batches:
                batches.add_metric(label, model.batches)
                items.add_metric(label, model.items)
                last.add_metric(label, model.last_items)
                rate.add_metric(label, model.tokens_per_s)
    yield from (memory, batches, items, last, rate)


def _names(workers: Iterable[WorkerInfo]) -> Iterator[str]:
    """Name workers so that one that was started again has the name of the one before it."""
    seen: Counter[str] = Counter()
    for worker in workers:
        name = f"{worker.host}/{worker.device}"
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}#{seen[name]}"
