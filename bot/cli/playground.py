"""``samovar playground``: the local Telegram alone."""

import argparse
import asyncio
import json
import re
import signal
from pathlib import Path

import uvloop

from playground.refusals import SimError
from playground.server import running_playground
from playground.trouble.limits import PROFILES
from services.errors import InvalidInputError, ServiceError

HIGHEST_PORT = 65_535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--limits", choices=PROFILES, default="off", help="Telegram's flood limits")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="what the luck of harsh limits depends on"
    )
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="keep the town in this directory over restarts"
    )
    parser.add_argument("--bot", default="Helper", metavar="NAME", help="name of the first bot")
    parser.add_argument("--json", action="store_true", help="say where and who in one JSON line")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    if not 0 <= args.port <= HIGHEST_PORT:
        raise InvalidInputError(f"--port is 0 to {HIGHEST_PORT}, not {args.port}")
    try:
        uvloop.run(_serve(args))
    except OSError as error:
        raise ServiceError(f"cannot serve on 127.0.0.1:{args.port}: {error.strerror}") from error
    except SimError as error:
        raise ServiceError(error.sentence) from error
    return 0


async def _serve(args: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with running_playground(
        port=args.port,
        limits=args.limits,
        limits_seed=args.seed,
        state=args.state,
        bot_name=args.bot,
        bot_username=f"{re.sub('[^a-z0-9]', '', args.bot.lower()) or 'helper'}_bot",
    ) as playground:
        if args.json:
            print(json.dumps(playground.seed.as_json(playground.base)), flush=True)
        else:
            print(f"{playground.base}\nBOT_TOKEN={playground.token}", flush=True)
        await stopped.wait()
