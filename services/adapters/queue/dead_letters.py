"""Jobs that were given up, kept where an admin can read about them and try them again."""

import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

import msgspec
import structlog
from redis.asyncio import Redis

from services.adapters.queue.engine import QueueKeys, outages
from services.adapters.queue.keys import DeadJobKey, DeadJobsKey, DoneKey
from services.errors import ConflictError, NotFoundError
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.protocol import FailureCode, Job, JobFailure, decode_job, encode

log = structlog.get_logger(__name__)

KEEP_S: Final = 7 * 24 * 3600
MOST: Final = 200
# Made by PoolCalls for work that nobody asks for a second time; see ``RedisDeadLetters.erase``.
_NAMELESS: Final = re.compile(r"[a-z]+-[0-9a-f]{32}")
_ABOUT: Final = "about"
_JOB: Final = "job"
_OPEN: Final = "open"
_Value = bytes | bytearray | memoryview | str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A job that was given up, without what it was about.

    Attributes:
        at: When it was given up, or began the run that did not end.
        attempts: Runs that were begun.
        reason: For the admin; never holds a person's text.
        size: Bytes of the job that are kept.
    """

    job_id: str
    kind: JobKind
    at: datetime
    attempts: int
    code: FailureCode
    reason: str
    priority: Priority
    size: int


class _About(msgspec.Struct, frozen=True, kw_only=True):
    """What is listed of a letter."""

    kind: JobKind
    at: float
    attempts: int
    code: FailureCode
    reason: str
    priority: Priority
    size: int


class RedisDeadLetters:
    """``DeadLetters`` in Redis, and what an admin does with them.

    Each is a hash that expires; an index orders them by time. Every call raises
    ``UnavailableError`` when Redis is down.
    """

    def __init__(self, client: Redis, *, most: int = MOST) -> None:
        """Describe the store.

        Args:
            client: Any; its answers may be text or bytes.
            most: Letters that are kept; the oldest go first.
        """
        self._client = client
        self._most = most
        self._index = str(DeadJobsKey())

    async def bury(self, job: Job, attempts: int, failure: JobFailure) -> None:
        """See ``DeadLetters.bury``."""
        await self._keep(job, attempts, failure.code, failure.message, suspected=False)
        log.warning("job_buried", job_id=job.job_id, kind=job.kind, code=failure.code)

    async def suspect(self, job: Job, attempts: int) -> None:
        """See ``DeadLetters.suspect``."""
        reason = f"attempt {attempts} began after one that was cut off, and has not ended"
        await self._keep(job, attempts, FailureCode.ATTEMPTS, reason, suspected=True)

    async def clear(self, job_id: str) -> None:
        """See ``DeadLetters.clear``."""
        with outages():
            suspected = await self._client.hexists(str(DeadJobKey(job_id)), _OPEN)
        if suspected:
            await self.drop([job_id])

    async def letters(self) -> list[DeadLetter]:
        """List what is kept, newest first; what another release wrote is left out."""
        ids = await self.ids()
        with outages():
            async with self._client.pipeline(transaction=False) as pipe:
                for job_id in ids:
                    pipe.hget(str(DeadJobKey(job_id)), _ABOUT)
                found = await pipe.execute()
        letters = [_letter(*each) for each in zip(ids, found, strict=True)]
        return [letter for letter in letters if letter]

    async def ids(self) -> list[str]:
        """List the jobs that are kept, newest first."""
        with outages():
            return _texts(await self._client.zrevrange(self._index, 0, -1))

    async def count(self) -> int:
        """Count what is kept."""
        with outages():
            return int(await self._client.zcount(self._index, time.time() - KEEP_S, "+inf"))

    async def revive(self, job_id: str) -> Job:
        """Give a job as it was, ready to be put in again: its attempts count from 1.

        Its letter stays until it is dropped.

        Raises:
            NotFoundError: There is no such letter.
            ConflictError: It still waits or runs.
            InvalidInputError: It was written by another release.
        """
        with outages():
            raw = await self._client.hget(str(DeadJobKey(job_id)), _JOB)
            if raw is None:
                raise NotFoundError(
                    f"no job {job_id!r} was given up; `samovar dead` lists those that were"
                )
            job = decode_job(raw)
            queue = QueueKeys(job.kind)
            if await self._client.exists(queue.task(job_id)):
                # Its attempts are counted, and its asker waits for what comes of it.
                raise ConflictError(f"job {job_id!r} still waits or runs; try it when it has ended")
            # Else the engine would go on counting, and a repeat would be taken for done.
            await self._client.delete(queue.attempts(job_id), str(DoneKey(job_id)))
        return job

    async def drop(self, job_ids: Collection[str]) -> int:
        """Erase letters; tell how many there were."""
        if not job_ids:
            return 0
        with outages():
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.delete(*(str(DeadJobKey(job_id)) for job_id in job_ids))
                pipe.zrem(self._index, *job_ids)
                dropped, _ = await pipe.execute()
        return int(dropped)

    async def erase(self, job_ids: Collection[str]) -> int:
        """Drop these, and those of which nobody can tell whose words they hold; tell how many.

        A job without a name of its own, such as the encoding of a question, leads back to nobody.
        """
        wanted = frozenset(job_ids)
        return await self.drop(
            [one for one in await self.ids() if one in wanted or _NAMELESS.fullmatch(one)]
        )

    async def _keep(
        self, job: Job, attempts: int, code: FailureCode, reason: str, *, suspected: bool
    ) -> None:
        now, raw, key = time.time(), encode(job), str(DeadJobKey(job.job_id))
        about = _About(
            kind=job.kind, at=now, attempts=attempts, code=code, reason=reason,
            priority=job.priority, size=len(raw),
        )  # fmt: skip
        fields: dict[_Value, _Value] = {_ABOUT: msgspec.json.encode(about), _JOB: raw}
        if suspected:
            fields[_OPEN] = b"1"
        with outages():
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.hset(key, mapping=fields)
                if not suspected:
                    pipe.hdel(key, _OPEN)
                pipe.expire(key, KEEP_S)
                pipe.zadd(self._index, {job.job_id: now})
                pipe.zremrangebyscore(self._index, "-inf", now - KEEP_S)
                pipe.expire(self._index, KEEP_S)
                pipe.zcard(self._index)
                *_, kept = await pipe.execute()
            if kept > self._most:
                oldest = await self._client.zrange(self._index, 0, kept - self._most - 1)
                await self.drop(_texts(oldest))


def _letter(job_id: str, raw: bytes | str | None) -> DeadLetter | None:
    if not raw:
        return None
    try:
        about = msgspec.json.decode(raw, type=_About)
    except msgspec.DecodeError:
        log.warning("letter_unreadable", job_id=job_id, advice=f"samovar dead drop {job_id}")
        return None
    return DeadLetter(
        job_id=job_id, kind=about.kind, at=datetime.fromtimestamp(about.at, UTC),
        attempts=about.attempts, code=about.code, reason=about.reason, priority=about.priority,
        size=about.size,
    )  # fmt: skip


def _texts(answer: object) -> list[str]:
    values = cast("Sequence[bytes | str]", answer)
    return [value.decode() if isinstance(value, bytes) else value for value in values]
