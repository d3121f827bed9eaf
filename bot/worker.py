"""The worker process: serves model jobs on one device; the only user of ``services.workers``."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Final

import structlog

from bot.building.redis import open_redis
from bot.clock import SystemClock
from bot.devices.placement import NUMBER
from bot.settings import Settings
from services.adapters.queue.blobs import RedisBlobs
from services.adapters.queue.dead_letters import RedisDeadLetters
from services.adapters.queue.presence import RedisPresence, WorkerInfo
from services.adapters.queue.replies import RedisReplySink, reply_client
from services.adapters.queue.source import StreaqSource
from services.errors import InvalidInputError
from services.inference.kinds import JobKind
from services.tasks import end
from services.workers.backends import BackendRegistry, Opening, chain_of, without_address
from services.workers.chain import Link
from services.workers.receiver import Receiver
from services.workers.registry import default_registry
from services.workers.shelf import Shelf
from services.workers.stats import MeteredChain, WorkerMeter

log = structlog.get_logger(__name__)

_GRACE_S: Final = 5.0
# Jobs that are batched wait inside the worker with their leases renewed, so there are several
# times as many as the model takes at once; those that fill a device by themselves come singly.
_SLOTS: Final[Mapping[JobKind, int]] = {
    JobKind.EMBED: 32, JobKind.GENERATE: 8, JobKind.REWRITE: 8, JobKind.SCORE: 16,
    JobKind.ENTAIL: 16, JobKind.TOXICITY: 32, JobKind.DETOX: 8, JobKind.TRANSLATE: 8,
}  # fmt: skip


async def serve(
    settings: Settings,
    *,
    device: str,
    serves: Sequence[JobKind],
    registry: BackendRegistry | None = None,
    device_name: str = "",
    leave_with_parent: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT, then hand running jobs back after a short grace.

    Args:
        settings: Where Redis is, which backends, lease and slots.
        device: As the supervisor names it; for the register of workers.
        serves: Kinds of jobs.
        registry: The backends to choose from; by default all that Samovar comes with.
        device_name: What people call it; likewise.
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
        sink, blobs = RedisReplySink(client), RedisBlobs(client)
        registry = registry or default_registry()
        chains, shelf = await _open_chains(settings, device, serves, registry, stack)
        source = StreaqSource(redis_url, lease_s=settings.worker_lease_s, grace_s=_GRACE_S)
        info = _info(device, device_name, chains)
        meter = WorkerMeter(chains, shelf, SystemClock(), device=torch_device(device))
        async with asyncio.TaskGroup() as group:
            beside = [
                group.create_task(RedisPresence(client).beat(info, meter.read)),
                group.create_task(_stop_when(stopping, source)),
            ]
            if leave_with_parent:
                beside.append(group.create_task(_set_when_stdin_closes(stopping)))
            log.info("worker_ready", worker_id=info.worker_id, device=device, serves=info.serves)
            slots = {kind: slots_of(settings, kind) for kind in serves}
            receiver = Receiver(sink, blobs, chains, SystemClock(), dead=RedisDeadLetters(client))
            await source.serve(slots, receiver)
            for task in beside:
                await end(task)
    log.info("worker_stopped", worker_id=info.worker_id)


async def _open_chains(
    settings: Settings,
    device: str,
    serves: Sequence[JobKind],
    registry: BackendRegistry,
    stack: AsyncExitStack,
) -> tuple[dict[JobKind, MeteredChain], Shelf]:
    """Load what serves the kinds; closed with ``stack``."""
    key = settings.openai_key
    memory = round(settings.model_memory_gb * 1e9) or None
    shelf = Shelf(memory=memory, idle_s=settings.model_idle_s, device=torch_device(device))
    stack.push_async_callback(shelf.close)
    opening = Opening(
        device=torch_device(device),
        dtype=settings.model_dtype,
        cache_dir=settings.cache,
        api_key=key.get_secret_value() if key else None,
        silence_s=settings.openai_silence_s,
        shelf=shelf,
    )
    chains = {}
    for kind in serves:
        links = [
            Link(name=without_address(name), backend=await registry.open(kind, name, opening))
            # A worker without a supervisor takes the first of the servers.
            for name in chain_of(settings.backends(kind).replace(NUMBER, "0"))
        ]
        if not links:
            raise InvalidInputError(
                f"no backend does {kind}; set SAMOVAR_{kind.upper()}_BACKEND to kind:name"
            )
        chains[kind] = MeteredChain(links, SystemClock(), slots=slots_of(settings, kind))
        stack.push_async_callback(chains[kind].close)
    return chains, shelf


def torch_device(device: str) -> str:
    """Name a worker's device as torch does: it sees no other one."""
    return "cpu" if device == "cpu" else "cuda:0"


def slots_of(settings: Settings, kind: JobKind) -> int:
    """Tell how many jobs of a kind one worker does at once."""
    return settings.slots.get(kind, _SLOTS.get(kind, 1))


def _info(device: str, name: str, chains: Mapping[JobKind, MeteredChain]) -> WorkerInfo:
    return WorkerInfo(
        worker_id=os.urandom(6).hex(),
        device=device,
        device_name=name,
        serves=tuple(chains),
        backends=tuple(",".join(chain.names) for chain in chains.values()),
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
