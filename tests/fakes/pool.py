"""A job bus and a reply stream in memory."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from services.adapters.queue.replies import LatestReply
from services.errors import UnavailableError
from services.inference.bus import Admission, Admitted, Inbox, Place, Presence
from services.inference.kinds import JobKind
from services.inference.protocol import Job, Reply

FREE = Place(
    ahead=0, ahead_cost=0.0, running=0, slots=1, service_p50_s=0.0, service_p90_s=0.0,
    running_for_s=0.0,
)  # fmt: skip


class FakeReplies:
    """``Replies`` that a test fills."""

    def __init__(self) -> None:
        self.inboxes: dict[str, LatestReply] = {}
        self.past: dict[str, Reply] = {}

    @asynccontextmanager
    async def listen(self, job_id: str) -> AsyncIterator[Inbox]:
        inbox = LatestReply()
        if job_id in self.past:
            inbox.offer(self.past[job_id])
        self.inboxes[job_id] = inbox
        try:
            yield inbox
        finally:
            del self.inboxes[job_id]

    async def adopt(self, replica_id: str) -> None:
        raise NotImplementedError

    def say(self, *replies: Reply) -> None:
        for reply in replies:
            self.inboxes[reply.job_id].offer(reply)


class FakeBus:
    """``JobBus`` that remembers, and lets a test answer each job."""

    def __init__(self, on_job: Callable[[Job], None] = lambda _job: None) -> None:
        self.on_job = on_job
        self.jobs: list[Job] = []
        self.aborted: list[str] = []
        self.admission = Admission.ACCEPTED
        self.line: Place | None = None
        self.presences: list[Presence | UnavailableError] = [Presence.ALIVE]

    async def enqueue(self, job: Job, *, delay_s: float = 0.0) -> Admitted:
        assert delay_s == 0
        self.jobs.append(job)
        self.on_job(job)
        return Admitted(admission=self.admission, place=self.line or FREE)

    async def place(self, kind: JobKind, job_id: str) -> Place | None:
        return self.line

    async def abort(self, kind: JobKind, job_id: str) -> None:
        self.aborted.append(job_id)

    async def depth(self, kind: JobKind) -> int:
        raise NotImplementedError

    async def presence(self, kind: JobKind) -> Presence:
        presence = self.presences[0] if len(self.presences) == 1 else self.presences.pop(0)
        if isinstance(presence, UnavailableError):
            raise presence
        return presence

    def will_be(self, presences: Sequence[Presence | UnavailableError]) -> None:
        self.presences = list(presences)
