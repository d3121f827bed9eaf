import secrets

from services.errors import NotFoundError
from services.inference.kinds import Blob
from services.inference.models import Priority


class FakeBlobs:
    """``Blobs`` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, job_id: str, data: bytes, media_type: str) -> Blob:
        key = f"{job_id}:{secrets.token_hex(4)}"
        self.kept[key] = data
        return Blob(key=key, media_type=media_type, size=len(data))

    async def get(self, blob: Blob) -> bytes:
        if blob.key not in self.kept:
            raise NotFoundError("gone")
        return self.kept[blob.key]


class FakeJob:
    """``RunningJob`` that remembers what was shown."""

    def __init__(
        self, *, priority: Priority = Priority.HIGH, job_id: str = "j", left_s: float = 60.0
    ) -> None:
        self.job_id = job_id
        self.priority = priority
        self.left_s = left_s
        self.texts: list[str] = []
        self.progress: list[float] = []
        self.blobs = FakeBlobs()

    def show_text(self, text: str) -> None:
        self.texts.append(text)

    def show_progress(self, done: float, preview: Blob | None = None) -> None:
        self.progress.append(done)

    async def fetch(self, blob: Blob) -> bytes:
        return await self.blobs.get(blob)

    async def keep(self, data: bytes, media_type: str) -> Blob:
        return await self.blobs.put(self.job_id, data, media_type)
