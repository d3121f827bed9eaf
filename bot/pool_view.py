"""The pool for a terminal, from 80 columns on, and for programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bot.devices.placement import in_gb
from services.adapters.queue.presence import WorkerInfo
from services.adapters.queue.sight import KindSight, PoolSight
from services.inference.kinds import JobKind
from services.inference.waits import WaitEstimate, WaitEstimator
from services.inference.worker_stats import BackendStats

_GB: Final = 1e9
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_OF_BREAKER: Final = {"closed": "green", "half-open": "yellow", "open": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is shown at one moment.

    Attributes:
        sight: What was seen.
        at: When, in local time.
        waits: Guesses waits.
    """

    sight: PoolSight
    at: datetime
    waits: WaitEstimator

    @property
    def kinds(self) -> list[KindSight]:
        """Kinds that somebody serves or asks for."""
        return [
            kind
            for kind in self.sight.kinds
            if not kind.is_idle or self.sight.of_workers(kind.kind)
        ]

    def estimate(self, kind: KindSight) -> WaitEstimate:
        """Guess the wait of a short urgent job that came now."""
        return self.waits.estimate(kind.next_job(self.at.hour + self.at.minute / 60))


def as_picture(frame: Frame) -> RenderableType:
    """Draw the pool."""
    sight = frame.sight
    # What grows with the pool comes last: a terminal shows as much as it has lines.
    parts: list[RenderableType] = [_headline(frame)]
    parts += [Text(f"\n{sentence}", style="yellow") for sentence in sentences(frame)]
    if frame.kinds:
        parts.append(_kinds(frame))
    if sight.workers:
        parts += [_backends(sight), _workers(sight.workers)]
    if any(worker.stats.models for worker in sight.workers):
        parts.append(_models(sight.workers))
    return Group(*parts)


def sentences(frame: Frame) -> Iterator[str]:
    """Say what somebody should do something about."""
    if not frame.sight.workers:
        yield "No worker lives. Start them on this machine or another one: samovar workers"
    for kind in frame.kinds:
        if kind.all_waiting and not frame.sight.of_workers(kind.kind) and frame.sight.workers:
            yield (
                f"Nobody serves {kind.kind}, and {_counted(kind.all_waiting, 'job')} of it"
                f" wait{'s' if kind.all_waiting == 1 else ''}:"
                f" samovar workers --serves {kind.kind}"
            )
        if kind.stranded:
            yield (
                f"{_counted(kind.stranded, 'job')} of {kind.kind} had a worker that is gone;"
                " another one takes over when the lease is over."
            )
    if frame.sight.dead_letters:
        letters = _counted(frame.sight.dead_letters, "dead letter")
        yield f"{letters}: jobs that were given up. Read and retry them: samovar dead"


def as_document(frame: Frame) -> dict[str, Any]:
    """Describe the pool for programs; sizes are in bytes, times in seconds."""
    kinds = [
        {
            "kind": kind.kind,
            "waiting": dict(kind.waiting),
            "delayed": kind.delayed,
            "running": kind.running,
            "stranded": kind.stranded,
            "slots": kind.slots,
            "workers": len(frame.sight.of_workers(kind.kind)),
            "oldest_s": kind.oldest_s,
            "service_p50_s": kind.service_p50_s,
            "service_p90_s": kind.service_p90_s,
            "wait_p50_s": frame.estimate(kind).p50_s,
            "wait_p90_s": frame.estimate(kind).p90_s,
        }
        for kind in frame.kinds
    ]
    workers: list[Any] = [msgspec.to_builtins(worker) for worker in frame.sight.workers]
    return {
        "at": frame.at.isoformat(),
        "workers": workers,
        "kinds": kinds,
        "dead_letters": frame.sight.dead_letters,
        "notes": list(sentences(frame)),
    }


def _headline(frame: Frame) -> Text:
    workers = frame.sight.workers
    hosts = len({worker.host for worker in workers})
    waiting = sum(kind.all_waiting for kind in frame.kinds)
    running = sum(kind.running for kind in frame.kinds)
    parts = (
        f"{_counted(len(workers), 'worker')} on {_counted(hosts, 'host')}",
        f"{waiting} waiting, {running} running",
        f"{frame.at:%H:%M:%S}",
    )
    return Text("Samovar pool", style="bold").append(" · " + " · ".join(parts), style="not bold")


def _table(*columns: str, right: Sequence[str] = (), wide: str = "") -> Table:
    """Make a table whose column ``wide`` is folded where the terminal is narrow."""
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        header_style="dim",
        title=" ",
        padding=(0, 1, 0, 0),
    )
    for name in columns:
        table.add_column(
            name, justify="right" if name in right else "left",
            no_wrap=name != wide, overflow="fold" if name == wide else "ellipsis",
        )  # fmt: skip
    return table


def _workers(workers: Sequence[WorkerInfo]) -> Table:
    table = _table(
        "worker", "host", "serves", "jobs/s", "memory", "up",
        right=("jobs/s", "memory", "up"), wide="serves",
    )  # fmt: skip
    for worker in workers:
        stats = worker.stats
        rate = sum(kind.jobs_per_s for kind in stats.kinds.values())
        table.add_row(
            escape(_device(worker)), escape(worker.host.partition(".")[0]),
            ", ".join(worker.serves), f"{rate:.1f}",
            _memory(stats.memory_used, stats.memory_total), _time(stats.up_s),
        )  # fmt: skip
    return table


def _kinds(frame: Frame) -> Table:
    table = _table(
        "kind", "waiting", "oldest", "running", "takes", "next waits", "tokens/s", "failed",
        right=("waiting", "oldest", "running", "takes", "next waits", "tokens/s", "failed"),
        wide="kind",
    )  # fmt: skip
    for kind in frame.kinds:
        told = [stats for _, stats in frame.sight.of_workers(kind.kind)]
        tokens = sum(stats.tokens_per_s for stats in told)
        table.add_row(
            kind.kind,
            str(kind.all_waiting),
            _time(kind.oldest_s) if kind.all_waiting else "",
            f"{kind.running}/{kind.slots}",
            _time(kind.service_p50_s) if kind.service_p50_s else "",
            _span(frame.estimate(kind)) if kind.slots else "",
            f"{tokens:.0f}" if tokens else "",
            str(sum(stats.failed for stats in told) or ""),
            style="red" if kind.all_waiting and not kind.slots else "",
        )
    return table


def _backends(sight: PoolSight) -> Table:
    table = _table("kind", "backend", "state", wide="backend")
    for kind in JobKind:
        for name, told in _by_name(sight, kind).items():
            worst = max(told, key=lambda each: list(_OF_BREAKER).index(each.breaker))
            table.add_row(
                kind, escape(name), Text(_state(worst, told), style=_OF_BREAKER[worst.breaker])
            )
    return table


def _by_name(sight: PoolSight, kind: JobKind) -> dict[str, list[BackendStats]]:
    found: dict[str, list[BackendStats]] = {}
    for _, stats in sight.of_workers(kind):
        for backend in stats.backends:
            found.setdefault(backend.name, []).append(backend)
    return found


def _state(worst: BackendStats, told: Sequence[BackendStats]) -> str:
    if worst.breaker == "closed":
        return "works"
    count = Counter(each.breaker for each in told)[worst.breaker]
    where = f" on {count} of {len(told)}" if len(told) > 1 else ""
    if worst.breaker == "open":
        return f"left alone{where}, tried again in {_time(worst.retry_in_s)}"
    return f"tried again now{where}"


def _models(workers: Sequence[WorkerInfo]) -> Table:
    table = _table(
        "model", "worker", "memory", "batch", "tokens/s",
        right=("memory", "batch", "tokens/s"), wide="model",
    )  # fmt: skip
    for worker in workers:
        for model in worker.stats.models:
            mean = f"{model.items / model.batches:.1f}" if model.batches else ""
            table.add_row(
                escape(model.name), escape(_device(worker)),
                in_gb(model.memory) if model.memory else "", mean,
                f"{model.tokens_per_s:.0f}" if model.tokens_per_s else "",
            )  # fmt: skip
    return table


def _device(worker: WorkerInfo) -> str:
    # Of several alike the end of the uuid tells them apart.
    if not worker.device_name or worker.device == "cpu":
        return worker.device
    return f"{worker.device_name.removeprefix('NVIDIA ')} …{worker.device[-4:]}"


def _memory(used: int, total: int) -> str:
    return f"{used / _GB:.1f} of {in_gb(total)}" if total else ""


def _span(guess: WaitEstimate) -> str:
    low, high = _time(guess.p50_s), _time(guess.p90_s)
    return low if low == high else f"{low} to {high}"


def _time(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms" if seconds else "0 s"
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < _HOUR_S:
        return f"{seconds / _MINUTE_S:.0f} min"
    return f"{seconds / _HOUR_S:.0f} h" if seconds < _DAY_S else f"{seconds / _DAY_S:.0f} d"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
