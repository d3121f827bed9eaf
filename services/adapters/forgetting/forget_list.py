"""The forget-list in a file, and in Redis for the other hosts; each makes up for the other."""

import asyncio
import os
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog
from redis.asyncio import Redis

from services.adapters.redis.client import redis_errors
from services.adapters.redis.keys import ForgottenHereKey, ForgottenKey, UserDialoguesKey
from services.errors import UnavailableError
from services.people.forgotten import Entry, Kind

log = structlog.get_logger(__name__)

_KEY_BYTES: Final = 32


class _Line(msgspec.Struct, frozen=True):
    id: str
    kind: Kind
    hash: str
    at: datetime


def person_key(path: Path) -> bytes:
    """Read the key of the hashes, or make it; only the owner of the files can.

    Raises:
        UnavailableError: The file cannot be read or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(descriptor, "wb") as file:
            key = secrets.token_bytes(_KEY_BYTES)
            file.write(key)
            return key
    except OSError as error:
        msg = f"cannot keep {path.name}: {error.strerror}"
        raise UnavailableError(msg, dependency="disk") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForgetList:
    """``ForgetList`` as lines of a file that nothing ever rewrites, and a hash in Redis.

    Attributes:
        path: Outside what is restored.
        redis: A client whose answers are text.
    """

    path: Path
    redis: Redis

    async def add(self, entry: Entry) -> None:
        """Put an entry down on the disk first, then for the other hosts."""
        line = _encoded(entry)
        await asyncio.to_thread(_append, self.path, [line])
        with redis_errors():
            await self.redis.hset(str(ForgottenKey()), entry.entry_id, line.decode())

    async def entries(self) -> list[Entry]:
        """Read both; what one of them lacks it gets from the other."""
        on_disk = {e.entry_id: e for e in await asyncio.to_thread(_read, self.path)}
        with redis_errors():
            raw = await self.redis.hgetall(str(ForgottenKey()))
        shared = {e.entry_id: e for e in _decoded(list(raw.values()))}
        if missing := [_encoded(e) for e in shared.values() if e.entry_id not in on_disk]:
            await asyncio.to_thread(_append, self.path, missing)
        with redis_errors():
            for entry in on_disk.values():
                if entry.entry_id not in shared:
                    await self.redis.hset(
                        str(ForgottenKey()), entry.entry_id, _encoded(entry).decode()
                    )
        return sorted((shared | on_disk).values(), key=lambda entry: entry.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisFollowed:
    """``Followed`` inside Redis, whose own copies can be put back as well."""

    redis: Redis

    async def followed(self) -> frozenset[str]:
        """Read the ids of the entries."""
        with redis_errors():
            return frozenset(map(str, await self.redis.smembers(str(ForgottenHereKey()))))

    async def note(self, entry_ids: Collection[str], at: datetime) -> None:  # noqa: ARG002 - a port
        """Add some."""
        if entry_ids:
            with redis_errors():
                await self.redis.sadd(str(ForgottenHereKey()), *entry_ids)

    async def user_ids(self) -> frozenset[int]:
        """List everybody of whom a dialogue is kept."""
        pattern = str(UserDialoguesKey(0)).removesuffix("0") + "*"
        with redis_errors():
            keys = [str(key) async for key in self.redis.scan_iter(match=pattern, count=1000)]
        return frozenset(int(key.rpartition(":")[2]) for key in keys)


def _append(path: Path, lines: Sequence[bytes]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            # The line before may have been cut by a loss of power.
            file.write(b"".join(b"\n" + line for line in lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        msg = f"cannot keep {path.name}: {error.strerror}"
        raise UnavailableError(msg, dependency="disk") from error


def _read(path: Path) -> list[Entry]:
    try:
        return _decoded([line for line in path.read_bytes().splitlines() if line])
    except FileNotFoundError:
        return []
    except OSError as error:
        msg = f"cannot read {path.name}: {error.strerror}"
        raise UnavailableError(msg, dependency="disk") from error


def _decoded(lines: Sequence[bytes | str]) -> list[Entry]:
    entries = []
    for line in lines:
        try:
            read = msgspec.json.decode(line, type=_Line)
        except msgspec.DecodeError:
            # The last line of a host that lost power; its entry comes from Redis, or it was
            # never begun.
            log.warning("forget_list_line_unreadable")
            continue
        entries.append(Entry(entry_id=read.id, kind=read.kind, hashed=read.hash, at=read.at))
    return entries


def _encoded(entry: Entry) -> bytes:
    return msgspec.json.encode(
        _Line(id=entry.entry_id, kind=entry.kind, hash=entry.hashed, at=entry.at)
    )
