from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.alarms import ring
from services.errors import UnavailableError
from tests.fakes.clock import FakeClock

START = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
EVERY_NIGHT = CronTrigger(hour=4, timezone=UTC)


class Enough(BaseException):
    pass


def remembering(
    clock: FakeClock, times: list[datetime], *, enough: int, lasts_s: float = 0.0
) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        times.append(clock.now())
        await clock.sleep(lasts_s)
        if len(times) == enough:
            raise Enough
        if len(times) == 1:
            raise UnavailableError("the database is away", dependency="sql")

    return work


async def test_it_rings_every_night_also_after_an_outage() -> None:
    clock, times = FakeClock(START), list[datetime]()
    with pytest.raises(Enough):
        await ring(EVERY_NIGHT, remembering(clock, times, enough=3), clock, name="test")
    assert times == [datetime(2026, 3, day, 4, tzinfo=UTC) for day in (2, 3, 4)]


async def test_what_rings_during_long_work_is_left_out() -> None:
    clock, times = FakeClock(START), list[datetime]()
    work = remembering(clock, times, enough=2, lasts_s=30 * 3600.0)
    with pytest.raises(Enough):
        await ring(EVERY_NIGHT, work, clock, name="test")
    assert times == [datetime(2026, 3, 2, 4, tzinfo=UTC), datetime(2026, 3, 4, 4, tzinfo=UTC)]


async def test_an_alarm_that_never_rings_again_ends() -> None:
    clock = FakeClock(START)
    ended = CronTrigger(hour=4, timezone=UTC, end_date=START - timedelta(days=1))

    async def work() -> None:
        raise AssertionError

    await ring(ended, work, clock, name="test")
    assert clock.now() == START


async def test_a_fault_of_one_night_does_not_end_all_later_ones() -> None:
    clock, times = FakeClock(START), list[datetime]()

    async def work() -> None:
        times.append(clock.now())
        if len(times) == 2:
            raise Enough
        raise ZeroDivisionError

    with pytest.raises(Enough):
        await ring(EVERY_NIGHT, work, clock, name="test")
    assert times == [datetime(2026, 3, day, 4, tzinfo=UTC) for day in (2, 3)]


class WrongClock(FakeClock):
    """Is years ahead until somebody has slept for half an hour."""

    def now(self) -> datetime:
        ahead = timedelta(days=5000) if self.monotonic() < 1800 else timedelta()
        return super().now() + ahead


async def test_a_clock_that_is_set_back_by_years_does_not_silence_the_alarm() -> None:
    clock, times = WrongClock(START), list[datetime]()
    with pytest.raises(Enough):
        await ring(EVERY_NIGHT, remembering(clock, times, enough=1), clock, name="test")
    assert times == [datetime(2026, 3, 2, 4, tzinfo=UTC)]
