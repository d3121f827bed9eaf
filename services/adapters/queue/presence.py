"""Who serves which kind of job, told by keys that expire unless they are renewed."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.adapters.queue.keys import AliveKey, ExpectedKey, WorkerKey, WorkersKey
from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.worker_stats import WorkerStats

log = structlog.get_logger(__name__)

_BEAT_S: Final = 1.0
_ALIVE_S: Final = 5.0
# A killed worker is back within this, if somebody starts it again.
_EXPECTED_S: Final = 15.0
_LEAVE_S: Final = 1.0


class WorkerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says of itself.

    Attributes:
        worker_id: Of this process.
        device: ``cpu``, ``cuda`` or a GPU or MIG uuid.
        serves: Kinds of jobs.
        backends: ``kind:name`` of each backend, in the order of ``serves``.
        host: Name of the machine.
        pid: Process there.
        device_name: For people, such as ``NVIDIA H200``; may be empty.
        stats: What it does; those of a worker of an earlier release are empty.
    """

    worker_id: str
    device: str
    serves: tuple[JobKind, ...]
    backends: tuple[str, ...]
    host: str
    pid: int
    device_name: str = ""
    stats: WorkerStats = WorkerStats()


class RedisPresence:
    """The register of living workers."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def beat(
        self, worker: WorkerInfo, stats: Callable[[], WorkerStats] = WorkerStats
    ) -> None:
        """Say every second that a worker lives, until cancelled; outages are waited out.

        Args:
            worker: Who it is.
            stats: Tells what it does.
        """
        try:
            while True:
                try:
                    await self._say(msgspec.structs.replace(worker, stats=stats()))
                except (RedisError, OSError) as error:
                    log.warning("heartbeat_failed", error=type(error).__name__)
                await asyncio.sleep(_BEAT_S)
        finally:
            # While Redis is down the keys expire by themselves; a timeout is an OSError as well.
            with suppress(RedisError, OSError):
                async with asyncio.timeout(_LEAVE_S):
                    await self._client.srem(str(WorkersKey()), worker.worker_id)
                    await self._client.delete(str(WorkerKey(worker.worker_id)))

    async def expect(self, kinds: Collection[JobKind]) -> None:
        """Say that a worker is being started."""
        async with self._client.pipeline(transaction=False) as pipe:
            for kind in kinds:
                pipe.set(str(ExpectedKey(kind)), b"1", px=int(_EXPECTED_S * 1000))
            await pipe.execute()

    async def workers(self) -> list[WorkerInfo]:
        """List the workers that live now.

        Raises:
            UnavailableError: Redis is down.
        """
        try:
            ids = sorted(_text(each) for each in await self._client.smembers(str(WorkersKey())))
            keys = [str(WorkerKey(worker_id)) for worker_id in ids]
            records = await self._client.mget(keys) if keys else []
            gone = [each for each, record in zip(ids, records, strict=True) if record is None]
            if gone:
                # One that is only cut off says so again when it is back.
                await self._client.srem(str(WorkersKey()), *gone)
        except (RedisError, OSError) as error:
            raise UnavailableError("the register of workers is down", dependency="redis") from error
        return list(_readable(records))

    async def _say(self, worker: WorkerInfo) -> None:
        alive_ms = int(_ALIVE_S * 1000)
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.set(str(WorkerKey(worker.worker_id)), msgspec.json.encode(worker), px=alive_ms)
            pipe.sadd(str(WorkersKey()), worker.worker_id)
            for kind in worker.serves:
                pipe.set(str(AliveKey(kind)), b"1", px=alive_ms)
                pipe.set(str(ExpectedKey(kind)), b"1", px=int(_EXPECTED_S * 1000))
            await pipe.execute()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _readable(records: Collection[bytes | str | None]) -> Iterator[WorkerInfo]:
    for record in records:
        try:
            if record is not None:
                yield msgspec.json.decode(record, type=WorkerInfo)
        except msgspec.DecodeError:
            log.warning("worker_unreadable", advice="run bot and workers of one release")
