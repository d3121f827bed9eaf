import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest

from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.waits import JobTiming
from services.waiting.journal import BufferedJournal, Journals
from tests.fakes.clock import FakeClock
from tests.support.timings import timing


class Store:
    """Keeps timings unless it is down, and refuses one that is cursed."""

    def __init__(self) -> None:
        self.kept: list[JobTiming] = []
        self.down = False

    async def add(self, timings: Sequence[JobTiming], at: datetime) -> None:
        if self.down:
            raise UnavailableError("down", dependency="sql")
        if any(timing.waited_s < 0 for timing in timings):
            raise OverflowError
        self.kept += timings

    async def latest(self, kind: JobKind, limit: int, *, free_slot: bool) -> list[JobTiming]:
        return self.kept[-limit:]

    async def purge(self, before: datetime, keep: int) -> int:
        return 0


async def test_what_is_noted_is_written_in_order() -> None:
    store = Store()
    journal = BufferedJournal(store, FakeClock())
    noted = [timing(float(number)) for number in range(1234)]
    for one in noted:
        journal.note(one)
    await journal.write()
    assert store.kept == noted
    await journal.write()
    assert store.kept == noted


async def test_an_outage_is_waited_out_and_loses_only_what_finds_no_room() -> None:
    store = Store()
    store.down = True
    journal = BufferedJournal(store, FakeClock(), room=10)
    for number in range(15):
        journal.note(timing(float(number)))
    await journal.write()
    assert journal.dropped == 5
    store.down = False
    await journal.write()
    assert [kept.waited_s for kept in store.kept] == list(range(10))


async def test_what_the_store_refuses_does_not_stand_in_the_way() -> None:
    store = Store()
    journal = BufferedJournal(store, FakeClock())
    journal.note(timing(-1.0))
    await journal.write()
    journal.note(timing(2.0))
    await journal.write()
    assert [kept.waited_s for kept in store.kept] == [2.0]
    assert journal.dropped == 1


class Stopped(Exception):  # noqa: N818 - not an error
    pass


class StoppingClock(FakeClock):
    """Ends whoever sleeps beyond the tenth second."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.monotonic() > 10:
            raise Stopped


async def test_it_writes_every_few_seconds() -> None:
    store = Store()
    journal = BufferedJournal(store, StoppingClock())
    journal.note(timing(1.0))
    with pytest.raises(Stopped):
        await journal.run()
    assert [kept.waited_s for kept in store.kept] == [1.0]


class HangingStore(Store):
    async def add(self, timings: Sequence[JobTiming], at: datetime) -> None:
        await asyncio.Event().wait()


async def test_a_store_that_hangs_does_not_hold_up_the_end_of_the_bot() -> None:
    journal = BufferedJournal(HangingStore(), FakeClock())
    journal.note(timing())
    async with asyncio.timeout(30):
        await journal.write_last(within_s=0.05)


async def test_what_was_noted_last_is_written_at_the_end() -> None:
    store = Store()
    journal = BufferedJournal(store, FakeClock())
    journal.note(timing(4.0))
    await journal.write_last()
    assert [kept.waited_s for kept in store.kept] == [4.0]


def test_several_journals_hear_the_same() -> None:
    first, second = (
        BufferedJournal(Store(), FakeClock(), room=0),
        BufferedJournal(Store(), FakeClock(), room=0),
    )
    Journals(first, second).note(timing())
    assert (first.dropped, second.dropped) == (1, 1)
