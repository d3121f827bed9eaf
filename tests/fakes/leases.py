import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class FakeLease:
    name: str
    number: int
    lost: asyncio.Event = field(default_factory=asyncio.Event)


class FakeLeases:
    """Leases inside one process; a test takes one away by setting ``held[name].lost``."""

    def __init__(self) -> None:
        self.held: dict[str, FakeLease] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._number = 0

    @asynccontextmanager
    async def hold(
        self, name: str, *, ttl_s: float, wait_s: float | None = 0.0
    ) -> AsyncIterator[FakeLease]:
        async with self._locks[name]:
            self._number += 1
            lease = FakeLease(name, self._number)
            self.held[name] = lease
            try:
                yield lease
            finally:
                del self.held[name]
