import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_engine, create_sessions
from services.adapters.sql.job_timings import SqlJobTimings
from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.waiting.ports import TimingStore
from tests.support.timings import timing

pytestmark = pytest.mark.services

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(sql_engine: AsyncEngine) -> TimingStore:
    return SqlJobTimings(create_sessions(sql_engine))


async def waits(store: TimingStore, kind: JobKind = JobKind.GENERATE) -> list[float]:
    return [kept.waited_s for kept in await store.latest(kind, 1000, free_slot=False)]


async def test_a_timing_comes_back_as_it_was(store: TimingStore) -> None:
    noted = [timing(1.25, ahead=2, running=1, slots=4, work=3_000_000_000), timing(0.0)]
    await store.add(noted, NOW)
    assert await store.latest(JobKind.GENERATE, 10, free_slot=False) == noted[1:]
    assert await store.latest(JobKind.GENERATE, 10, free_slot=True) == noted[:1]


async def test_the_newest_are_read_oldest_first(store: TimingStore) -> None:
    await store.add([timing(float(number)) for number in range(3)], NOW)
    await store.add([timing(float(number)) for number in range(3, 6)], NOW)
    newest = await store.latest(JobKind.GENERATE, 4, free_slot=False)
    assert [kept.waited_s for kept in newest] == [2.0, 3.0, 4.0, 5.0]


async def test_more_than_a_page_is_read_in_order(store: TimingStore) -> None:
    await store.add([timing(float(number)) for number in range(600)], NOW)
    assert await waits(store) == [float(number) for number in range(600)]
    some = await store.latest(JobKind.GENERATE, 500, free_slot=False)
    assert [kept.waited_s for kept in some] == [float(number) for number in range(100, 600)]


async def test_kinds_are_apart(store: TimingStore) -> None:
    await store.add([timing(1.0)], NOW)
    assert await store.latest(JobKind.DRAW, 10, free_slot=False) == []


async def test_nothing_to_add_is_no_error(store: TimingStore) -> None:
    await store.add([], NOW)
    assert await waits(store) == []


async def test_old_timings_and_too_many_of_a_kind_are_erased(store: TimingStore) -> None:
    await store.add([timing(0.0)], NOW - timedelta(days=40))
    await store.add([timing(float(number)) for number in range(1, 8)], NOW)
    assert await store.purge(NOW - timedelta(days=30), keep=5) == 3
    await store.add([timing(1.0, running=0)] * 5, NOW)
    assert await waits(store) == [3.0, 4.0, 5.0, 6.0, 7.0]
    assert await store.purge(NOW - timedelta(days=30), keep=5) == 0


async def test_the_rows_know_nothing_of_people(sql_engine: AsyncEngine) -> None:
    columns = {"id", "kind", "priority", "ahead", "ahead_cost", "running", "slots",
               "service_p50_s", "service_p90_s", "running_for_s", "work", "most_tokens", "hour",
               "waited_s", "ran_s", "noted_at"}  # fmt: skip
    async with sql_engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT * FROM job_timings")
        assert set(found.keys()) == columns


async def test_every_kind_and_priority_fits_its_column() -> None:
    assert max(len(word) for word in [*JobKind, *Priority]) <= 16


async def test_a_database_that_is_gone_is_unavailable(sql_engine: AsyncEngine) -> None:
    async with sql_engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE job_timings RENAME TO elsewhere")
    if sql_engine.dialect.name == "sqlite":
        with pytest.raises(UnavailableError):
            await SqlJobTimings(create_sessions(sql_engine)).add([timing()], NOW)


POSTGRES = pytest.mark.parametrize("sql_url", ["postgres"], indirect=True)
END_WHO_WAITS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
)


@POSTGRES
async def test_a_server_that_stops_in_the_middle_of_a_statement_is_unavailable(
    sql_engine: AsyncEngine, store: TimingStore
) -> None:
    async with sql_engine.begin() as locking, sql_engine.connect() as plain:
        # A transaction would see who waits only once.
        admin = await plain.execution_options(isolation_level="AUTOCOMMIT")
        await locking.execute(text("LOCK TABLE job_timings IN ACCESS EXCLUSIVE MODE"))
        adding = asyncio.create_task(store.add([timing()], NOW))
        async with asyncio.timeout(30):
            while not (await admin.execute(text(END_WHO_WAITS))).all():  # noqa: ASYNC110 - in SQL
                await asyncio.sleep(0.05)
        with pytest.raises(UnavailableError):
            await adding
    await store.add([timing(5.0)], NOW)
    assert await waits(store) == [5.0]


@POSTGRES
async def test_a_server_that_takes_no_connection_is_unavailable(sql_engine: AsyncEngine) -> None:
    engine = create_engine(
        sql_engine.url.set(database="elsewhere").render_as_string(hide_password=False)
    )
    with pytest.raises(UnavailableError):
        await SqlJobTimings(create_sessions(engine)).add([timing()], NOW)
    await engine.dispose()
