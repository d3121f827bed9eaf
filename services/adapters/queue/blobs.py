import secrets
from typing import Final, cast

from redis.asyncio import Redis

from services.adapters.queue.engine import outages
from services.adapters.queue.keys import BlobKey
from services.errors import NotFoundError
from services.inference.kinds import Blob

# Longer than a patient job may wait, and replies that name them are kept.
_KEEP_S: Final = 1800


class RedisBlobs:
    """``Blobs`` over Redis."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def put(self, job_id: str, data: bytes, media_type: str) -> Blob:
        """See ``Blobs.put``."""
        key = str(BlobKey(job_id, secrets.token_hex(4)))
        with outages():
            await self._client.set(key, data, ex=_KEEP_S)
        return Blob(key=key, media_type=media_type, size=len(data))

    async def get(self, blob: Blob) -> bytes:
        """See ``Blobs.get``."""
        with outages():
            data = await self._client.get(blob.key)
        if data is None:
            raise NotFoundError("the bytes of this job are not kept any more")
        return cast("bytes", data)
