import asyncio
import time
from contextlib import AsyncExitStack
from typing import Final

from services.adapters.queue.engine import JobQueue, outages
from services.adapters.queue.keys import AliveKey, ExpectedKey
from services.errors import UnavailableError
from services.inference.bus import Presence
from services.inference.protocol import Job, JobKind, encode

# Jobs come in bursts; one look at the workers serves them all.
_PRESENCE_CACHE_S: Final = 0.5


class StreaqBus:
    """``JobBus`` over streaq: a queue for each kind, three priorities in each.

    Its connections belong to the task that runs ``run``: they are task groups inside, which only
    the task that opened them can close.
    """

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._queues: dict[JobKind, JobQueue] = {}
        self._alive_seen_at: dict[JobKind, float] = {}
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closing = asyncio.Event()
        self._closed = asyncio.Event()

    async def run(self) -> None:
        """Hold the connections until ``close``."""
        try:
            async with AsyncExitStack() as stack:
                for kind in JobKind:
                    async with outages():
                        queue = JobQueue(kind, self._redis_url)
                        self._queues[kind] = await stack.enter_async_context(queue)
                self._opened.set_result(None)
                await self._closing.wait()
        except UnavailableError as error:
            if self._opened.done():
                raise
            self._opened.set_exception(error)
        finally:
            self._opened.cancel()
            self._closed.set()

    async def opened(self) -> None:
        """Wait until ``run`` is connected.

        Raises:
            UnavailableError: Redis does not answer.
        """
        await self._opened

    async def close(self) -> None:
        """Let ``run`` end, and wait for that."""
        self._closing.set()
        await self._closed.wait()

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
