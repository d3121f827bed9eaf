"""Where each message of an export stands, and which thread it belongs to.

Kept in a database of SQLite without a name: it is on disk beyond 32 MB of pages, and goes with
the process however that ends.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

_CACHE_KIB: Final = 32 * 1024
_PORTION: Final = 5_000
_MOST_THREAD_BYTES: Final = 1024 * 1024
_TABLE: Final = """
create table message (
  chat integer, id integer, parent integer, root integer, at integer, size integer, words integer,
  primary key (chat, id)
) without rowid
"""
_FARTHEST: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedMessage:
    """A message of the export, without its text.

    Attributes:
        chat: Number of the chat in the file.
        parent: The message that it answers in the same chat.
        at: Place in the file, in bytes.
        words: Whether it says anything.
    """

    chat: int
    message_id: int
    parent: int | None
    at: int
    size: int
    words: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A message and the replies below it, as places in the file.

    Attributes:
        places: (at, size) in bytes, in order of message ids.
    """

    root: int
    places: tuple[tuple[int, int], ...]


class MessageIndex:
    """Fill it, find the threads once, then read them in order."""

    def __init__(self) -> None:
        # One thread at a time uses it, not always the same.
        self._sql = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._sql.execute(f"pragma cache_size = -{_CACHE_KIB}")
        self._sql.execute("pragma synchronous = off")
        self._sql.execute("pragma journal_mode = off")
        self._sql.execute(_TABLE)

    def close(self) -> None:
        """Let go of it."""
        self._sql.close()

    def add(self, messages: Sequence[IndexedMessage]) -> None:
        """Add messages; of two with the same id the later one counts."""
        self._sql.execute("begin")
        self._sql.executemany(
            "insert or replace into message values (?, ?, ?, ?, ?, ?, ?)",
            (
                (m.chat, m.message_id, m.parent, m.message_id, m.at, m.size, m.words)
                for m in messages
            ),
        )
        self._sql.execute("commit")

    def find_threads(self) -> None:
        """Give each message the root of its thread.

        A reply has a greater id than what it answers, so in order of ids its root is known. A
        thread of more than 1 MB is divided: the message that would make it longer begins
        another one.
        """
        self._sql.execute("begin")
        last = (-1, -1)
        while replies := self._sql.execute(
            "select chat, id, parent from message where (chat, id) > (?, ?) "
            "and parent < id order by chat, id limit ?",
            (*last, _PORTION),
        ).fetchall():
            self._sql.executemany(
                "update message set root = coalesce("
                "(select root from message where chat = ?1 and id = ?3), id) "
                "where chat = ?1 and id = ?2",
                replies,
            )
            last = replies[-1][:2]
        self._sql.execute("create index by_root on message (chat, root, id)")
        self._divide_long()
        self._sql.execute("commit")

    def threads(self, chat: int, *, after: int | None) -> Iterator[Thread]:
        """Give the threads of a chat in order of their roots, from behind ``after``."""
        rows = self._sql.execute(
            "select root, at, size from message where chat = ? and root > ? order by root, id",
            (chat, -_FARTHEST if after is None else after),
        )
        for root, members in groupby(rows, key=lambda row: int(row[0])):
            yield Thread(root, tuple((at, size) for _, at, size in members))

    def posts(self, chat: int, *, upto: int | None = None) -> NDArray[np.int64]:
        """List the roots of the threads in which something is said, (n,), rising."""
        rows = self._sql.execute(
            "select root from message where chat = ? and root <= ? group by root "
            "having max(words) order by root",
            (chat, _FARTHEST if upto is None else upto),
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def _divide_long(self) -> None:
        long = self._sql.execute(
            "select chat, root from message group by chat, root having count(*) > 1 "
            "and sum(size) > ?",
            (_MOST_THREAD_BYTES,),
        ).fetchall()
        for chat, root in long:
            filled, first = 0, root
            members = self._sql.execute(
                "select id, size from message where chat = ? and root = ? order by id",
                (chat, root),
            ).fetchall()
            for id_, size in members:
                if filled and filled + size > _MOST_THREAD_BYTES:
                    filled, first = 0, id_
                filled += size
                self._sql.execute(
                    "update message set root = ? where chat = ? and id = ?", (first, chat, id_)
                )
