from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.inference.kinds import JobKind
from services.inference.waits import JobTiming
from services.waiting.learned import QuantileModel


class TimingStore(Protocol):
    """Where timings of finished jobs are kept for some weeks."""

    async def add(self, timings: Sequence[JobTiming], at: datetime) -> None:
        """Keep timings, noted at a moment.

        Raises:
            UnavailableError: The store is down; nothing was kept.
        """
        ...

    async def latest(self, kind: JobKind, limit: int, *, free_slot: bool) -> list[JobTiming]:
        """Read the newest timings of a kind, oldest first.

        Args:
            kind: Of the jobs.
            limit: At most so many.
            free_slot: Those of jobs that found a free slot, or those of the others.

        Raises:
            UnavailableError: The store is down.
        """
        ...

    async def purge(self, before: datetime, keep: int) -> int:
        """Erase what is old or too much.

        Args:
            before: What was noted before this moment goes.
            keep: Of each kind so many stay that found a free slot, and so many that found none.

        Returns:
            How many were erased.

        Raises:
            UnavailableError: The store is down.
        """
        ...


class QuantileFitter(Protocol):
    """Whoever fits models; the same rows give the same model."""

    async def fit(
        self, rows: Sequence[tuple[float, ...]], targets: Sequence[float]
    ) -> QuantileModel:
        """Fit the 0.5 and 0.9 quantile of the targets; may take a minute, beside the caller.

        Args:
            rows: As ``features.row`` writes them.
            targets: One for each row.

        Raises:
            UnavailableError: It could not be done on this machine, or took too long.
        """
        ...
