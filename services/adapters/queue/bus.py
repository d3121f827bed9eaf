import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from services.adapters.queue.engine import JobQueue, outages
from services.adapters.queue.keys import AliveKey, ExpectedKey
from services.inference.bus import Presence
from services.inference.protocol import Job, JobKind, encode

# Jobs come in bursts; one look at the workers serves them all.
_PRESENCE_CACHE_S: Final = 0.5


@asynccontextmanager
async def open_streaq_bus(redis_url: str) -> AsyncIterator["StreaqBus"]:
    """Connect to the queues of all kinds; enter and leave it in the same task.

    Raises:
        UnavailableError: Redis does not answer.
    """
    async with AsyncExitStack() as stack:
        queues = {}
        for kind in JobKind:
            async with outages():
                queues[kind] = await stack.enter_async_context(JobQueue(kind, redis_url))
        yield StreaqBus(queues)


class StreaqBus:
    """``JobBus`` over streaq: a queue for each kind, three priorities in each."""

    def __init__(self, queues: Mapping[JobKind, JobQueue]) -> None:
        self._queues = queues
        self._alive_seen_at: dict[JobKind, float] = {}

    async def enqueue(self, job: Job, *, delay_s: float = 0.0) -> bool:
        """See ``JobBus.enqueue``."""
        async with outages():
            return await self._queues[job.kind].put(
                job.job_id,
                encode(job),
                priority=job.priority,
                delay_s=delay_s,
                keep_s=job.deadline_at - time.time(),
            )

    async def abort(self, kind: JobKind, job_id: str) -> None:
        """See ``JobBus.abort``."""
        async with outages():
            await self._queues[kind].abort(job_id)

    async def depth(self, kind: JobKind) -> int:
        """See ``JobBus.depth``."""
        async with outages():
            return await self._queues[kind].queue_size()

    async def presence(self, kind: JobKind) -> Presence:
        """See ``JobBus.presence``."""
        if time.monotonic() - self._alive_seen_at.get(kind, -_PRESENCE_CACHE_S) < _PRESENCE_CACHE_S:
            return Presence.ALIVE
        async with outages():
            alive, expected = await self._queues[kind].redis.mget(
                [str(AliveKey(kind)), str(ExpectedKey(kind))]
            )
        if alive:
            self._alive_seen_at[kind] = time.monotonic()
            return Presence.ALIVE
        return Presence.EXPECTED if expected else Presence.ABSENT
