"""The ranking of a library fitted anew because somebody pressed a button: detached, and once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from services.answering.calibrating import Calibration
from services.errors import ConflictError, NotFoundError, ServiceError
from services.knowledge.models import LibraryId
from services.tasks import Leases, Nursery

log = structlog.get_logger(__name__)

_LEASE_TTL_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainOrder:
    """Who wants it, and where the outcome is told."""

    chat_id: int
    user_id: int
    language: str


class LibraryCalibration(Protocol):
    """Fits the weights of a library, and keeps them where they win."""

    async def __call__(self, library: LibraryId) -> Calibration:
        """Calibrate.

        Raises:
            NotFoundError: The library has nothing to make questions of.
            UnavailableError: No worker embeds, or the index is down; nothing is changed then.
        """
        ...


class RetrainView(Protocol):
    """What the person sees of it; telling never fails."""

    async def begun(self, order: RetrainOrder) -> int | None:
        """Say that it has begun; give the message, which the outcome takes the place of."""
        ...

    async def running(self, order: RetrainOrder) -> None:
        """Say that it is being done already, perhaps by another replica."""
        ...

    async def done(self, order: RetrainOrder, shown: int | None, outcome: Calibration) -> None:
        """Tell what came out."""
        ...

    async def failed(self, order: RetrainOrder, shown: int | None, code: str) -> None:
        """Say that nothing has changed, and why: the code of an error."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraining:
    """Takes the wish for a calibration; the work is detached.

    Attributes:
        libraries: Of these the first is calibrated that has something to make questions of.
    """

    calibrate: LibraryCalibration
    libraries: Sequence[LibraryId]
    view: RetrainView
    leases: Leases
    nursery: Nursery

    def ask(self, order: RetrainOrder) -> None:
        """Begin, if no replica is at it; returns at once."""
        self.nursery.start(self.run(order), name="retraining")

    async def run(self, order: RetrainOrder) -> None:
        """Calibrate under a lease that all replicas see, and tell what came of it."""
        try:
            async with self.leases.hold("retraining", ttl_s=_LEASE_TTL_S):
                await self._run(order)
        except ConflictError:
            await self.view.running(order)
        except ServiceError as error:
            await self.view.failed(order, None, error.code)

    async def _run(self, order: RetrainOrder) -> None:
        shown = await self.view.begun(order)
        try:
            outcome = await self._calibrated()
        except ServiceError as error:
            log.warning("retraining_failed", code=error.code)
            await self.view.failed(order, shown, error.code)
        except Exception:
            # An edge: the person is told before the nursery logs it.
            await self.view.failed(order, shown, "internal")
            raise
        else:
            log.info("retrained", kept=outcome.kept, questions=outcome.questions)
            await self.view.done(order, shown, outcome)

    async def _calibrated(self) -> Calibration:
        for library in self.libraries:
            try:
                return await self.calibrate(library)
            except NotFoundError:
                continue
        msg = "no library has anything to make questions of"
        raise NotFoundError(msg)
