"""The backends of one kind, tried in order: when one is down, the next does the job."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from services.errors import UnavailableError
from services.inference.kinds import Payload, Result
from services.workers.backends import AnyBackend, RunningJob

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A backend with its name, without address."""

    name: str
    backend: AnyBackend


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A result and who made it.

    Attributes:
        backend: Name of the backend that did it.
        instead_of: Names of those that were to do it and could not.
    """

    result: Result
    backend: str
    instead_of: tuple[str, ...]


class Chain:
    """Backends of one kind, most wanted first."""

    def __init__(self, links: Sequence[Link]) -> None:
        self._links = tuple(links)

    @property
    def names(self) -> tuple[str, ...]:
        """Name the backends, most wanted first."""
        return tuple(link.name for link in self._links)

    async def run(self, payload: Payload, job: RunningJob) -> Outcome:
        """Do a job by the first backend that can.

        Raises:
            UnavailableError: None can; the error is that of the last.
            ModelError: One tried and failed on this input.
        """
        skipped: list[str] = []
        for link in self._links[:-1]:
            try:
                result = await link.backend.run(payload, job)
            except UnavailableError as error:
                log.warning("backend_skipped", backend=link.name, reason=str(error))
                skipped.append(link.name)
                continue
            return Outcome(result=result, backend=link.name, instead_of=tuple(skipped))
        last = self._links[-1]
        result = await last.backend.run(payload, job)
        return Outcome(result=result, backend=last.name, instead_of=tuple(skipped))

    async def close(self) -> None:
        """Free all of them."""
        for link in self._links:
            await link.backend.close()
