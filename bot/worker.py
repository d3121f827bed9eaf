"""The worker process: serves model jobs on one device; the only user of ``services.workers``."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final

import structlog

from bot.building.redis import open_redis
from bot.clock import SystemClock
from bot.settings import Settings
from services.adapters.queue.presence import RedisPresence, WorkerInfo
from services.adapters.queue.replies import RedisReplySink, reply_client
from services.adapters.queue.source import StreaqSource
from services.inference.bus import ReplySink
from services.inference.protocol import JobKind
from services.tasks import end
from services.workers.backends import BackendRegistry
from services.workers.receiver import Receiver, Runner, embed_runner, generate_runner
from services.workers.registry import default_registry

log = structlog.get_logger(__name__)

_GRACE_S: Final = 5.0


async def serve(
    settings: Settings,
    *,
    device: str,
    serves: Sequence[JobKind],
    registry: BackendRegistry | None = None,
    leave_with_parent: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT, then hand running jobs back after a short grace.

    Args:
        settings: Where Redis is, which backends, lease and slots.
        device: As the supervisor names it; for the register of workers.
        serves: Kinds of jobs.
        registry: The backends to choose from; by default all that Samovar comes with.
        leave_with_parent: End also when standard input closes, as it does when the parent dies.

    Raises:
        UnavailableError: Redis cannot be had, or a backend is not installed.
        InvalidInputError: A backend setting is not known.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        redis_url = await stack.enter_async_context(open_redis(settings))
        client = reply_client(redis_url)
        stack.push_async_callback(client.aclose)
        sink = RedisReplySink(client)
        backends = _Backends(settings, registry or _registry(settings), stack)
        runners = {kind: await backends.runner(kind, sink) for kind in serves}
        source = StreaqSource(redis_url, lease_s=settings.worker_lease_s, grace_s=_GRACE_S)
        info = _info(settings, device, serves)
        async with asyncio.TaskGroup() as group:
            beside = [
                group.create_task(RedisPresence(client).beat(info)),
                group.create_task(_stop_when(stopping, source)),
            ]
            if leave_with_parent:
                beside.append(group.create_task(_set_when_stdin_closes(stopping)))
            log.info("worker_ready", worker_id=info.worker_id, device=device, serves=info.serves)
            slots = {kind: _slots(settings, kind) for kind in serves}
            await source.serve(slots, Receiver(sink, runners, SystemClock()))
            for task in beside:
                await end(task)
    log.info("worker_stopped", worker_id=info.worker_id)


class _Backends:
    def __init__(
        self, settings: Settings, registry: BackendRegistry, stack: AsyncExitStack
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._stack = stack

    async def runner(self, kind: JobKind, sink: ReplySink) -> Runner:
        """Load what serves a kind."""
        match kind:
            case JobKind.EMBED:
                embedder = await self._registry.open_embed(self._settings.embed_backend)
                self._stack.push_async_callback(embedder.close)
                return embed_runner(embedder)
            case JobKind.GENERATE:
                generator = await self._registry.open_generate(self._settings.generate_backend)
                self._stack.push_async_callback(generator.close)
                return generate_runner(generator, sink, SystemClock())


def _registry(settings: Settings) -> BackendRegistry:
    key = settings.generate_api_key
    return default_registry(
        api_key=key.get_secret_value() if key else None,
        silence_s=settings.generate_silence_s,
        cache_dir=settings.cache,
    )


def _slots(settings: Settings, kind: JobKind) -> int:
    # One text is in the encoder at a time; the other jobs wait here with their leases renewed,
    # and an urgent one overtakes them between two batches.
    return settings.embed_slots if kind is JobKind.EMBED else settings.generate_slots


def _info(settings: Settings, device: str, serves: Sequence[JobKind]) -> WorkerInfo:
    backends = {
        JobKind.EMBED: settings.embed_backend,
        JobKind.GENERATE: settings.generate_backend,
    }
    return WorkerInfo(
        worker_id=os.urandom(6).hex(),
        device=device,
        serves=tuple(serves),
        # What follows the @ is an address, and can hold a password.
        backends=tuple(backends[kind].partition("@")[0] for kind in serves),
        host=socket.gethostname(),
        pid=os.getpid(),
    )


async def _stop_when(stopping: asyncio.Event, source: StreaqSource) -> None:
    await stopping.wait()
    source.stop()


async def _set_when_stdin_closes(stopping: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        while await reader.read(1024):
            pass
        stopping.set()
    finally:
        transport.close()
