import asyncio

import pytest

from services.errors import UnavailableError
from services.tasks import both, side_by_side


class Slow:
    """Work that ends only when it is cancelled, and takes its time over that."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.ended = False

    async def work(self) -> str:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            self.ended = True
        return "never"

    async def break_beside(self) -> str:
        await self.began.wait()
        raise UnavailableError("down", dependency="sql")


async def one(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def test_results_come_in_order() -> None:
    assert await side_by_side(*(one(n) for n in range(5))) == [0, 1, 2, 3, 4]
    assert await side_by_side() == []


async def test_an_error_comes_bare_when_the_rest_has_ended() -> None:
    slow = Slow()
    with pytest.raises(UnavailableError):
        await side_by_side(slow.work(), slow.break_beside())
    assert slow.ended
    slow = Slow()
    with pytest.raises(UnavailableError):
        await both(slow.break_beside(), slow.work())
    assert slow.ended


async def test_whoever_is_cancelled_waits_for_both() -> None:
    slow = Slow()
    task = asyncio.create_task(both(slow.work(), one(1)))
    await slow.began.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert slow.ended
