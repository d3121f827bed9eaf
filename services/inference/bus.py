"""The job queue and the way back, as the bot and the workers see them.

A job runs at least once and its result is published once: a repeat of a job whose result is out
does nothing. What a job says comes back over the reply stream of the replica that asked.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.inference.kinds import Blob, JobKind
from services.inference.protocol import Job, JobFailure, Reply


class Presence(StrEnum):
    """Whether somebody takes jobs of a kind."""

    ALIVE = "alive"
    EXPECTED = "expected"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a job stands, and what decides how long it waits.

    Attributes:
        ahead: Jobs of the same or a higher priority that go before it.
        ahead_cost: Their costs together.
        running: Jobs of its kind that run now.
        slots: Jobs of its kind that may run at once, over all living workers.
        service_p50_s: Median of the latest service times of its kind; 0 when there is none.
        service_p90_s: Their 90% quantile.
        running_for_s: Sum of the times that the running jobs have run already.
    """

    ahead: int
    ahead_cost: float
    running: int
    slots: int
    service_p50_s: float
    service_p90_s: float
    running_for_s: float


class Admission(StrEnum):
    """What became of a job at the door."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    """A job of this id waits or runs already; nothing changed."""
    FULL = "full"
    """The kind's cap, or that of the job's chat, is reached; nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The answer to ``enqueue``; ``place`` is where the job stands, or would have stood."""

    admission: Admission
    place: Place


class JobBus(Protocol):
    """Where callers put jobs: admission, then the queue."""

    async def enqueue(self, job: Job, *, delay_s: float = 0.0) -> Admitted:
        """Queue a job, to be dropped unrun after its deadline.

        Args:
            job: What to do.
            delay_s: Seconds that no worker may take it yet.

        Returns:
            Whether it was accepted; a patient job is never refused.

        Raises:
            UnavailableError: The queue is down.
        """
        ...

    async def place(self, kind: JobKind, job_id: str) -> Place | None:
        """Tell where a job stands; None when it runs, ended, or was never there.

        Raises:
            UnavailableError: The queue is down.
        """
        ...

    async def abort(self, kind: JobKind, job_id: str) -> None:
        """End a job, waiting or running, within about half a second; unknown ids are no error.

        Raises:
            UnavailableError: The queue is down.
        """
        ...

    async def depth(self, kind: JobKind) -> int:
        """Count the jobs that wait, run or are delayed.

        Raises:
            UnavailableError: The queue is down.
        """
        ...

    async def presence(self, kind: JobKind) -> Presence:
        """Tell whether a worker serves the kind now, or did moments ago and may come back.

        Raises:
            UnavailableError: The queue is down.
        """
        ...


class Inbox(Protocol):
    """The replies to one job, as far as they matter still."""

    @property
    def has_news(self) -> bool:
        """Tell whether ``next`` would answer at once."""
        ...

    async def next(self, timeout_s: float) -> Reply | None:
        """Wait for something newer than the last answer; None when nothing came in time."""
        ...


class Replies(Protocol):
    """The reply streams that this process reads."""

    def listen(self, job_id: str) -> AbstractAsyncContextManager[Inbox]:
        """Open the inbox of a job; a result that came before anyone listened is in it.

        Raises:
            UnavailableError: The stream cannot be read.
        """
        ...

    async def adopt(self, replica_id: str) -> None:
        """Read the stream of a replica that is gone as well, from its start."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A job as it reaches a worker.

    Attributes:
        raw: The record as sent; may be of another version.
        attempt: 1 for the first run; numbers only grow, but may skip.
        waited_s: Since it was accepted, by the queue's clock.
        handed_back: Attempts that ended because their worker was stopped; no fault of the job.
    """

    raw: bytes
    attempt: int
    waited_s: float = 0.0
    handed_back: int = 0

    @property
    def cut_off(self) -> int:
        """Earlier attempts that nobody ended: their worker died, perhaps of the job."""
        return max(0, self.attempt - 1 - self.handed_back)


class JobHandler(Protocol):
    """What a worker does with jobs."""

    async def run(self, delivery: Delivery) -> None:
        """Do the job and publish what comes of it; cancelled when it is aborted."""
        ...

    async def aborted(self, delivery: Delivery) -> None:
        """Publish that the job was aborted; called after ``run`` was cancelled for that."""
        ...


class JobSource(Protocol):
    """Where workers get jobs."""

    async def serve(self, slots: Mapping[JobKind, int], handler: JobHandler) -> None:
        """Take and run jobs, most urgent first, until ``stop``; outages are waited out.

        A lease on each running job is renewed while the event loop turns. Jobs that run when it
        stops go back to the queue for another worker.

        Args:
            slots: How many jobs of each kind may run at once.
            handler: What to do with them.
        """
        ...

    def stop(self) -> None:
        """Let ``serve`` end."""
        ...


class ReplySink(Protocol):
    """Where workers publish."""

    async def publish(self, reply_to: str, reply: Reply) -> None:
        """Append to a replica's stream; a last record also marks its job as done.

        Raises:
            UnavailableError: The stream is down.
        """
        ...

    async def is_done(self, job_id: str) -> bool:
        """Tell whether the job's last record was published some minutes ago or less.

        Raises:
            UnavailableError: The stream is down.
        """
        ...


class Blobs(Protocol):
    """Bytes that belong to a job, kept beside the queue for some minutes."""

    async def put(self, job_id: str, data: bytes, media_type: str) -> Blob:
        """Keep bytes until the job cannot be asked for any more.

        Raises:
            UnavailableError: The store is down.
        """
        ...

    async def get(self, blob: Blob) -> bytes:
        """Read them.

        Raises:
            NotFoundError: They are not kept any more.
            UnavailableError: The store is down.
        """
        ...


class DeadLetters(Protocol):
    """Jobs that workers died of or broke on, kept for some days so that an admin can try again.

    The newest are kept when there are too many. Every call raises ``UnavailableError`` when the
    store is down.
    """

    async def bury(self, job: Job, attempts: int, failure: JobFailure) -> None:
        """Keep a job that is given up; an earlier letter of the same job is replaced."""
        ...

    async def suspect(self, job: Job, attempts: int) -> None:
        """Keep a job whose run was cut off before it runs again.

        So it is still here when that run kills its worker too and no other comes before its
        deadline.
        """
        ...

    async def clear(self, job_id: str) -> None:
        """Drop the suspicion: the run ended, one way or another. What was buried stays."""
        ...
