import time
from typing import Final

from redis.asyncio import Redis

from services.adapters.queue.engine import EngineFunctions, QueueKeys, outages, record_of
from services.adapters.queue.keys import AliveKey, ExpectedKey
from services.inference.bus import Admission, Admitted, Place, Presence
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.protocol import Job, encode

# Jobs come in bursts; one look at the workers serves them all.
_PRESENCE_CACHE_S: Final = 0.5


_UNKNOWN: Final = Place(
    ahead=0, ahead_cost=0.0, running=0, slots=1, service_p50_s=0.0, service_p90_s=0.0,
    running_for_s=0.0,
)  # fmt: skip


class StreaqBus:
    """``JobBus`` over streaq: a queue for each kind, three priorities in each."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._functions = EngineFunctions(client)
        self._alive_seen_at: dict[JobKind, float] = {}

    async def enqueue(self, job: Job, *, delay_s: float = 0.0) -> Admitted:
        """See ``JobBus.enqueue``."""
        now_ms = round(time.time() * 1000)
        command = QueueKeys(job.kind).put(
            job.job_id,
            record_of(encode(job), now_ms=now_ms),
            priority=job.priority,
            due_ms=now_ms + round(delay_s * 1000) if delay_s > 0 else 0,
            # The engine forgets the task with its deadline; 0 would mean never.
            keep_ms=max(1, round(job.deadline_at * 1000) - now_ms),
            now_ms=now_ms,
        )
        with outages():
            added = bool(await self._functions.call(command) != 0)
        admission = Admission.ACCEPTED if added else Admission.KNOWN
        return Admitted(admission=admission, place=_UNKNOWN)

    async def place(self, kind: JobKind, job_id: str) -> Place | None:
        """See ``JobBus.place``."""
        del kind, job_id
        return None

    async def abort(self, kind: JobKind, job_id: str) -> None:
        """See ``JobBus.abort``."""
        keys = QueueKeys(kind)
        with outages():
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.exists(keys.task(job_id))
                pipe.sadd(keys.aborted, job_id)
                known, _ = await pipe.execute()
            if not known:
                # Left there it would end a later job of this id.
                await self._client.srem(keys.aborted, job_id)

    async def depth(self, kind: JobKind) -> int:
        """See ``JobBus.depth``."""
        keys = QueueKeys(kind)
        with outages():
            async with self._client.pipeline(transaction=True) as pipe:
                for priority in Priority:
                    pipe.xlen(keys.stream(priority))
                    pipe.zcard(keys.delayed(priority))
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
