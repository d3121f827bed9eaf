"""The job queue and the way back, as the bot and the workers see them.

A job runs at least once and its result is published once: a repeat of a job whose result is out
does nothing. What a job says comes back over the reply stream of the replica that asked.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.inference.protocol import Job, JobKind, Reply


class Presence(StrEnum):
    """Whether somebody takes jobs of a kind."""

    ALIVE = "alive"
    EXPECTED = "expected"
    ABSENT = "absent"


class JobBus(Protocol):
    """Where callers put jobs."""

    async def enqueue(self, job: Job, *, delay_s: float = 0.0) -> bool:
        """Queue a job, to be dropped unrun after its deadline.

        Args:
            job: What to do.
            delay_s: Seconds that no worker may take it yet.

        Returns:
            False when a job of this id waits or runs already; then nothing changes.

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
    """

    raw: bytes
    attempt: int


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
