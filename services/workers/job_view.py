from services.inference.kinds import Blob
from services.inference.models import Priority
from services.workers.backends import RunningJob


class JobView:
    """``RunningJob`` for one backend: what it says after its turn is over is not shown."""

    def __init__(self, job: RunningJob) -> None:
        """Begin a backend's turn on ``job``."""
        self._job = job
        self._is_over = False
        self._showed_text = False
        self._showed_progress = False

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
        return self._job.left_s

    def show_text(self, text: str) -> None:
        """See ``RunningJob.show_text``."""
        if not self._is_over:
            self._showed_text = True
            self._job.show_text(text)

    def show_progress(self, done: float, preview: Blob | None = None) -> None:
        """See ``RunningJob.show_progress``."""
        if not self._is_over:
            self._showed_progress = True
            self._job.show_progress(done, preview)

    async def fetch(self, blob: Blob) -> bytes:
        """See ``RunningJob.fetch``."""
        return await self._job.fetch(blob)

    async def keep(self, data: bytes, media_type: str) -> Blob:
        """See ``RunningJob.keep``."""
        return await self._job.keep(data, media_type)

    def end(self) -> None:
        """Stop showing what the backend says."""
        self._is_over = True

    def void(self) -> None:
        """Take back what was shown: the next backend begins anew."""
        if self._showed_text:
            self._job.show_text("")
        if self._showed_progress:
            self._job.show_progress(0.0)
