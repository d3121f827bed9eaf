import asyncio

import pytest

from services.inference.models import Priority
from services.workers.hub.room import Room


class Guests:
    """Those who take room, in the order in which they got it."""

    def __init__(self, size: int) -> None:
        self.room = Room(size)
        self.inside: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, amount: int, priority: Priority = Priority.NORMAL) -> None:
        self._leave[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._stay(name, amount, priority))
        await _settle()

    async def leave(self, name: str) -> None:
        self._leave[name].set()
        await self._tasks[name]
        await _settle()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        with pytest.raises(asyncio.CancelledError):
            await self._tasks[name]
        await _settle()

    async def _stay(self, name: str, amount: int, priority: Priority) -> None:
        async with self.room.take(amount, priority):
            self.inside.append(name)
            await self._leave[name].wait()
        self.inside.remove(name)


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_as_many_come_in_as_there_is_room_for() -> None:
    guests = Guests(10)
    for name, amount in (("a", 6), ("b", 4), ("c", 1)):
        await guests.come(name, amount)
    assert guests.inside == ["a", "b"]
    await guests.leave("a")
    assert guests.inside == ["b", "c"]
    await guests.leave("b")
    await guests.leave("c")


async def test_the_urgent_come_in_first_and_the_large_are_not_passed() -> None:
    guests = Guests(10)
    await guests.come("first", 10)
    await guests.come("low", 1, Priority.LOW)
    await guests.come("large", 9, Priority.HIGH)
    await guests.come("small", 2, Priority.HIGH)
    await guests.leave("first")
    assert guests.inside == ["large"]
    await guests.leave("large")
    assert guests.inside == ["small", "low"]
    await guests.leave("small")
    await guests.leave("low")


async def test_who_gives_up_in_line_lets_the_next_in() -> None:
    guests = Guests(10)
    await guests.come("first", 5)
    await guests.come("large", 10)
    await guests.come("small", 5)
    assert guests.inside == ["first"]
    await guests.give_up("large")
    assert guests.inside == ["first", "small"]
    await guests.leave("first")
    await guests.leave("small")


async def test_who_is_cancelled_as_room_is_given_gives_it_back() -> None:
    guests = Guests(10)
    await guests.come("first", 10)
    await guests.come("second", 10)
    guests._leave["first"].set()
    await guests._tasks["first"]
    # The room is theirs now, and they have not woken up yet.
    await guests.give_up("second")
    await guests.come("third", 10)
    assert guests.inside[-1] == "third"
    await guests.leave("third")


async def test_who_is_cancelled_inside_gives_it_back() -> None:
    guests = Guests(10)
    await guests.come("first", 10)
    await guests.give_up("first")
    await guests.come("second", 10)
    assert "second" in guests.inside
    await guests.leave("second")
