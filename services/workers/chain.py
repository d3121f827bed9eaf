"""The backends of one kind, tried in order: when one is down, the next does the job.

Each has a circuit breaker, so that a dead server costs a few jobs a wait and not all of them.
A backend that is not the last may use two thirds of the time that the job has left: a server that
hangs must leave time for its stand-in.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from services.clock import Clock
from services.errors import BusyError, ModelError, UnavailableError
from services.inference.kinds import Payload, Result
from services.workers.backends import AnyBackend, RunningJob
from services.workers.breaker import Breaker, BreakerPolicy, BreakerState, Permit
from services.workers.job_view import JobView

log = structlog.get_logger(__name__)

_SHARE: Final = 2 / 3
_STORE: Final = "redis"
_OVER_S: Final = 0.05
TELLING_S: Final = 3.0
"""A backend that was cut off after less time has not shown that it is down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A backend with its name, without address."""

    name: str
    backend: AnyBackend


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """How a backend has done lately.

    Attributes:
        name: As in ``Link``.
        state: Whether jobs get to it.
        failures: Since its last success.
        retry_in_s: Seconds until a job may get to it; 0: now.
    """

    name: str
    state: BreakerState
    failures: int
    retry_in_s: float


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

    def __init__(
        self,
        links: Sequence[Link],
        clock: Clock,
        *,
        policy: BreakerPolicy | None = None,
        telling_s: float = TELLING_S,
    ) -> None:
        """Put backends in order.

        Args:
            links: Most wanted first; at least one.
            clock: For the breakers.
            policy: Of each breaker.
            telling_s: A backend that had less time than this before it was cut off has not shown
                that it is down.
        """
        self._links = [(link, Breaker(clock, policy)) for link in links]
        self._telling_s = telling_s

    @property
    def names(self) -> tuple[str, ...]:
        """Name the backends, most wanted first."""
        return tuple(link.name for link, _ in self._links)

    def states(self) -> tuple[LinkState, ...]:
        """Tell how each backend has done lately, most wanted first."""
        return tuple(
            LinkState(
                name=link.name, state=breaker.state, failures=breaker.failures,
                retry_in_s=breaker.retry_in_s,
            )
            for link, breaker in self._links
        )  # fmt: skip

    async def run(self, payload: Payload, job: RunningJob) -> Outcome:
        """Do a job by the first backend that can; text of those that could not is void.

        Raises:
            UnavailableError: None can; the error is that of the last that was tried.
            ModelError: One tried and failed on this input.
        """
        skipped: list[str] = []
        last_error: UnavailableError | None = None
        for number, (link, breaker) in enumerate(self._links):
            permit = breaker.ask()
            if permit is None:
                skipped.append(link.name)
                continue
            is_last = number == len(self._links) - 1
            try:
                result = await self._try(link, permit, payload, job, is_last=is_last)
            except UnavailableError as error:
                if error.dependency == _STORE:
                    raise
                log.warning("backend_skipped", backend=link.name, reason=str(error),
                            breaker=breaker.state, failures=breaker.failures)  # fmt: skip
                skipped.append(link.name)
                last_error = error
                continue
            return Outcome(result=result, backend=link.name, instead_of=tuple(skipped))
        raise last_error or self._all_open()

    async def close(self) -> None:
        """Free all of them."""
        for link, _ in self._links:
            await link.backend.close()

    async def _try(
        self, link: Link, permit: Permit, payload: Payload, job: RunningJob, *, is_last: bool
    ) -> Result:
        view = JobView(job)
        allowed_s = job.left_s if is_last else job.left_s * _SHARE
        try:
            # The job's own end is that of the last one's time.
            result = await _within(None if is_last else allowed_s, link.backend, payload, view)
        except UnavailableError as error:
            cut_off = isinstance(error, _OutOfTimeError) and allowed_s < self._telling_s
            # One that has too much to do is not down.
            tells = error.dependency != _STORE and not isinstance(error, BusyError)
            if tells and not cut_off:
                permit.failed()
            view.void()
            raise
        except asyncio.CancelledError:
            if job.left_s <= _OVER_S and allowed_s >= self._telling_s:
                permit.failed()
            raise
        except ModelError:
            permit.succeeded()
            raise
        else:
            permit.succeeded()
            return result
        finally:
            view.end()
            permit.drop()

    def _all_open(self) -> UnavailableError:
        retry_in_s = min(breaker.retry_in_s for _, breaker in self._links)
        return UnavailableError(
            f"{', '.join(self.names)} failed again and again; tried again in {retry_in_s:.0f} s",
            dependency="llm",
        )


class _OutOfTimeError(UnavailableError):
    """The backend did not finish in its part of the job's time."""


async def _within(
    seconds: float | None, backend: AnyBackend, payload: Payload, job: RunningJob
) -> Result:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            result: Result = await backend.run(payload, job)
            return result
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise _OutOfTimeError(
            "it used up its part of the job's time, the rest is for the next backend",
            dependency="llm",
        ) from error
