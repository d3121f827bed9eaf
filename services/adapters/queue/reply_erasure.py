from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, cast

from redis.asyncio import Redis

from services.adapters.queue.dead_letters import RedisDeadLetters
from services.adapters.queue.engine import EngineFunctions
from services.adapters.queue.keys import BlobKey, ReplyStreamKey
from services.adapters.queue.line import Line
from services.adapters.redis.client import redis_errors
from services.inference.kinds import JobKind
from services.inference.protocol import WireError, decode_reply

_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisReplyErasure:
    """``ReplyErasure`` over the reply streams of all replicas, and the jobs themselves.

    Those that wait or run are ended, and those that were given up are dropped.

    Attributes:
        redis: A client whose answers are text.
    """

    redis: Redis

    async def erase(self, job_ids: Collection[str]) -> None:
        """Take the jobs out of every line, and what workers said for them out of every stream.

        Raises:
            UnavailableError: Redis is down; call again.
        """
        with redis_errors():
            await self._erase_waiting(tuple(job_ids))
        # After them: a job that still ran could be given up meanwhile.
        await RedisDeadLetters(self.redis).erase(job_ids)
        if not job_ids:
            return
        with redis_errors():
            await self._erase_blobs(frozenset(job_ids))
            async for stream in self.redis.scan_iter(match=str(ReplyStreamKey("*")), count=1000):
                await self._erase_from(str(stream), frozenset(job_ids))

    async def _erase_waiting(self, job_ids: Sequence[str]) -> None:
        functions = EngineFunctions(self.redis)
        for start in range(0, len(job_ids), _PAGE):
            # An id does not tell its kind.
            for kind in JobKind:
                await functions.call(Line(kind).erase(job_ids[start : start + _PAGE]))

    async def _erase_blobs(self, job_ids: frozenset[str]) -> None:
        async for key in self.redis.scan_iter(match=str(BlobKey("*", "*")), count=1000):
            if BlobKey.job_of(str(key)) in job_ids:
                await self.redis.delete(key)

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
