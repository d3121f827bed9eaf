"""The pool as an owner sees it: what waits and runs of each kind, who works, what was given up."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from services.adapters.queue.dead_letters import RedisDeadLetters
from services.adapters.queue.engine import EngineFunctions, outages
from services.adapters.queue.line import Line
from services.adapters.queue.presence import RedisPresence, WorkerInfo
from services.inference.bus import Place
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import WaitFeatures
from services.inference.worker_stats import KindStats


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSight:
    """The jobs of one kind at one moment.

    Attributes:
        waiting: Jobs that wait for a slot, by priority.
        delayed: Jobs that may not run yet.
        running: Jobs that living workers have.
        stranded: Jobs that dead workers had; they run again when their lease is over.
        slots: Jobs that living workers may run at once.
        oldest_s: How long the one has waited that waits longest; 0 when none does.
        service_p50_s: Median of the latest service times; 0 when there is none.
        service_p90_s: Their 90% quantile.
    """

    kind: JobKind
    waiting: dict[Priority, int]
    delayed: int
    running: int
    stranded: int
    slots: int
    oldest_s: float
    service_p50_s: float
    service_p90_s: float

    @property
    def all_waiting(self) -> int:
        """Jobs that wait for a slot."""
        return sum(self.waiting.values())

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody serves it and nobody asks for it."""
        return not (self.slots or self.all_waiting or self.running or self.stranded or self.delayed)

    def next_job(self, hour: float) -> WaitFeatures:
        """Describe a short job that came now with high priority, for an estimate of its wait."""
        ahead = self.waiting[Priority.HIGH]
        place = Place(
            ahead=ahead, ahead_cost=float(ahead), running=self.running, slots=self.slots,
            service_p50_s=self.service_p50_s, service_p90_s=self.service_p90_s, running_for_s=0.0,
        )  # fmt: skip
        return WaitFeatures(
            kind=self.kind, priority=Priority.HIGH, place=place, work=0, most_tokens=0, hour=hour
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSight:
    """The pool at one moment.

    Attributes:
        kinds: All kinds, in their order.
        workers: Those that live, by host and device.
        dead_letters: Jobs that were given up, of the last days.
    """

    kinds: tuple[KindSight, ...]
    workers: tuple[WorkerInfo, ...]
    dead_letters: int

    def of_workers(self, kind: JobKind) -> list[tuple[WorkerInfo, KindStats]]:
        """List who serves a kind, with what they tell of it."""
        return [
            (worker, worker.stats.kinds.get(kind, KindStats()))
            for worker in self.workers
            if kind in worker.serves
        ]


class PoolWatch:
    """Looks at the pool."""

    def __init__(self, client: Redis) -> None:
        self._functions = EngineFunctions(client)
        self._presence = RedisPresence(client)
        self._dead = RedisDeadLetters(client)

    async def look(self) -> PoolSight:
        """Look once.

        Raises:
            UnavailableError: Redis is down.
        """
        workers = await self._presence.workers()
        with outages():
            kinds = [_read(kind, await self._functions.call(Line(kind).look())) for kind in JobKind]
        return PoolSight(
            kinds=tuple(kinds),
            workers=tuple(sorted(workers, key=lambda each: (each.host, each.device, each.pid))),
            dead_letters=await self._dead.count(),
        )


def _read(kind: JobKind, answer: Sequence[bytes | int]) -> KindSight:
    high, normal, low, delayed, running, stranded, slots, oldest, p50, p90 = map(int, answer)
    return KindSight(
        kind=kind,
        waiting={Priority.HIGH: high, Priority.NORMAL: normal, Priority.LOW: low},
        delayed=delayed,
        running=running,
        stranded=stranded,
        slots=slots,
        oldest_s=oldest / 1000,
        service_p50_s=p50 / 1000,
        service_p90_s=p90 / 1000,
    )
