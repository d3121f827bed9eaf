import argparse
import asyncio
import json

from bot.building.personal_data import open_own_data
from bot.cli._quiet import quiet_settings
from bot.settings import Settings

_STAYS = (
    "What stays: a keyed hash on the forget-list, so that a database put back from a backup forgets"
    " again at the bot's next start"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take whom to forget."""
    parser.description = (
        "Erases everything about a person in SQL, Redis, indexes and their logs, beside the running"
        " bot or without it, and gives a receipt."
    )
    parser.add_argument("user", type=int, metavar="USER", help="the person's Telegram id")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Forget and print the receipt."""
    deleted, kept = asyncio.run(_forget(quiet_settings(), args.user))
    if args.json:
        print(json.dumps({"user": args.user, "deleted": deleted, "kept": kept}))
        return 0
    for table, count in deleted.items():
        print(f"{table}: {count}")
    print(f"{sum(deleted.values())} erased. {_STAYS}{_sanctions(kept['sanctions'])}.")
    return 0


async def _forget(settings: Settings, user_id: int) -> tuple[dict[str, int], dict[str, int]]:
    async with open_own_data(settings) as own:
        deleted = await own.forget(user_id)
        sanctions = await own.forget.kept(user_id)
    return deleted, {"sanctions": len(sanctions), "forget_list": 1}


def _sanctions(count: int) -> str:
    if not count:
        return ""
    return f"; and active sanctions, as keyed hashes with reason and expiry: {count}"
