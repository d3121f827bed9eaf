from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.job_timings_tables import JobTimingRow
from services.adapters.sql.transactions import reading, writing
from services.inference.bus import Place
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import JobTiming, WaitFeatures

# Ten thousand rows at once would keep the event loop for a quarter of a second.
_PAGE: Final = 250


@dataclass(frozen=True, slots=True)
class SqlJobTimings:
    """``TimingStore`` over the table ``job_timings``."""

    sessions: Sessions

    async def add(self, timings: Sequence[JobTiming], at: datetime) -> None:
        """See ``TimingStore.add``."""
        if not timings:
            return
        async with writing(self.sessions) as session:
            await session.execute(insert(JobTimingRow), [_values(timing, at) for timing in timings])

    async def latest(self, kind: JobKind, limit: int, *, free_slot: bool) -> list[JobTiming]:
        """See ``TimingStore.latest``."""
        newest = (
            select(JobTimingRow)
            .where(*_alike(kind, free_slot=free_slot))
            .order_by(JobTimingRow.id.desc())
        )
        timings: list[JobTiming] = []
        page = newest
        async with reading(self.sessions) as session:
            while len(timings) < limit:
                size = min(_PAGE, limit - len(timings))
                rows = (await session.scalars(page.limit(size))).all()
                timings += map(_timing, rows)
                if len(rows) < size:
                    break
                page = newest.where(JobTimingRow.id < rows[-1].id)
        return timings[::-1]

    async def purge(self, before: datetime, keep: int) -> int:
        """See ``TimingStore.purge``."""
        gone = await self._erase(JobTimingRow.noted_at < before)
        for kind, free_slot in product(JobKind, (True, False)):
            alike = _alike(kind, free_slot=free_slot)
            oldest_kept = (
                select(JobTimingRow.id)
                .where(*alike)
                .order_by(JobTimingRow.id.desc())
                .offset(keep - 1)
                .limit(1)
                .scalar_subquery()
            )
            gone += await self._erase(*alike, JobTimingRow.id < oldest_kept)
        return gone

    async def _erase(self, *where: ColumnElement[bool]) -> int:
        statement = delete(JobTimingRow).where(*where).returning(JobTimingRow.id)
        async with writing(self.sessions) as session:
            return len((await session.scalars(statement)).all())


def _alike(kind: JobKind, *, free_slot: bool) -> tuple[ColumnElement[bool], ...]:
    found = JobTimingRow.running + JobTimingRow.ahead < JobTimingRow.slots
    return JobTimingRow.kind == kind.value, found if free_slot else ~found


def _values(timing: JobTiming, at: datetime) -> dict[str, object]:
    features, place = timing.features, timing.features.place
    return {
        "kind": features.kind.value,
        "priority": features.priority.value,
        "ahead": place.ahead,
        "ahead_cost": place.ahead_cost,
        "running": place.running,
        "slots": place.slots,
        "service_p50_s": place.service_p50_s,
        "service_p90_s": place.service_p90_s,
        "running_for_s": place.running_for_s,
        "work": features.work,
        "most_tokens": features.most_tokens,
        "hour": features.hour,
        "waited_s": timing.waited_s,
        "ran_s": timing.ran_s,
        "noted_at": at,
    }


def _timing(row: JobTimingRow) -> JobTiming:
    place = Place(
        ahead=row.ahead,
        ahead_cost=row.ahead_cost,
        running=row.running,
        slots=row.slots,
        service_p50_s=row.service_p50_s,
        service_p90_s=row.service_p90_s,
        running_for_s=row.running_for_s,
    )
    features = WaitFeatures(
        kind=JobKind(row.kind),
        priority=Priority(row.priority),
        place=place,
        work=row.work,
        most_tokens=row.most_tokens,
        hour=row.hour,
    )
    return JobTiming(features=features, waited_s=row.waited_s, ran_s=row.ran_s)
