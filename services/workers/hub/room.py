import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from services.inference.models import Priority

_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}


class Room:
    """Space that is given to the most urgent first, and to equals in order of their coming.

    Who needs much is not passed by those who need little, or it would wait forever.
    """

    def __init__(self, size: int) -> None:
        """Make an empty room.

        Args:
            size: In any unit, such as tokens.
        """
        self._free = size
        self._waiting: list[tuple[int, int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    @asynccontextmanager
    async def take(self, amount: int, priority: Priority) -> AsyncIterator[None]:
        """Hold ``amount`` of the room, which must not be more than there is in all."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (_RANK[priority], next(self._numbers), amount, turn)
        heapq.heappush(self._waiting, entry)
        self._hand_out()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._free += amount
            else:
                turn.cancel()
            self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting:
            _, _, amount, turn = self._waiting[0]
            if turn.cancelled():
                heapq.heappop(self._waiting)
                continue
            if amount > self._free:
                return
            heapq.heappop(self._waiting)
            self._free -= amount
            turn.set_result(None)
