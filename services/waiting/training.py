import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from services.clock import Clock
from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.waits import JobTiming
from services.waiting.features import base, log_seconds, row
from services.waiting.learned import LearnedKind, LearnedWaits
from services.waiting.ports import QuantileFitter, TimingStore

log = structlog.get_logger(__name__)

LEAST_TIMINGS: Final = 500
"""Fewer timings of a kind teach nothing; it is guessed naively."""
MOST_TIMINGS: Final = 10_000
KEPT_DAYS: Final = 30
_LEAST_FITTED: Final = 200
_FITTED: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnWaits:
    """Fits the models of all kinds anew from what was noted, and forgets what is old.

    Every replica does this for itself: from the same rows they all get the same models.
    """

    store: TimingStore
    fitter: QuantileFitter
    waits: LearnedWaits
    clock: Clock

    async def __call__(self) -> None:
        """Learn; a kind that fails keeps the model that it has.

        Raises:
            UnavailableError: The store is down.
        """
        kept_since = self.clock.now() - timedelta(days=KEPT_DAYS)
        await self.store.purge(kept_since, MOST_TIMINGS)
        for kind in JobKind:
            free = await self.store.latest(kind, LEAST_TIMINGS, free_slot=True)
            full = await self.store.latest(kind, MOST_TIMINGS, free_slot=False)
            if len(free) + len(full) < LEAST_TIMINGS:
                continue
            try:
                learned = await learn_kind(free, full, self.fitter)
            except UnavailableError as error:
                log.warning("waits_not_learned", kind=kind, error=str(error))
                continue
            except Exception:
                # What is strange about one kind must not keep the others from being learned.
                log.exception("waits_not_learned", kind=kind)
                continue
            self.waits.replace(kind, learned)
            log.info("waits_learned", kind=kind, free_slot=len(free), no_slot=len(full))


async def learn_kind(
    free: Sequence[JobTiming], full: Sequence[JobTiming], fitter: QuantileFitter
) -> LearnedKind:
    """Fit on the earlier timings and correct by the later ones.

    Thousands of guesses are computed for that, in a thread: people are answered meanwhile.

    Args:
        free: Of jobs of one kind that found a free slot, in the order of time.
        full: Of those that found none; with fewer than 200 their waits are not guessed.
        fitter: Does the fitting.

    Raises:
        UnavailableError: The fitter failed.
        ValueError: What it fitted gives no finite number.
    """
    if len(full) < _LEAST_FITTED:
        return LearnedKind(None, free)
    count = round(len(full) * _FITTED)
    rows, targets = await asyncio.to_thread(_rows_and_targets, full[:count])
    model = await fitter.fit(rows, targets)
    return await asyncio.to_thread(LearnedKind, model, (*free, *full[count:]))


def _rows_and_targets(
    timings: Sequence[JobTiming],
) -> tuple[list[tuple[float, ...]], list[float]]:
    rows = [row(timing.features) for timing in timings]
    targets = [log_seconds(timing.waited_s) - base(timing.features) for timing in timings]
    return rows, targets
