"""The forget-list: what keeps a restored backup from remembering those who asked to be forgotten.

It holds keyed hashes and moments, no ids. Every store that backups are made of also notes which
entries it has followed; a restored one lacks the notes of what was forgotten after the backup,
and nothing else does: somebody who came back later is left in peace.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import structlog

from services.clock import Clock

log = structlog.get_logger(__name__)


class Kind(StrEnum):
    """Who was forgotten; written into the list, so that it can hold others later."""

    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody who was forgotten.

    Attributes:
        hashed: From ``Hashing``.
        at: When it was asked for.
    """

    entry_id: str
    kind: Kind
    hashed: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hashing:
    """Keyed hashes: without the key nobody finds out by trying which ids are meant."""

    key: bytes

    def person(self, user_id: int) -> str:
        """Hash a Telegram id."""
        return hmac.new(self.key, f"{Kind.PERSON}:{user_id}".encode(), hashlib.sha256).hexdigest()


class ForgetList(Protocol):
    """The list itself, kept apart from what backups are made of."""

    async def add(self, entry: Entry) -> None:
        """Put an entry down for good before anything is erased."""
        ...

    async def entries(self) -> list[Entry]:
        """Read the list, oldest first."""
        ...


class Followed(Protocol):
    """Which entries a store has followed, kept in that store."""

    async def followed(self) -> frozenset[str]:
        """Read their ids."""
        ...

    async def note(self, entry_ids: Collection[str], at: datetime) -> None:
        """Add some."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Something that can be put back from a backup.

    Attributes:
        name: For the log.
        user_ids: Lists the people that it knows of.
        forget: Erases a person from it.
    """

    name: str
    followed: Followed
    user_ids: Callable[[], Awaitable[Collection[int]]]
    forget: Callable[[int], Awaitable[object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgetRecord:
    """Puts down who is forgotten, around the erasing.

    Attributes:
        places: Notes of all stores.
    """

    hashing: Hashing
    list: ForgetList
    places: Sequence[Followed]
    clock: Clock

    async def begin(self, user_id: int) -> str:
        """Put a person down; a crash from here on is made good at the next start."""
        entry = Entry(
            entry_id=secrets.token_hex(8), kind=Kind.PERSON, hashed=self.hashing.person(user_id),
            at=self.clock.now(),
        )  # fmt: skip
        await self.list.add(entry)
        return entry.entry_id

    async def done(self, entry_id: str) -> None:
        """Note in every store that the entry was followed."""
        for place in self.places:
            await place.note([entry_id], self.clock.now())


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgetAgain:
    """Follows the list wherever it has not been followed: at start, before anybody is answered."""

    hashing: Hashing
    list: ForgetList
    stores: Sequence[Store]
    clock: Clock

    async def __call__(self) -> int:
        """Forget again; tell how many people a restored backup had brought back.

        Raises:
            UnavailableError: A store cannot be reached; nothing may be answered before it is.
        """
        entries = await self.list.entries()
        return sum([await self._follow(store, entries) for store in self.stores])

    async def _follow(self, store: Store, entries: Sequence[Entry]) -> int:
        known = await store.followed.followed()
        pending = [entry for entry in entries if entry.entry_id not in known]
        if not pending:
            return 0
        hashes = {entry.hashed for entry in pending}
        people = [one for one in await store.user_ids() if self.hashing.person(one) in hashes]
        for user_id in people:
            await store.forget(user_id)
        await store.followed.note([entry.entry_id for entry in pending], self.clock.now())
        if people:
            log.warning(
                "restored_backup_forgotten_again", store=store.name, people=len(people),
                entries=len(pending),
            )  # fmt: skip
        return len(people)
