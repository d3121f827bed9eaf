"""One job from its sending to its last reply.

A caller waits while a worker serves the kind, or did seconds ago and may come back. When none
does, it hears so within moments and not at its deadline. A job of which nothing was heard for a
while is put in again: the queue refuses a known id, so this only mends a job that was lost.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from services.clock import Clock
from services.errors import DeadlineError, ModelError, ServiceError, UnavailableError
from services.inference.bus import Inbox, JobBus, Presence, Replies
from services.inference.models import Priority
from services.inference.protocol import (
    Done,
    EmbedPayload,
    Failed,
    FailureCode,
    GeneratePayload,
    Job,
    JobFailure,
    JobKind,
    Reply,
)

_LOOK_EVERY_S: Final = 1.0
_SEND_AGAIN_AFTER_LOOKS: Final = 5
_OUTAGE_LOOKS: Final = 10
_RESTARTS: Final = 2


class PoolCalls:
    """Sends jobs of one replica and hands on what comes back."""

    def __init__(self, bus: JobBus, replies: Replies, clock: Clock, *, replica_id: str) -> None:
        """Prepare to call.

        Args:
            bus: Where jobs go.
            replies: Where the replica's answers arrive.
            clock: For deadlines.
            replica_id: Whose stream ``replies`` reads.
        """
        self._bus = bus
        self._replies = replies
        self._clock = clock
        self._replica_id = replica_id

    def job(
        self, job_id: str, payload: EmbedPayload | GeneratePayload, *, priority: Priority,
        deadline_s: float, fair_share: str = "",
    ) -> Job:  # fmt: skip
        """Make a job that answers to this replica."""
        return Job(
            job_id=job_id,
            kind=JobKind.EMBED if isinstance(payload, EmbedPayload) else JobKind.GENERATE,
            payload=payload,
            reply_to=self._replica_id,
            priority=priority,
            deadline_at=self._clock.now().timestamp() + deadline_s,
            fair_share=fair_share,
        )

    async def replies(self, job: Job) -> AsyncGenerator[Reply, None]:
        """Run a job, or attach to it, and yield its replies; the last is ``Done``.

        Leaving early aborts the job.

        Raises:
            DeadlineError: Nothing final came before the job's deadline.
            UnavailableError: No worker serves the kind, its backend is down, or the queue is.
            ModelError: The backend failed on this input.
        """
        for _ in range(_RESTARTS):
            try:
                async with aclosing(self._attached(job)) as replies:
                    async for reply in replies:
                        yield reply
            except _AbortedElsewhereError:
                # An earlier process stopped the job that we attached to.
                continue
            return
        raise UnavailableError("the job is aborted again and again", dependency="workers")

    async def _attached(self, job: Job) -> AsyncGenerator[Reply, None]:
        ended = False
        async with self._replies.listen(job.job_id) as inbox:
            try:
                if not inbox.has_news:
                    await self._send(job)
                while not ended:
                    reply = await self._next(job, inbox)
                    ended = isinstance(reply, Done | Failed)
                    if isinstance(reply, Failed):
                        raise _error(reply.failure)
                    yield reply
            finally:
                if not ended:
                    await self._abort(job)

    async def _send(self, job: Job) -> None:
        if await self._bus.presence(job.kind) is Presence.ABSENT:
            raise _no_worker(job.kind)
        await self._bus.enqueue(job)

    async def _next(self, job: Job, inbox: Inbox) -> Reply:
        looks = outages = 0
        while (left_s := job.deadline_at - self._clock.now().timestamp()) > 0:
            reply = await inbox.next(min(_LOOK_EVERY_S, left_s))
            if reply is not None:
                return reply
            looks += 1
            try:
                await self._look_after(job, looks)
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
            await self._bus.enqueue(job)

    async def _abort(self, job: Job) -> None:
        try:
            await self._bus.abort(job.kind, job.job_id)
        except UnavailableError:
            # The job ends by its deadline; the caller has an error of its own already.
            return


class _AbortedElsewhereError(ServiceError):
    """The job was aborted, and not by us."""


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
