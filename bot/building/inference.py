"""The model pool as the bot and the commands use it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.clock import SystemClock
from bot.devices.listing import CPU
from bot.settings import Settings
from bot.worker_child import WorkerChild
from services.adapters.queue.blobs import RedisBlobs
from services.adapters.queue.bus import StreaqBus
from services.adapters.queue.presence import RedisPresence
from services.adapters.queue.replies import RedisReplies, reply_client
from services.adapters.queue.sight import PoolWatch
from services.errors import UnavailableError
from services.inference.bus import Presence
from services.inference.calls import PoolCalls
from services.inference.caps import Caps
from services.inference.client import PoolEmbedder, PoolGenerator
from services.inference.kinds import JobKind
from services.inference.waits import JobJournal, NaiveWaits, NoJournal, WaitEstimator
from services.tasks import Nursery

_START_TIMEOUT_S: Final = 60.0
_DEATHS_UNTIL_GIVEN_UP: Final = 2
_POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """The parts of an open pool.

    Attributes:
        calls: For the further abilities, each ``Pool...(calls)`` of ``abilities``.
        blobs: Pictures and sounds of jobs.
        embedder: The ``TextEmbedder``.
        generator: The ``TextGenerator``.
        replies: For adopting the streams of dead replicas.
        bus: The queue itself.
        presence: The register of workers.
        watch: Looks at the whole pool.
    """

    calls: PoolCalls
    blobs: RedisBlobs
    embedder: PoolEmbedder
    generator: PoolGenerator
    replies: RedisReplies
    bus: StreaqBus
    presence: RedisPresence
    watch: PoolWatch


@asynccontextmanager
async def open_inference(
    settings: Settings,
    redis_url: str,
    *,
    replica_id: str,
    nursery: Nursery,
    spawn_worker: bool = False,
    kinds: Sequence[JobKind] = (JobKind.EMBED, JobKind.GENERATE),
    waits: WaitEstimator | None = None,
    journal: JobJournal | None = None,
) -> AsyncIterator[Inference]:
    """Connect to the pool.

    Args:
        settings: For the worker that may be started.
        redis_url: From ``open_redis``.
        replica_id: Whose reply stream is read; stable over restarts, so that results which came
            meanwhile are found.
        nursery: Runs the reader of the stream, and what keeps a started worker alive; close it
            after this.
        spawn_worker: Start a worker on the CPU when nobody serves ``kinds``, wait until it does,
            start it again when it dies, and end it at the end.
        kinds: What the caller is going to ask for.
        waits: Guesses waits; by default work by slots.
        journal: Learns how they were; by default nobody does.

    Raises:
        UnavailableError: Redis is down, or the worker does not start; its last words are on
            standard error.
    """
    async with AsyncExitStack() as stack:
        client = reply_client(redis_url)
        replies = RedisReplies(client, replica_id)
        stack.push_async_callback(replies.close)
        caps = Caps(waiting=settings.waiting, weights=settings.shares)
        bus = StreaqBus(client, caps=caps)
        presence = RedisPresence(client)
        nursery.start(replies.run(), name="replies")
        if spawn_worker and not await _served(bus, kinds):
            child = WorkerChild(settings, device=CPU, kinds=kinds, presence=presence)
            nursery.start(child.run(), name="worker_child")
            stack.push_async_callback(child.stop)
            await _wait_until_served(bus, kinds, child)
        calls = PoolCalls(
            bus, replies, SystemClock(), replica_id=replica_id, waits=waits or NaiveWaits(),
            journal=journal or NoJournal(),
        )  # fmt: skip
        yield Inference(
            calls=calls,
            blobs=RedisBlobs(client),
            embedder=PoolEmbedder(calls),
            generator=PoolGenerator(calls),
            replies=replies,
            bus=bus,
            presence=presence,
            watch=PoolWatch(client),
        )


async def _served(bus: StreaqBus, kinds: Sequence[JobKind]) -> bool:
    for kind in kinds:
        if await bus.presence(kind) is not Presence.ALIVE:
            return False
    return True


async def _wait_until_served(bus: StreaqBus, kinds: Sequence[JobKind], child: WorkerChild) -> None:
    try:
        async with asyncio.timeout(_START_TIMEOUT_S):
            while child.quick_deaths < _DEATHS_UNTIL_GIVEN_UP:
                if await _served(bus, kinds):
                    return
                await asyncio.sleep(_POLL_S)
    except TimeoutError as error:
        raise UnavailableError(
            f"the worker is not ready after {_START_TIMEOUT_S:.0f} s", dependency="workers"
        ) from error
    raise UnavailableError(
        f"the worker does not start (exit status {child.last_status}); its last line says why",
        dependency="workers",
    )
