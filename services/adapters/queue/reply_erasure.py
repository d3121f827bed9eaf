from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, cast

from redis.asyncio import Redis

from services.adapters.queue.dead_letters import RedisDeadLetters
from services.adapters.queue.keys import ReplyStreamKey
from services.adapters.redis.client import redis_errors
from services.inference.protocol import WireError, decode_reply

_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisReplyErasure:
    """``ReplyErasure`` over the reply streams of all replicas, and the jobs that were given up.

    Attributes:
        redis: A client whose answers are text.
    """

    redis: Redis

    async def erase(self, job_ids: Collection[str]) -> None:
        """Take what workers said for these jobs out of every stream, and the jobs out of the dead.

        Raises:
            UnavailableError: Redis is down; call again.
        """
        await RedisDeadLetters(self.redis).erase(job_ids)
        if not job_ids:
            return
        with redis_errors():
            async for stream in self.redis.scan_iter(match=str(ReplyStreamKey("*")), count=1000):
                await self._erase_from(str(stream), frozenset(job_ids))

    async def _erase_from(self, stream: str, job_ids: frozenset[str]) -> None:
        after = "-"
        while records := await self._page(stream, after):
            theirs = [at for at, fields in records if _job_of(fields.get("r")) in job_ids]
            if theirs:
                await self.redis.xdel(stream, *theirs)
            after = f"({records[-1][0]}"

    async def _page(self, stream: str, after: str) -> list[tuple[str, dict[str, str]]]:
        records = await self.redis.xrange(stream, min=after, count=_PAGE)
        return cast("list[tuple[str, dict[str, str]]]", records)


def _job_of(raw: str | None) -> str | None:
    """Name the job of a record; a mark of the reader's own, or an unreadable one, has none."""
    if raw is None:
        return None
    try:
        return decode_reply(raw).job_id
    except WireError:
        return None
