import argparse
import asyncio
import signal
from collections.abc import Sequence

import structlog
import uvloop

from bot.building.redis import open_redis
from bot.cli.worker import ALL_KINDS, served_kinds
from bot.devices import list_devices
from bot.logs import configure_logs
from bot.settings import Settings
from bot.worker_child import WorkerChild
from services.adapters.queue.presence import RedisPresence
from services.adapters.queue.replies import reply_client
from services.inference.kinds import JobKind

log = structlog.get_logger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take kinds of jobs, and whether only to say what would be done."""
    parser.add_argument(
        "--serves", help=f"kinds of jobs, by commas, of {ALL_KINDS}; default: those with a backend"
    )
    parser.add_argument(
        "--plan", action="store_true", help="print one line per worker and start none"
    )


def run(args: argparse.Namespace) -> int:
    """Keep a worker alive on each device until SIGTERM or Ctrl-C."""
    settings = Settings()
    kinds = served_kinds(args.serves, settings)
    if args.plan:
        print("\n".join(plan(asyncio.run(list_devices()), kinds)))
        return 0
    configure_logs(settings.log_level)
    uvloop.run(_supervise(settings, kinds))
    return 0


def plan(devices: Sequence[str], kinds: Sequence[JobKind]) -> list[str]:
    """Say in a line per worker where it would run and what it would serve."""
    return [f"{device} serves {','.join(kinds)}" for device in devices]


async def _supervise(settings: Settings, kinds: Sequence[JobKind]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with open_redis(settings) as redis_url, reply_client(redis_url) as client:
        children = [
            WorkerChild(settings, device=device, kinds=kinds, presence=RedisPresence(client))
            for device in await list_devices()
        ]
        async with asyncio.TaskGroup() as group:
            for child in children:
                group.create_task(child.run())
            await stopping.wait()
            log.info("workers_stopping", count=len(children))
            await asyncio.gather(*(child.stop() for child in children))
