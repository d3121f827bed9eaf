"""Guessing how long jobs wait: what notes, learns and guesses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from apscheduler.triggers.cron import CronTrigger

from bot.alarms import ring
from bot.settings import Settings
from bot.wait_metrics import DROPPED, LEARNED, MeasuredWaits
from services.adapters.quantiles.boosted import BoostedQuantiles
from services.adapters.sql.engine import Sessions
from services.adapters.sql.job_timings import SqlJobTimings
from services.clock import Clock
from services.errors import UnavailableError
from services.inference.waits import JobJournal, JobTiming, WaitEstimator
from services.tasks import Nursery
from services.waiting.journal import BufferedJournal, Journals
from services.waiting.learned import LearnedWaits
from services.waiting.training import LearnWaits

log = structlog.get_logger(__name__)

# In the small hours; replicas on one machine need not all do it in the same minute.
_HOUR: Final = 4
_SPREAD_S: Final = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What ``open_inference`` needs to guess waits and to learn how they were."""

    estimator: WaitEstimator
    journal: JobJournal


@asynccontextmanager
async def open_waits(
    settings: Settings, sessions: Sessions, clock: Clock, nursery: Nursery
) -> AsyncIterator[Waits]:
    """Guess by what was noted so far: learn it now and every night, and note what comes.

    Args:
        settings: For the process that fits the models.
        sessions: Where timings are kept.
        clock: Tells when it is night.
        nursery: Writes and learns beside the jobs; closed before this, which then writes the rest.
    """
    store, waits = SqlJobTimings(sessions), LearnedWaits()
    journal = BufferedJournal(store, clock)
    LEARNED.set_function(lambda: len(waits.learned))
    learn = LearnWaits(
        store=store, fitter=BoostedQuantiles(settings.environment()), waits=waits, clock=clock
    )
    nursery.start(journal.run(), name="job_timings")
    nursery.start(_learn_now_and_nightly(learn, clock), name="learn_waits")
    try:
        yield Waits(
            estimator=waits,
            journal=Journals(_CountingDropped(journal), MeasuredWaits(waits), waits),
        )
    finally:
        await journal.write_last()


class _CountingDropped:
    """Says in metrics what a journal has dropped."""

    def __init__(self, journal: BufferedJournal) -> None:
        self._journal = journal
        self._told = 0

    def note(self, timing: JobTiming) -> None:
        """See ``JobJournal.note``."""
        self._journal.note(timing)
        DROPPED.inc(self._journal.dropped - self._told)
        self._told = self._journal.dropped


async def _learn_now_and_nightly(learn: LearnWaits, clock: Clock) -> None:
    try:
        await learn()
    except UnavailableError as error:
        log.warning("waits_not_learned", reason=str(error))
    await ring(CronTrigger(hour=_HOUR, jitter=_SPREAD_S), learn, clock, name="learn_waits")
