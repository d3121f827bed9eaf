import argparse
import asyncio

import msgspec

from bot.building.personal_data import open_own_data
from bot.cli._quiet import quiet_settings
from bot.settings import Settings
from services.people.ports import Exported


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take whose data."""
    parser.description = "Prints everything that is kept about a person as one JSON document."
    parser.add_argument("user", type=int, metavar="USER", help="the person's Telegram id")
    parser.add_argument("--json", action="store_true", help="it is JSON in any case")


def run(args: argparse.Namespace) -> int:
    """Print the document; places that hold nothing are empty in it."""
    exported = asyncio.run(_export(quiet_settings(), args.user))
    print(msgspec.json.format(msgspec.json.encode(exported), indent=2).decode())
    return 0


async def _export(settings: Settings, user_id: int) -> dict[str, Exported]:
    async with open_own_data(settings) as own:
        return await own.export(user_id)
