"""The worker's side of a job: read it, judge it, run it, publish what came of it."""

import asyncio
from collections.abc import Mapping
from typing import Final

import stamina
import structlog

from services.clock import Clock
from services.errors import ModelError, UnavailableError
from services.inference.bus import Blobs, DeadLetters, Delivery, ReplySink
from services.inference.kinds import JobKind
from services.inference.protocol import (
    Done,
    Failed,
    FailureCode,
    Job,
    JobFailure,
    WireError,
    decode_job,
)
from services.tasks import beside
from services.workers.chain import Chain, Outcome
from services.workers.running import PublishedJob

log = structlog.get_logger(__name__)

_PUBLISH_FOR_S: Final = 30.0
# Their text or picture grows before the person's eyes, so a new attempt has to be told at once.
_SHOWN_WHILE_RUNNING: Final = frozenset({JobKind.GENERATE, JobKind.DRAW, JobKind.TRANSCRIBE})
# Worth an admin's look: it kills workers, or it broke something unforeseen. The other failures are
# answers: the model refused, nobody waits any more, a backend is down.
_BURIED: Final = frozenset({FailureCode.ATTEMPTS, FailureCode.INTERNAL})


class Receiver:
    """``JobHandler`` of a worker.

    A job runs at least once: a worker that dies leaves it to the next one. Its result is
    published once: a repeat whose result is out already does nothing.
    """

    def __init__(
        self,
        sink: ReplySink,
        blobs: Blobs,
        chains: Mapping[JobKind, Chain],
        clock: Clock,
        *,
        dead: DeadLetters,
    ) -> None:
        """Prepare to receive.

        Args:
            sink: Where replies go.
            blobs: Where pictures and sounds are kept.
            chains: What does the jobs of each kind.
            clock: For deadlines.
            dead: Where jobs go that workers die of or break on.
        """
        self._sink = sink
        self._blobs = blobs
        self._chains = chains
        self._clock = clock
        self._dead = dead

    async def run(self, delivery: Delivery) -> None:
        """See ``JobHandler.run``."""
        job = await self._read(delivery)
        if job is None:
            return
        with structlog.contextvars.bound_contextvars(job_id=job.job_id, attempt=delivery.attempt):
            await self._run(job, delivery)

    async def aborted(self, delivery: Delivery) -> None:
        """See ``JobHandler.aborted``."""
        job = await self._read(delivery)
        if job is not None:
            log.info("job_aborted", job_id=job.job_id, kind=job.kind)
            await self._clear(job, delivery.attempt)
            await self._fail(job, delivery.attempt, FailureCode.CANCELLED, "aborted", retry=True)

    async def _read(self, delivery: Delivery) -> Job | None:
        try:
            return decode_job(delivery.raw)
        except WireError as error:
            header = error.header
            log.warning("job_unreadable", code=error.failure.code, reason=str(error))
            if header is not None and header.reply_to and header.job_id:
                reply = Failed(
                    job_id=header.job_id, attempt=delivery.attempt, failure=error.failure
                )
                await self._publish_last(header.reply_to, reply)
            return None

    async def _run(self, job: Job, delivery: Delivery) -> None:
        attempt = delivery.attempt
        if attempt > 1 and await self._sink.is_done(job.job_id):
            log.info("job_done_already", kind=job.kind)
            await self._clear(job, attempt)
            return
        if delivery.cut_off >= job.max_attempts:
            message = f"given up after {job.max_attempts} attempts that were cut off"
            await self._fail(job, attempt, FailureCode.ATTEMPTS, message)
            return
        left_s = self._left_s(job, delivery)
        if left_s <= 0:
            await self._fail(job, attempt, FailureCode.DEADLINE, "expired before it began")
            return
        await self._suspect(job, delivery)
        await self._attempt(job, delivery, left_s)
        await self._clear(job, attempt)

    async def _attempt(self, job: Job, delivery: Delivery, left_s: float) -> None:
        attempt = delivery.attempt
        started = self._clock.monotonic()
        log.debug("job_started", kind=job.kind, waited_s=round(delivery.waited_s, 3))
        limit = asyncio.timeout(left_s)
        try:
            async with limit:
                outcome = await self._outcome(job, attempt, left_s)
        except TimeoutError:
            if not limit.expired():
                log.exception("job_failed", kind=job.kind)
                await self._fail(job, attempt, FailureCode.INTERNAL, "TimeoutError")
                return
            await self._fail(job, attempt, FailureCode.DEADLINE, "expired while it ran")
        except UnavailableError as error:
            code = FailureCode.BACKEND_UNAVAILABLE
            await self._fail(job, attempt, code, str(error), retry=True)
        except ModelError as error:
            await self._fail(job, attempt, FailureCode.MODEL, str(error))
        except Exception as error:  # The edge: whatever a backend raises.
            log.exception("job_failed", kind=job.kind)
            await self._fail(job, attempt, FailureCode.INTERNAL, type(error).__name__)
        else:
            ran_s = self._clock.monotonic() - started
            reply = Done(
                job_id=job.job_id, attempt=attempt, result=outcome.result,
                backend=outcome.backend, instead_of=outcome.instead_of,
                waited_s=round(delivery.waited_s, 3), ran_s=round(ran_s, 3),
            )  # fmt: skip
            await self._publish_last(job.reply_to, reply)
            log.info("job_done", kind=job.kind, priority=job.priority, backend=outcome.backend,
                     waited_s=reply.waited_s, ran_s=reply.ran_s)  # fmt: skip

    def _left_s(self, job: Job, delivery: Delivery) -> float:
        """Tell how long somebody waits still: a clock that is ahead must not end every job."""
        by_clock = job.deadline_at - self._clock.now().timestamp()
        return max(by_clock, job.allowed_s - delivery.waited_s)

    async def _outcome(self, job: Job, attempt: int, left_s: float) -> Outcome:
        running = PublishedJob(
            job, attempt, left_s=left_s, sink=self._sink, blobs=self._blobs, clock=self._clock
        )
        chain = self._chains[job.kind]
        if job.kind not in _SHOWN_WHILE_RUNNING:
            return await chain.run(job.payload, running)
        await running.publish_started()
        async with beside(running.keep_publishing()):
            return await chain.run(job.payload, running)

    async def _suspect(self, job: Job, delivery: Delivery) -> None:
        if delivery.cut_off == 0:
            return
        try:
            await self._dead.suspect(job, delivery.attempt)
        except UnavailableError as error:
            log.warning("job_not_suspected", reason=str(error))

    async def _clear(self, job: Job, attempt: int) -> None:
        if attempt == 1:
            return
        try:
            await self._dead.clear(job.job_id)
        except UnavailableError as error:
            # It goes by itself after some days.
            log.warning("suspicion_not_cleared", job_id=job.job_id, reason=str(error))

    async def _bury(self, job: Job, attempt: int, failure: JobFailure) -> None:
        runs = min(attempt, job.max_attempts)
        try:
            await self._dead.bury(job, runs, failure)
        except UnavailableError as error:
            log.warning("job_not_buried", job_id=job.job_id, reason=str(error))

    async def _fail(
        self, job: Job, attempt: int, code: FailureCode, message: str, *, retry: bool = False
    ) -> None:
        log.warning("job_given_up", job_id=job.job_id, kind=job.kind, code=code)
        failure = JobFailure(code=code, message=message, retryable=retry)
        if code in _BURIED:
            await self._bury(job, attempt, failure)
        reply = Failed(job_id=job.job_id, attempt=attempt, failure=failure)
        await self._publish_last(job.reply_to, reply)

    async def _publish_last(self, reply_to: str, reply: Done | Failed) -> None:
        try:
            await self._sink.publish(reply_to, reply)
        except UnavailableError:
            await self._publish_through_outage(reply_to, reply)

    async def _publish_through_outage(self, reply_to: str, reply: Done | Failed) -> None:
        # The work is done; an outage of some seconds must not waste it.
        async for trial in stamina.retry_context(
            on=UnavailableError, attempts=None, timeout=_PUBLISH_FOR_S, wait_max=2.0
        ):
            with trial:
                await self._sink.publish(reply_to, reply)
