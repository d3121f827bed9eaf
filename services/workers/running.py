import asyncio
from typing import Final

import structlog

from services.clock import Clock
from services.errors import ModelError, NotFoundError, UnavailableError
from services.inference.bus import Blobs, ReplySink
from services.inference.kinds import Blob
from services.inference.models import Priority
from services.inference.protocol import Chunk, Job, Progress, Started

log = structlog.get_logger(__name__)

_SHOW_EVERY_S: Final = 0.1


class PublishedJob:
    """``RunningJob`` whose progress goes over the reply stream, the newest only."""

    def __init__(
        self, job: Job, attempt: int, *, left_s: float, sink: ReplySink, blobs: Blobs, clock: Clock
    ) -> None:
        self._job = job
        self._attempt = attempt
        self._ends_at = clock.monotonic() + left_s
        self._sink = sink
        self._blobs = blobs
        self._clock = clock
        self._newest: Chunk | Progress | None = None
        self._changed = asyncio.Event()

    @property
    def job_id(self) -> str:
        """See ``RunningJob.job_id``."""
        return self._job.job_id

    @property
    def priority(self) -> Priority:
        """See ``RunningJob.priority``."""
        return self._job.priority

    @property
    def left_s(self) -> float:
        """See ``RunningJob.left_s``."""
        return self._ends_at - self._clock.monotonic()

    def show_text(self, text: str) -> None:
        """See ``RunningJob.show_text``."""
        self._show(Chunk(job_id=self.job_id, attempt=self._attempt, text=text))

    def show_progress(self, done: float, preview: Blob | None = None) -> None:
        """See ``RunningJob.show_progress``."""
        self._show(Progress(job_id=self.job_id, attempt=self._attempt, done=done, preview=preview))

    async def fetch(self, blob: Blob) -> bytes:
        """See ``RunningJob.fetch``."""
        try:
            return await self._blobs.get(blob)
        except NotFoundError as error:
            raise ModelError("what the job is about is not kept any more") from error

    async def keep(self, data: bytes, media_type: str) -> Blob:
        """See ``RunningJob.keep``."""
        return await self._blobs.put(self.job_id, data, media_type)

    async def publish_started(self) -> None:
        """Say that the attempt began, which voids the text of earlier ones."""
        await self._publish(Started(job_id=self.job_id, attempt=self._attempt))

    async def keep_publishing(self) -> None:
        """Publish in its own time: a model that falls silent must not hide what it said."""
        while True:
            await self._changed.wait()
            await self._clock.sleep(_SHOW_EVERY_S)
            self._changed.clear()
            if self._newest is not None:
                await self._publish(self._newest)

    def _show(self, reply: Chunk | Progress) -> None:
        self._newest = reply
        self._changed.set()

    async def _publish(self, reply: Started | Chunk | Progress) -> None:
        try:
            await self._sink.publish(self._job.reply_to, reply)
        except UnavailableError as error:
            # Only the last record has to arrive, and it holds everything.
            log.warning("progress_not_shown", job_id=self.job_id, reason=str(error))
