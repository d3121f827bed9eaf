"""Works through the inbox: in order within a chat, over all replicas; chats side by side."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog
from prometheus_client import Counter, Gauge

from bot.middlewares.outages import ChatClosedError, PostponedError
from services.adapters.redis.inbox import InboxEntry, IncomingUpdate, RedisInbox
from services.errors import UnavailableError
from services.tasks import end

log = structlog.get_logger(__name__)

HANDLED: Final = Counter("samovar_updates_handled", "Updates that left the inbox", ["outcome"])
DEPTH: Final = Gauge("samovar_inbox_depth", "Accepted updates that no replica has finished")
IN_FLIGHT: Final = Gauge("samovar_updates_in_flight", "Updates read from the inbox, not finished")

T = TypeVar("T")

_READ_LIMIT: Final = 64
_READ_WAIT_S: Final = 1.0
_TURN_POLL_S: Final = 0.03
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxLimits:
    """How much is in flight at once.

    Attributes:
        in_flight: Lanes that are worked on at once.
        reserved: Entries read and not finished, over all lanes. A chat that waits, perhaps
            because Telegram wants silence there, holds the others up only when it fills these.
        attempts: Starts of an entry after which it goes to the dead letters.
        suspicions: An update is given up when a dependency was down for it so many times while
            others were handled.
        drain_s: Seconds that running handlers get at the end.
        look_again_s: Seconds after which the reader looks for entries that are reserved for it and
            that it never saw: redis-py repeats a read whose answer was lost without telling.
    """

    in_flight: int = 256
    reserved: int = 4096
    attempts: int = 5
    suspicions: int = 20
    drain_s: float = 15.0
    look_again_s: float = 15.0


class Inbox:
    """Reads accepted updates and hands them to the dispatcher, each at least once.

    Args:
        store: The stream.
        handle: Runs an update through the dispatcher. ``PostponedError`` from it means that a
            dependency is down and the update must be tried again.
    """

    def __init__(
        self,
        store: RedisInbox,
        handle: Callable[[IncomingUpdate], Awaitable[None]],
        limits: InboxLimits | None = None,
    ) -> None:
        self._store = store
        self._handle = handle
        self._limits = limits or InboxLimits()
        self._lanes: dict[str, deque[InboxEntry]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._in_flight: set[str] = set()
        self._room = asyncio.Condition()
        self._listing = asyncio.Lock()
        self._unseen = asyncio.Event()
        self._stopping = asyncio.Event()
        self._handled = 0
        self.reading = False

    async def run(self) -> None:
        """Work until ``stop``; then let running handlers finish for a while.

        What is not finished by then stays reserved and runs again at the next start.
        """
        async with asyncio.TaskGroup() as group:
            reader = group.create_task(self._follow(group), name="inbox-reader")
            await self._stopping.wait()
            await end(reader)
            self.reading = False
            if not await self._drained():
                log.warning("inbox_not_drained", left=len(self._in_flight))
            for worker in list(self._workers):
                await end(worker)

    def stop(self) -> None:
        """Read no more."""
        self._stopping.set()

    async def adopt(self, replica: str) -> None:
        """Handle what a dead replica left behind.

        Raises:
            UnavailableError: Redis is down. What was claimed by then is found by the reader.
        """
        while entries := await self._claimed(replica):
            log.info("inbox_adopted", replica=replica, entries=len(entries))
            for entry in await self._repeated(entries):
                await self._finish(entry)

    async def _claimed(self, replica: str) -> list[InboxEntry]:
        async with self._listing:
            try:
                entries = await self._store.adopt(replica)
            except UnavailableError:
                self._unseen.set()
                raise
            self._note(entries)
        return entries

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        """Open the stream, take up what was begun before, follow the stream; again after outages.

        An answer of Redis that was lost on the way leaves entries reserved and unseen: they are
        found among the begun ones after the outage, or at the next look.
        """
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                await self._store.open()
                self._unseen.clear()
                self._enqueue_apart(await self._repeated(await self._reserved_before()), group)
                DEPTH.set(await self._store.depth())
                self.reading = True
                looks_again_at = time.monotonic() + self._limits.look_again_s
                while not self._unseen.is_set() and time.monotonic() < looks_again_at:
                    await self._read_some(group)
                    pause_s = _FIRST_PAUSE_S
            except UnavailableError as error:
                self.reading = False
                log.warning("inbox_unavailable", error=str(error), next_try_s=pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _reserved_before(self) -> list[InboxEntry]:
        """List what is reserved for us and not in hand."""
        async with self._listing:
            # One that is finished while we ask is in the answer, but not ours to run again.
            in_hand = set(self._in_flight)
            begun = await self._store.begun()
            entries = [entry for entry in begun if entry.entry_id not in in_hand]
            self._note(entries)
        return entries

    async def _repeated(self, entries: Sequence[InboxEntry]) -> list[InboxEntry]:
        """Run those that were started before, one at a time, so that their deaths are their own.

        Returns:
            Those that were never started.
        """
        starts = await self._until_done(lambda: self._store.starts(entries))
        for entry, number in zip(entries, starts, strict=True):
            if number >= self._limits.attempts:
                await self._bury(entry, "kills the process")
            elif number:
                await self._finish(entry)
        return [entry for entry, number in zip(entries, starts, strict=True) if not number]

    async def _read_some(self, group: asyncio.TaskGroup) -> None:
        async with self._room:
            await self._room.wait_for(lambda: self._free() > 0)
        entries = await self._store.read(limit=min(self._free(), _READ_LIMIT), wait_s=_READ_WAIT_S)
        self._note(entries)
        for entry in entries:
            self._enqueue(entry, group, lane=entry.update.lane)

    def _free(self) -> int:
        return min(
            self._limits.in_flight - len(self._lanes),
            self._limits.reserved - len(self._in_flight),
        )

    def _enqueue_apart(self, entries: Sequence[InboxEntry], group: asyncio.TaskGroup) -> None:
        """Enqueue what was found late; a busy lane may wait for it and must not come before."""
        busy = set(self._lanes)
        for entry in entries:
            lane = entry.update.lane
            self._enqueue(entry, group, lane=entry.entry_id if lane in busy else lane)

    def _enqueue(self, entry: InboxEntry, group: asyncio.TaskGroup, *, lane: str) -> None:
        if lane in self._lanes:
            self._lanes[lane].append(entry)
            return
        self._lanes[lane] = deque([entry])
        worker = group.create_task(self._work(lane), name=f"lane-{lane}")
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, name: str) -> None:
        lane = self._lanes[name]
        while lane:
            await self._finish(lane.popleft())
        del self._lanes[name]
        await self._tell_of_room()

    async def _finish(self, entry: InboxEntry) -> None:
        """Handle an entry and forget it; what fails here ends with it."""
        await self._turn(entry)
        await self._until_done(lambda: self._store.count_start(entry))
        outcome = await self._outcome(entry)
        if outcome == "outage":
            await self._bury(entry, "a dependency is down for it alone")
            return
        await self._until_done(lambda: self._store.finish(entry))
        self._handled += outcome == "handled"
        await self._forget(entry, outcome)

    async def _turn(self, entry: InboxEntry) -> None:
        """Wait until what other replicas have of this chat is finished, or adopted and finished."""
        pause_s = _TURN_POLL_S
        while True:
            try:
                if await self._store.is_next(entry):
                    return
                pause_s = _TURN_POLL_S
            except UnavailableError:
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            await asyncio.sleep(pause_s)

    async def _outcome(self, entry: InboxEntry) -> str:
        """Run the handler; wait while a dependency is down, for as long as others wait too."""
        suspicions, handled, pause_s = 0, self._handled, _FIRST_PAUSE_S
        while suspicions < self._limits.suspicions:
            try:
                return await self._once(entry.update)
            except PostponedError as error:
                log.warning(
                    "update_postponed", update_id=entry.update.update_id, reason=error.reason
                )
            suspicions += self._handled != handled
            handled = self._handled
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        return "outage"

    async def _once(self, update: IncomingUpdate) -> str:
        try:
            await self._handle(update)
        except PostponedError:
            raise
        except ChatClosedError:
            log.info("chat_closed", update_id=update.update_id)
            return "closed"
        except Exception:  # the edge: one bad update stops no other
            log.exception("update_failed", update_id=update.update_id)
            return "failed"
        return "handled"

    async def _bury(self, entry: InboxEntry, reason: str) -> None:
        log.error("update_buried", update_id=entry.update.update_id, reason=reason)
        await self._until_done(lambda: self._store.bury(entry, reason=reason))
        await self._forget(entry, "buried")

    async def _until_done(self, command: Callable[[], Awaitable[T]]) -> T:
        """Repeat a command until Redis has taken it: an entry in hand must not be dropped."""
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                return await command()
            except UnavailableError:
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _note(self, entries: Sequence[InboxEntry]) -> None:
        self._in_flight.update(entry.entry_id for entry in entries)
        IN_FLIGHT.set(len(self._in_flight))

    async def _forget(self, entry: InboxEntry, outcome: str) -> None:
        HANDLED.labels(outcome).inc()
        self._in_flight.discard(entry.entry_id)
        IN_FLIGHT.set(len(self._in_flight))
        await self._tell_of_room()

    async def _tell_of_room(self) -> None:
        async with self._room:
            self._room.notify_all()

    async def _drained(self) -> bool:
        try:
            async with asyncio.timeout(self._limits.drain_s), self._room:
                await self._room.wait_for(lambda: not self._in_flight)
        except TimeoutError:
            return False
        return True
