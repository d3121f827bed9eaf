import asyncio
from collections import deque
from itertools import islice
from typing import Final

import structlog

from services.clock import Clock
from services.errors import UnavailableError
from services.inference.waits import JobJournal, JobTiming
from services.waiting.ports import TimingStore

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 5000
_BATCH: Final = 500
_EVERY_S: Final = 5.0
_LAST_S: Final = 5.0


class BufferedJournal:
    """``JobJournal`` that notes in memory and writes in batches beside the jobs.

    While the store is down timings gather until there is no more room; then they are dropped and
    counted.
    """

    def __init__(self, store: TimingStore, clock: Clock, *, room: int = MOST_WAITING) -> None:
        self._store = store
        self._clock = clock
        self._room = room
        self._waiting: deque[JobTiming] = deque()
        self._down = False
        self.dropped = 0
        """Timings that were lost for want of room or because the store refused them."""

    def note(self, timing: JobTiming) -> None:
        """See ``JobJournal.note``."""
        if len(self._waiting) < self._room:
            self._waiting.append(timing)
        else:
            self.dropped += 1

    async def run(self) -> None:
        """Write every few seconds until cancelled; outages are waited out."""
        while True:
            await self._clock.sleep(_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Write what is noted, as far as the store takes it."""
        while batch := list(islice(self._waiting, _BATCH)):
            try:
                await self._store.add(batch, self._clock.now())
            except UnavailableError as error:
                self._say_down(str(error))
                return
            except Exception as error:  # noqa: BLE001 - one bad timing must not stop all later ones
                log.warning("timings_refused", count=len(batch), error=type(error).__name__)
                self.dropped += len(batch)
            self._down = False
            for _ in batch:
                self._waiting.popleft()

    async def write_last(self, *, within_s: float = _LAST_S) -> None:
        """Write what is noted before the process ends; a store that hangs does not hold it up."""
        try:
            async with asyncio.timeout(within_s):
                await self.write()
        except TimeoutError:
            log.warning("timings_not_written", reason="the store hangs", count=len(self._waiting))

    def _say_down(self, reason: str) -> None:
        if not self._down:
            log.warning("timings_not_written", reason=reason)
        self._down = True


class Journals:
    """``JobJournal`` that tells several others, in order."""

    def __init__(self, *journals: JobJournal) -> None:
        self._journals = journals

    def note(self, timing: JobTiming) -> None:
        """See ``JobJournal.note``."""
        for journal in self._journals:
            journal.note(timing)
