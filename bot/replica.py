"""Who this process is among the replicas of a bot, and what happens to those that died."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog
from filelock import FileLock
from filelock import Timeout as LockTakenError
from redis.asyncio import Redis

from services.adapters.redis.client import redis_errors
from services.adapters.redis.keys import HeartbeatKey, ReplicasKey
from services.errors import ConflictError, UnavailableError
from services.tasks import Leases

log = structlog.get_logger(__name__)

_SLOTS: Final = 64
HEARTBEAT_TTL_S: Final = 10.0
_BEATS_PER_TTL: Final = 4
_ADOPTION_LEASE_S: Final = 10.0

OnOrphan = Callable[[str], Awaitable[None]]


@contextmanager
def replica_id(data_dir: Path) -> Iterator[str]:
    """Give this process the id that it had before its restart.

    A second process on the same data directory gets an id of its own: ids live in numbered
    slots, each under a file lock that ends with the process.

    Raises:
        UnavailableError: The directory cannot be written.
    """
    home = data_dir / "replicas"
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock, slot = _free_slot(home)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        msg = f"cannot write to {home}: {reason}; set SAMOVAR_DATA to a writable directory"
        raise UnavailableError(msg, dependency="disk") from error
    try:
        yield _stored_id(slot)
    finally:
        lock.release()


def _free_slot(home: Path) -> tuple[FileLock, Path]:
    for number in range(_SLOTS):
        lock = FileLock(home / f"{number}.lock")
        try:
            lock.acquire(timeout=0)
        except LockTakenError:
            continue
        return lock, home / f"{number}.id"
    raise ConflictError(f"{_SLOTS} processes share {home} already")


def _stored_id(slot: Path) -> str:
    if slot.exists() and (stored := slot.read_text().strip()):
        return stored
    made = secrets.token_hex(6)
    slot.write_text(made)
    return made


class Replicas:
    """Heartbeat of this replica, and adoption of what silent replicas own.

    A replica counts as dead when two looks, a heartbeat's time to live apart, both find it
    silent: after an outage of Redis everybody is silent for a moment.

    Args:
        me: The id of this replica.
        on_orphan: Each is called with the dead replica's id, under a lease, and may be called
            again for the same one: it was adopted only when all of them returned.
    """

    def __init__(
        self,
        redis: Redis,
        leases: Leases,
        *,
        bot_id: int,
        me: str,
        on_orphan: Sequence[OnOrphan],
        ttl_s: float = HEARTBEAT_TTL_S,
    ) -> None:
        self._redis = redis
        self._leases = leases
        self._bot_id = bot_id
        self._me = me
        self._on_orphan = on_orphan
        self._ttl_s = ttl_s
        self._silent: set[str] = set()

    async def run(self) -> None:
        """Beat and watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(self._ttl_s / _BEATS_PER_TTL, self.beat))
            group.create_task(self._every(self._ttl_s, self._watch))

    async def beat(self) -> None:
        """Tell that this replica lives."""
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.sadd(str(ReplicasKey(self._bot_id)), self._me)
                pipe.set(self._heartbeat(self._me), "1", px=int(self._ttl_s * 1000))
                await pipe.execute()

    async def leave(self) -> None:
        """Stop counting as alive at once; the others need not wait for the silence."""
        with redis_errors():
            await self._redis.delete(self._heartbeat(self._me))

    async def _every(self, period_s: float, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except UnavailableError as error:
                log.warning("replicas_unavailable", error=str(error))
            await asyncio.sleep(period_s)

    async def _watch(self) -> None:
        silent = await self._silent_replicas()
        dead, self._silent = silent & self._silent, silent
        for replica in sorted(dead):
            await self._adopt(replica)

    async def _silent_replicas(self) -> set[str]:
        with redis_errors():
            known = {
                str(name) for name in await self._redis.smembers(str(ReplicasKey(self._bot_id)))
            }
            others = sorted(known - {self._me})
            beats = (
                await self._redis.mget([self._heartbeat(name) for name in others]) if others else []
            )
        return {name for name, beat in zip(others, beats, strict=True) if beat is None}

    async def _adopt(self, replica: str) -> None:
        try:
            async with self._leases.hold(f"adopt:{replica}", ttl_s=_ADOPTION_LEASE_S):
                log.info("replica_adopted", replica=replica)
                for adopt in self._on_orphan:
                    await adopt(replica)
                with redis_errors():
                    await self._redis.srem(str(ReplicasKey(self._bot_id)), replica)
        except ConflictError:
            return  # another replica is at it

    def _heartbeat(self, replica: str) -> str:
        return str(HeartbeatKey(self._bot_id, replica))
