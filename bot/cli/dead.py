import argparse
import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from math import inf
from typing import Final

import msgspec
from redis.asyncio import Redis

from bot.building.inference import Inference, open_inference
from bot.building.redis import open_redis
from bot.cli._quiet import quiet_settings
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.queue.dead_letters import KEEP_S, DeadLetter, RedisDeadLetters
from services.adapters.queue.keys import ReplyStreamKey
from services.adapters.redis.client import connect
from services.errors import InvalidInputError, NotFoundError, ServiceError
from services.inference.protocol import Done

_ALL: Final = "all"
_WITHIN_S: Final = 120.0
_NONE: Final = f"nothing was given up in the last {KEEP_S // 86400} days"
_COLUMNS: Final = ("ID", "KIND", "WHEN (UTC)", "ATTEMPTS", "PRIORITY", "BYTES", "REASON")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do, with which job."""
    parser.description = (
        "Jobs that were given up: their workers died in them, or they broke on something"
        " unforeseen. They are kept for 7 days, then erased."
    )
    parser.add_argument(
        "action", nargs="?", default="list", choices=["list", "retry", "drop"],
        help="list them (default), try one again and wait for what comes of it, or erase it",
    )  # fmt: skip
    parser.add_argument("id", nargs="?", help="which job; all: each of them")
    parser.add_argument(
        "--within", type=float, default=_WITHIN_S, metavar="S",
        help=f"seconds that a retried job may take (default {_WITHIN_S:g})",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Do it; status 1 when a job failed again."""
    if args.action != "list" and not args.id:
        raise InvalidInputError(f"name the job to {args.action}, or all; `samovar dead` lists them")
    if args.action == "list" and args.id:
        raise InvalidInputError(f"to do what with {args.id}? samovar dead retry ID, or drop ID")
    if not 0 < args.within < inf:
        raise InvalidInputError("--within takes a number of seconds, more than 0")
    settings = quiet_settings()
    match args.action:
        case "retry":
            tried = asyncio.run(_retry(settings, args.id, within_s=args.within))
            document = {"results": [msgspec.to_builtins(one) for one in tried]}
            lines = [one.line for one in tried] or [_NONE]
            print(json.dumps(document) if args.json else "\n".join(lines))
            return 0 if all(one.ok for one in tried) else 1
        case "drop":
            dropped = asyncio.run(_drop(settings, args.id))
            print(json.dumps({"dropped": dropped}) if args.json else f"dropped {dropped}")
            return 0
        case _:
            letters = asyncio.run(_list(settings))
            print(json.dumps({"jobs": [_row(one) for one in letters]}) if args.json
                  else _table(letters))  # fmt: skip
            return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a job that was put in again.

    Attributes:
        ok: It was done; its letter is gone.
        said: The backend that did it, or why it failed.
    """

    id: str
    ok: bool
    said: str
    seconds: float

    @property
    def line(self) -> str:
        """Say it to people."""
        return f"{self.id}: {'done by' if self.ok else 'failed:'} {self.said} ({self.seconds:g} s)"


@asynccontextmanager
async def _letters(settings: Settings) -> AsyncIterator[tuple[str, Redis, RedisDeadLetters]]:
    async with open_redis(settings) as url, connect(url) as redis:
        yield url, redis, RedisDeadLetters(redis)


async def _list(settings: Settings) -> list[DeadLetter]:
    async with _letters(settings) as (_, _, dead):
        return await dead.letters()


async def _drop(settings: Settings, named: str) -> int:
    async with _letters(settings) as (_, _, dead):
        dropped = await dead.drop(await _ids(dead, named))
    if not dropped and named != _ALL:
        raise NotFoundError(f"no job {named!r} was given up; `samovar dead` lists those that were")
    return dropped


async def _ids(dead: RedisDeadLetters, named: str) -> list[str]:
    return await dead.ids() if named == _ALL else [named]


async def _retry(settings: Settings, named: str, *, within_s: float) -> list[Tried]:
    async with _letters(settings) as (url, redis, dead):
        replica, nursery = f"dead-{secrets.token_hex(6)}", AsyncioNursery()
        try:
            async with open_inference(
                settings, url, replica_id=replica, nursery=nursery
            ) as inference:
                # One after the other: each may take several workers with it.
                return [
                    await _try(inference, dead, job_id, replica, within_s)
                    for job_id in await _ids(dead, named)
                ]
        finally:
            await nursery.close()
            # What comes of a job holds people's words.
            await redis.delete(str(ReplyStreamKey(replica)))


async def _try(
    inference: Inference, dead: RedisDeadLetters, job_id: str, replica: str, within_s: float
) -> Tried:
    begun, backend = time.monotonic(), ""
    try:
        job = msgspec.structs.replace(
            await dead.revive(job_id), reply_to=replica, deadline_at=time.time() + within_s,
            patient=True,
        )  # fmt: skip
        async with aclosing(inference.calls.replies(job)) as replies:
            async for reply in replies:
                if isinstance(reply, Done):
                    backend = reply.backend
    except ServiceError as error:
        return Tried(id=job_id, ok=False, said=str(error), seconds=_since(begun))
    await dead.drop([job_id])
    return Tried(id=job_id, ok=True, said=backend, seconds=_since(begun))


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 2)


def _row(letter: DeadLetter) -> dict[str, str | int]:
    return {
        "id": letter.job_id, "kind": letter.kind, "at": letter.at.isoformat(timespec="seconds"),
        "attempts": letter.attempts, "code": letter.code, "reason": letter.reason,
        "priority": letter.priority, "size": letter.size,
    }  # fmt: skip


def _table(letters: Sequence[DeadLetter]) -> str:
    if not letters:
        return _NONE
    rows = [_COLUMNS, *map(_cells, letters)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _cells(letter: DeadLetter) -> tuple[str, ...]:
    return (
        letter.job_id, letter.kind, f"{letter.at:%Y-%m-%d %H:%M:%S}", str(letter.attempts),
        letter.priority, str(letter.size), f"{letter.code}: {letter.reason}",
    )  # fmt: skip
