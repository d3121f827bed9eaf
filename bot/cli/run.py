import argparse
import asyncio
import signal
from contextlib import AsyncExitStack

import uvloop

from bot.building.telegram import bot_token
from bot.logs import configure_logs
from bot.settings import Settings
from bot.wiring import build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments: all comes from the settings."""
    parser.epilog = "Settings come from the environment and .env; `samovar settings` lists them."


def run(_args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C, then finish what was begun."""
    settings = Settings()
    configure_logs(settings.log_level)
    bot_token(settings)  # said before anything is started
    uvloop.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        application = await build(settings, stack, announce=_announce)
        await application.run(stopping)


def _announce(line: str) -> None:
    print(line, flush=True)
