import time
from typing import Final

from redis.asyncio import Redis

from services.adapters.queue.engine import EngineFunctions, outages
from services.adapters.queue.keys import AliveKey, ExpectedKey
from services.adapters.queue.line import Line, read_place
from services.inference.bus import Admission, Admitted, Place, Presence
from services.inference.caps import Caps
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.protocol import Job

# Jobs come in bursts; one look at the workers serves them all.
_PRESENCE_CACHE_S: Final = 0.5


class StreaqBus:
    """``JobBus``: admission and a fair line of our own, then a queue of streaq's for each kind."""

    def __init__(self, client: Redis, *, caps: Caps | None = None) -> None:
        """Prepare to enqueue.

        Args:
            client: From ``reply_client``.
            caps: How many jobs may wait; by default as ``services.inference.caps`` says.
        """
        self._client = client
        self._functions = EngineFunctions(client)
        self._caps = caps or Caps()
        self._alive_seen_at: dict[JobKind, float] = {}

    async def enqueue(self, job: Job, *, delay_s: float = 0.0) -> Admitted:
        """See ``JobBus.enqueue``; a delayed job is accepted, and joins the line when it is due."""
        with outages():
            answer = await self._functions.call(
                Line(job.kind).admit(job, self._caps, delay_s=delay_s)
            )
        admission, _, place = answer.partition(b" ")
        return Admitted(admission=Admission(admission.decode()), place=read_place(place))

    async def place(self, kind: JobKind, job_id: str) -> Place | None:
        """See ``JobBus.place``."""
        with outages():
            place = await self._functions.call(Line(kind).place(job_id))
        return None if place is None else read_place(place)

    async def abort(self, kind: JobKind, job_id: str) -> None:
        """See ``JobBus.abort``."""
        with outages():
            await self._functions.call(Line(kind).abort(job_id))

    async def depth(self, kind: JobKind) -> int:
        """See ``JobBus.depth``."""
        line = Line(kind)
        with outages():
            async with self._client.pipeline(transaction=True) as pipe:
                for priority in Priority:
                    pipe.zcard(line.waiting(priority))
                    pipe.xlen(line.queue.stream(priority))
                pipe.zcard(line.delayed)
                return sum(await pipe.execute())

    async def presence(self, kind: JobKind) -> Presence:
        """See ``JobBus.presence``."""
        seen_at = self._alive_seen_at.get(kind)
        if seen_at is not None and time.monotonic() - seen_at < _PRESENCE_CACHE_S:
            return Presence.ALIVE
        with outages():
            alive, expected = await self._client.mget(str(AliveKey(kind)), str(ExpectedKey(kind)))
        if alive:
            self._alive_seen_at[kind] = time.monotonic()
            return Presence.ALIVE
        return Presence.EXPECTED if expected else Presence.ABSENT
