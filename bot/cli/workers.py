import argparse
import asyncio
import signal
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
import uvloop

from bot.building.redis import open_redis
from bot.cli.worker import ALL_KINDS, served_kinds
from bot.devices.listing import DeviceLister, NvidiaSmi, cpu_device, visible
from bot.devices.model_memory import needs_of
from bot.devices.placement import Plan, PlannedWorker, in_gb, place
from bot.logs import configure_logs
from bot.settings import Settings, visible_devices
from bot.worker_child import WorkerChild
from services.adapters.queue.presence import RedisPresence
from services.adapters.queue.replies import reply_client
from services.errors import InvalidInputError
from services.inference.kinds import JobKind
from services.tasks import side_by_side
from services.workers.backends import chain_of
from services.workers.registry import default_registry

log = structlog.get_logger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take kinds of jobs, and whether only to say what would be done."""
    parser.add_argument(
        "--serves", help=f"kinds of jobs, by commas, of {ALL_KINDS}; default: those with a backend"
    )
    parser.add_argument(
        "--plan", action="store_true", help="print one line per worker and start none"
    )
    parser.add_argument("--json", action="store_true", help="with --plan: as a JSON document")


def run(args: argparse.Namespace) -> int:
    """Keep a worker alive on each device until SIGTERM or Ctrl-C."""
    settings = Settings()
    if args.json and not args.plan:
        raise InvalidInputError("--json goes with --plan; without it workers are started")
    kinds = served_kinds(args.serves, settings)
    configure_logs(settings.log_level)
    if args.plan:
        plan = asyncio.run(plan_for(settings, kinds, NvidiaSmi()))
        print(msgspec.json.encode(as_document(plan)).decode() if args.json else as_text(plan))
        return 0
    uvloop.run(_until_told(settings, kinds))
    return 0


async def _until_told(settings: Settings, kinds: Sequence[JobKind]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await supervise(settings, kinds, NvidiaSmi(), stopping)


async def plan_for(settings: Settings, kinds: Sequence[JobKind], lister: DeviceLister) -> Plan:
    """Plan the workers of this machine.

    Raises:
        InvalidInputError: A kind has no backend or one that is not known, or
            ``CUDA_VISIBLE_DEVICES`` names a device that is not there.
    """
    _refuse_unknown_backends(settings, kinds)
    devices = visible(await lister.devices(), visible_devices())
    needs, notes = needs_of(settings, kinds, on_cpu=not devices)
    memory = round(settings.model_memory_gb * 1e9) or None
    plan = place(devices, needs, cpu=cpu_device(), model_memory=memory)
    return Plan(workers=plan.workers, unserved=plan.unserved, notes=(*plan.notes, *notes))


def _refuse_unknown_backends(settings: Settings, kinds: Sequence[JobKind]) -> None:
    # A worker would refuse them too, and be started again and again.
    registry = default_registry()
    for kind in kinds:
        chain = chain_of(settings.backends(kind))
        if not chain:
            known = ", ".join(f"{each}:..." for each in registry.known(kind))
            raise InvalidInputError(
                f"no backend does {kind}; set SAMOVAR_{kind.upper()}_BACKEND to one of {known}"
            )
        for backend in chain:
            registry.factory(kind, backend)


def as_text(plan: Plan) -> str:
    """Say in a line per worker where it would run and what it would serve; then what is amiss."""
    return "\n".join([*map(_line, plan.workers), *plan.notes])


def _line(worker: PlannedWorker) -> str:
    device = worker.device
    where = device.uuid
    if not device.is_cpu:
        where += f" ({device.name}, {in_gb(device.memory_bytes)})"
    needed = f"; models need {in_gb(worker.needed)} of {in_gb(worker.room)}"
    return f"{where} serves {','.join(worker.kinds)}{needed if worker.needed else ''}"


def as_document(plan: Plan) -> dict[str, Any]:
    """Describe a plan for programs; sizes are in bytes."""
    return {
        "workers": [
            {
                "device": worker.device.uuid,
                "name": worker.device.name,
                "memory": worker.device.memory_bytes,
                "kinds": worker.kinds,
                "models_need": worker.needed,
                "models_room": worker.room,
            }
            for worker in plan.workers
        ],
        "unserved": plan.unserved,
        "notes": plan.notes,
    }


async def supervise(
    settings: Settings, kinds: Sequence[JobKind], lister: DeviceLister, stopping: asyncio.Event
) -> None:
    """Keep the planned workers alive until ``stopping``; then they finish and leave.

    Raises:
        UnavailableError: Redis cannot be had.
        InvalidInputError: There is no such plan, see ``plan_for``, or no kind fits anywhere.
    """
    plan = await plan_for(settings, kinds, lister)
    if not plan.workers:
        raise InvalidInputError(f"there is no worker to start: {'. '.join(plan.notes)}")
    for note in plan.notes:
        log.warning("placement", note=note)
    async with open_redis(settings) as redis_url, reply_client(redis_url) as client:
        presence = RedisPresence(client)
        children = [_child(settings, worker, presence) for worker in plan.workers]
        async with asyncio.TaskGroup() as group:
            for child in children:
                group.create_task(child.run())
            await stopping.wait()
            log.info("workers_stopping", count=len(children))
            await side_by_side(*(child.stop() for child in children))


def _child(settings: Settings, worker: PlannedWorker, presence: RedisPresence) -> WorkerChild:
    return WorkerChild(
        settings, device=worker.device.uuid, name=worker.device.name, kinds=worker.kinds,
        backends=worker.backends, presence=presence,
    )  # fmt: skip
