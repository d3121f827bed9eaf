import argparse
import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.text import Text

from bot.clock import SystemClock
from bot.logs import configure_logs
from bot.pool_view import Frame, as_document, as_picture
from bot.settings import Settings
from services.adapters.queue.replies import reply_client
from services.adapters.queue.sight import PoolWatch
from services.adapters.redis.server import running_server
from services.adapters.redis.server_check import check_server
from services.clock import Clock
from services.errors import UnavailableError
from services.inference.waits import NaiveWaits

_EVERY_S: Final = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how to show it."""
    parser.description = (
        "Workers, queues, backends and models of the pool, renewed every second until Ctrl-C."
    )
    parser.add_argument("--once", action="store_true", help="print one frame and end")
    parser.add_argument("--json", action="store_true", help="print one JSON document and end")


def run(args: argparse.Namespace) -> int:
    """Show the pool; status 1 when there is no Redis."""
    configure_logs("ERROR")
    asyncio.run(_show(Settings(), as_json=args.json, once=args.once or not sys.stdout.isatty()))
    return 0


async def _show(settings: Settings, *, as_json: bool, once: bool) -> None:
    async with _watch(settings) as watch:
        frame = await _frame(watch, SystemClock())
        if as_json:
            print(json.dumps(as_document(frame), ensure_ascii=False))
        elif once:
            Console().print(as_picture(frame))
        else:
            await _live(watch, frame)


async def _live(watch: PoolWatch, frame: Frame) -> None:
    # A cancellation, which Ctrl-C is by default, can get lost in redis-py; see ``tasks.end``.
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stopping.set)
    with Live(as_picture(frame), screen=True, auto_refresh=False) as live:
        while not await _set_within(stopping, _EVERY_S):
            try:
                live.update(as_picture(await _frame(watch, SystemClock())), refresh=True)
            except UnavailableError as error:
                sentence = f"{error}; looking again every second, Ctrl-C ends"
                live.update(Text(sentence, style="red"), refresh=True)

    raise KeyboardInterrupt


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def _frame(watch: PoolWatch, clock: Clock) -> Frame:
    now: datetime = clock.now().astimezone()
    return Frame(sight=await watch.look(), at=now, waits=NaiveWaits())


@asynccontextmanager
async def _watch(settings: Settings) -> AsyncIterator[PoolWatch]:
    """Open the Redis that there is; none is started only to be looked at.

    Raises:
        UnavailableError: There is none, or it does not answer.
    """
    async with reply_client(await _address(settings)) as client:
        yield PoolWatch(client)


async def _address(settings: Settings) -> str:
    if settings.redis_url:
        await check_server(settings.redis_url)
        return settings.redis_url
    url = await running_server(settings.data / "redis")
    if url is None:
        raise UnavailableError(
            f"nothing of Samovar runs in {settings.data}: start the bot (samovar run) or workers"
            " (samovar workers), or set REDIS_URL to the Redis that they use",
            dependency="redis",
        )
    return url
