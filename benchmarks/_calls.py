"""Calls of bots and words of people over HTTP, counted: to a playground or to a bare handler."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from benchmarks.report import percentile
from playground.client.samples import picture
from playground.encoding import Json

ALONE_S: Final = 1.5
CROWD_S: Final = 2.5
CROWD: Final = 16
WORDS: Final = 1_600
PHOTO: Final = picture()

Call = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Measured:
    """Calls of one kind."""

    p50_ms: list[float] = field(default_factory=list)
    p95_ms: list[float] = field(default_factory=list)
    per_s: list[float] = field(default_factory=list)
    n: int = 0


@dataclass(slots=True)
class Side:
    """One of the two servers; ``person`` and ``bot`` are ids."""

    session: aiohttp.ClientSession
    base: str
    token: str
    person: int
    bot: int
    is_bare: bool
    kinds: dict[str, Measured] = field(default_factory=dict)
    updates_per_s: list[float] = field(default_factory=list)
    words: int = 0

    async def measure(self) -> None:
        """Take one round of everything."""
        for name, call in (("JSON", self._send_text), ("multipart", self._send_photo)):
            found = self.kinds.setdefault(name, Measured())
            await _alone(found, call)
            await _crowd(found, call)
        self.updates_per_s.append(await self._updates())
        self.words += WORDS

    def forget(self) -> None:
        """Begin anew: what was measured so far was warm-up."""
        self.kinds.clear()
        self.updates_per_s.clear()
        self.words = 0

    async def _send_text(self) -> None:
        body = {"chat_id": self.person, "text": "Pour fresh water into the <b>samovar</b>",
                "parse_mode": "HTML"}  # fmt: skip
        await self._checked("sendMessage", json=body)

    async def _send_photo(self) -> None:
        form = aiohttp.FormData()
        form.add_field("chat_id", str(self.person))
        form.add_field("caption", "A samovar")
        form.add_field("photo", "attach://file")
        form.add_field("file", PHOTO, filename="photo.png", content_type="image/png")
        await self._checked("sendPhoto", data=form)

    async def _checked(
        self, method: str, *, json: Json | None = None, data: aiohttp.FormData | None = None
    ) -> Json:
        url = f"{self.base}/bot{self.token}/{method}"
        async with self.session.post(url, json=json, data=data) as response:
            response.raise_for_status()
            found: Json = await response.json()
            return found

    async def _updates(self) -> float:
        """People write as fast as they can, one poller reads; the bare handler has no poller."""
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(CROWD):
                group.create_task(self._write(WORDS // CROWD))
            if not self.is_bare:
                group.create_task(self._poll(WORDS))
        return WORDS / (time.perf_counter() - begun)

    async def _write(self, count: int) -> None:
        url = f"{self.base}/sim/users/{self.person}/chats/{self.bot}/messages"
        for _ in range(count):
            async with self.session.post(url, json={"text": "Is the tea ready?"}) as response:
                response.raise_for_status()
                await response.read()

    async def _poll(self, count: int) -> None:
        offset = 0
        while count > 0:
            found = (await self._checked("getUpdates", json={"offset": offset, "timeout": 5}))[
                "result"
            ]
            count -= len(found)
            offset = found[-1]["update_id"] + 1 if found else offset
        await self._checked("getUpdates", json={"offset": offset})


async def _alone(found: Measured, call: Call) -> None:
    times = await _calls(call, until=time.perf_counter() + ALONE_S)
    found.n += len(times)
    found.p50_ms.append(percentile(times, 0.5) * 1000)
    found.p95_ms.append(percentile(times, 0.95) * 1000)


async def _crowd(found: Measured, call: Call) -> None:
    begun = time.perf_counter()
    clients = [_calls(call, until=begun + CROWD_S) for _ in range(CROWD)]
    count = sum(len(times) for times in await asyncio.gather(*clients))
    found.n += count
    found.per_s.append(count / (time.perf_counter() - begun))


async def _calls(call: Call, *, until: float) -> list[float]:
    times = []
    while (begun := time.perf_counter()) < until:
        await call()
        times.append(time.perf_counter() - begun)
    return times
