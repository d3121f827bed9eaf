"""The worker's side of a job: read it, judge it, run it, publish what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Final

import stamina
import structlog

from services.clock import Clock
from services.errors import ModelError, UnavailableError
from services.inference.bus import Delivery, ReplySink
from services.inference.protocol import (
    Chunk,
    Done,
    EmbedPayload,
    EmbedResult,
    Failed,
    FailureCode,
    GeneratePayload,
    GenerateResult,
    Job,
    JobFailure,
    JobKind,
    Started,
    WireError,
    decode_job,
    pack_vectors,
)
from services.tasks import beside
from services.workers.backends import EmbedBackend, GenerateBackend

log = structlog.get_logger(__name__)

Runner = Callable[[Job, int], Awaitable[EmbedResult | GenerateResult]]

_CHUNK_EVERY_S: Final = 0.1
_PUBLISH_FOR_S: Final = 30.0


class Receiver:
    """``JobHandler`` of a worker.

    A job runs at least once: a worker that dies leaves it to the next one. Its result is
    published once: a repeat whose result is out already does nothing.
    """

    def __init__(self, sink: ReplySink, runners: Mapping[JobKind, Runner], clock: Clock) -> None:
        """Prepare to receive.

        Args:
            sink: Where replies go.
            runners: What does the jobs of each kind.
            clock: For deadlines.
        """
        self._sink = sink
        self._runners = runners
        self._clock = clock

    async def run(self, delivery: Delivery) -> None:
        """See ``JobHandler.run``."""
        job = await self._read(delivery)
        if job is None:
            return
        with structlog.contextvars.bound_contextvars(job_id=job.job_id, attempt=delivery.attempt):
            await self._run(job, delivery.attempt)

    async def aborted(self, delivery: Delivery) -> None:
        """See ``JobHandler.aborted``."""
        job = await self._read(delivery)
        if job is not None:
            log.info("job_aborted", job_id=job.job_id, kind=job.kind)
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

    async def _run(self, job: Job, attempt: int) -> None:
        if attempt > 1 and await self._sink.is_done(job.job_id):
            log.info("job_done_already", kind=job.kind)
            return
        if attempt > job.max_attempts:
            message = f"given up after {job.max_attempts} attempts"
            await self._fail(job, attempt, FailureCode.ATTEMPTS, message)
            return
        left_s = job.deadline_at - self._clock.now().timestamp()
        if left_s <= 0:
            await self._fail(job, attempt, FailureCode.DEADLINE, "expired before it began")
            return
        await self._attempt(job, attempt, left_s)

    async def _attempt(self, job: Job, attempt: int, left_s: float) -> None:
        started = self._clock.monotonic()
        limit = asyncio.timeout(left_s)
        try:
            async with limit:
                result = await self._runners[job.kind](job, attempt)
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
            reply = Done(job_id=job.job_id, attempt=attempt, result=result)
            await self._publish_last(job.reply_to, reply)
            took_s = round(self._clock.monotonic() - started, 3)
            log.info("job_done", kind=job.kind, priority=job.priority, seconds=took_s)

    async def _fail(
        self, job: Job, attempt: int, code: FailureCode, message: str, *, retry: bool = False
    ) -> None:
        log.warning("job_given_up", job_id=job.job_id, kind=job.kind, code=code)
        failure = JobFailure(code=code, message=message, retryable=retry)
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


def embed_runner(backend: EmbedBackend) -> Runner:
    """Do embedding jobs by a backend."""

    async def run(job: Job, _attempt: int) -> EmbedResult:
        if not isinstance(job.payload, EmbedPayload):
            raise ModelError("an embedding job without texts")
        vectors = await backend.embed(
            job.payload.texts, role=job.payload.role, priority=job.priority
        )
        return pack_vectors(vectors)

    return run


def generate_runner(backend: GenerateBackend, sink: ReplySink, clock: Clock) -> Runner:
    """Do generation jobs by a backend; the text so far goes out ten times a second at most."""

    async def run(job: Job, attempt: int) -> GenerateResult:
        if not isinstance(job.payload, GeneratePayload):
            raise ModelError("a generation job without a prompt")
        await _show(sink, job, Started(job_id=job.job_id, attempt=attempt))
        growing = _GrowingText()
        async with (
            aclosing(backend.generate(job.payload)) as pieces,
            beside(_keep_showing(growing, sink, job, attempt, clock)),
        ):
            async for piece in pieces:
                growing.add(piece)
        return GenerateResult(text=growing.text)

    return run


class _GrowingText:
    def __init__(self) -> None:
        self.text = ""
        self.grown = asyncio.Event()

    def add(self, piece: str) -> None:
        self.text += piece
        self.grown.set()


async def _keep_showing(
    growing: _GrowingText, sink: ReplySink, job: Job, attempt: int, clock: Clock
) -> None:
    """Show the text in its own time: a model that falls silent must not hide what it said."""
    while True:
        await clock.sleep(_CHUNK_EVERY_S)
        await growing.grown.wait()
        growing.grown.clear()
        await _show(sink, job, Chunk(job_id=job.job_id, attempt=attempt, text=growing.text))


async def _show(sink: ReplySink, job: Job, reply: Started | Chunk) -> None:
    try:
        await sink.publish(job.reply_to, reply)
    except UnavailableError as error:
        # Only the last record has to arrive, and it holds the whole text.
        log.warning("chunk_not_shown", job_id=job.job_id, reason=str(error))
