"""One job from its sending to its last reply.

A caller waits while a worker serves the kind, or did seconds ago and may come back. When none
does, it hears so within moments and not at its deadline. A job of which nothing was heard for a
while is put in again: the queue refuses a known id, so this only mends a job that was lost.
"""

import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import msgspec

from services.clock import Clock
from services.errors import (
    BusyError,
    DeadlineError,
    ModelError,
    ServiceError,
    UnavailableError,
)
from services.inference.bus import Admission, Inbox, JobBus, Presence, Replies
from services.inference.kinds import JobKind, Payload, kind_of
from services.inference.models import CallOptions
from services.inference.protocol import Done, Failed, FailureCode, Job, JobFailure, Reply
from services.inference.waits import JobJournal, QueueObserver, WaitEstimator
from services.inference.watching import WaitWatch

_LOOK_EVERY_S: Final = 1.0
_SEND_AGAIN_AFTER_LOOKS: Final = 5
_OUTAGE_LOOKS: Final = 10
_RESTARTS: Final = 2


class PoolCalls:
    """Sends jobs of one replica and hands on what comes back."""

    def __init__(
        self,
        bus: JobBus,
        replies: Replies,
        clock: Clock,
        *,
        replica_id: str,
        waits: WaitEstimator,
        journal: JobJournal,
    ) -> None:
        """Prepare to call.

        Args:
            bus: Where jobs go.
            replies: Where the replica's answers arrive.
            clock: For deadlines.
            replica_id: Whose stream ``replies`` reads.
            waits: Guesses waits.
            journal: Learns how they were.
        """
        self._bus = bus
        self._replies = replies
        self._clock = clock
        self._replica_id = replica_id
        self._waits = waits
        self._journal = journal

    def job(self, payload: Payload, options: CallOptions, *, job_id: str = "") -> Job:
        """Make a job that answers to this replica.

        Args:
            payload: What to do.
            options: How.
            job_id: Stable over repeats of the same work; empty: there are none.
        """
        kind = kind_of(payload)
        return Job(
            job_id=job_id or f"{kind}-{uuid.uuid4().hex}",
            kind=kind,
            payload=payload,
            reply_to=self._replica_id,
            priority=options.priority,
            deadline_at=self._clock.now().timestamp() + options.deadline_s,
            allowed_s=options.deadline_s,
            fair_share=options.fair_share,
            cost=options.cost,
            patient=options.patient,
        )

    async def replies(
        self, job: Job, observer: QueueObserver | None = None
    ) -> AsyncGenerator[Reply, None]:
        """Run a job, or attach to it, and yield its replies; the last is ``Done``.

        Leaving early aborts the job.

        Args:
            job: From ``job``.
            observer: Hears how long the job will wait, while it does.

        Raises:
            BusyError: The pool takes no more jobs of this kind, or of this chat, for now.
            DeadlineError: Nothing final came before the job's deadline.
            UnavailableError: No worker serves the kind, its backend is down, or the queue is.
            ModelError: The backend failed on this input.
        """
        for _ in range(_RESTARTS):
            try:
                async with aclosing(self._attached(job, observer)) as replies:
                    async for reply in replies:
                        yield reply
            except _AbortedElsewhereError:
                # An earlier process stopped the job that we attached to.
                job = _let_in(job)
                continue
            return
        raise UnavailableError("the job is aborted again and again", dependency="workers")

    async def _attached(
        self, job: Job, observer: QueueObserver | None
    ) -> AsyncGenerator[Reply, None]:
        ended = False
        watch = WaitWatch(
            job, bus=self._bus, waits=self._waits, journal=self._journal, clock=self._clock,
            observer=observer,
        )  # fmt: skip
        async with self._replies.listen(job.job_id) as inbox:
            try:
                if not inbox.has_news:
                    await self._send(job, watch)
                while not ended:
                    reply = await self._next(job, inbox, watch)
                    ended = isinstance(reply, Done | Failed)
                    await watch.heard(reply)
                    if isinstance(reply, Failed):
                        raise _error(reply.failure)
                    yield reply
            except BusyError:
                ended = True
                raise
            finally:
                if not ended:
                    await self._abort(job)

    async def _send(self, job: Job, watch: WaitWatch) -> None:
        if await self._bus.presence(job.kind) is Presence.ABSENT:
            raise _no_worker(job.kind)
        admitted = await self._bus.enqueue(job)
        if admitted.admission is Admission.FULL:
            raise BusyError(
                f"the pool takes no more {job.kind} jobs for now", dependency="workers",
                wait_s=watch.estimate(admitted.place).p50_s,
            )  # fmt: skip
        if admitted.admission is Admission.ACCEPTED:
            watch.accepted(admitted.place)

    async def _next(self, job: Job, inbox: Inbox, watch: WaitWatch) -> Reply:
        looks = outages = 0
        while (left_s := job.deadline_at - self._clock.now().timestamp()) > 0:
            reply = await inbox.next(min(_LOOK_EVERY_S, left_s))
            if reply is not None:
                return reply
            looks += 1
            try:
                await self._look_after(job, looks)
                await watch.look()
                outages = 0
            except UnavailableError as error:
                # Redis may restart under us; what it accepted comes back with it.
                outages += 1
                if error.dependency != "redis" or outages > _OUTAGE_LOOKS:
                    raise
        raise DeadlineError(f"{job.kind} was not done in time", dependency="workers")

    async def _look_after(self, job: Job, looks: int) -> None:
        if await self._bus.presence(job.kind) is Presence.ABSENT:
            raise _no_worker(job.kind)
        if looks % _SEND_AGAIN_AFTER_LOOKS == 0:
            await self._bus.enqueue(_let_in(job))

    async def _abort(self, job: Job) -> None:
        try:
            await self._bus.abort(job.kind, job.job_id)
        except UnavailableError:
            # The job ends by its deadline; the caller has an error of its own already.
            return


class _AbortedElsewhereError(ServiceError):
    """The job was aborted, and not by us."""


def _let_in(job: Job) -> Job:
    """Take note that a job was let in once; if it was lost, it need not find room again."""
    return msgspec.structs.replace(job, patient=True)


def _no_worker(kind: JobKind) -> UnavailableError:
    return UnavailableError(
        f"no worker serves {kind}; start one with: samovar worker --serves {kind}",
        dependency="workers",
    )


def _error(failure: JobFailure) -> ServiceError:
    message = f"{failure.code}: {failure.message}"
    match failure.code:
        case FailureCode.CANCELLED:
            return _AbortedElsewhereError(message)
        case FailureCode.DEADLINE:
            return DeadlineError(message, dependency="workers")
        case FailureCode.BACKEND_UNAVAILABLE:
            return UnavailableError(message, dependency="llm")
        case FailureCode.ATTEMPTS | FailureCode.VERSION:
            return UnavailableError(message, dependency="workers")
        case FailureCode.MODEL | FailureCode.MALFORMED | FailureCode.INTERNAL:
            return ModelError(message)
