"""Chats as Telegram Desktop exports them, ``result.json``, in bounded memory.

The file is read twice. First every message is decoded and its place kept, so that a broken
export is known as such before anything of it is stored, and replies are known from far behind.
Then the threads are taken from their places, in order.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from os import SEEK_END
from typing import BinaryIO, Final

import msgspec

from services.errors import InvalidInputError
from services.knowledge.models import SourceDocument
from services.knowledge.readers.json_cursor import BrokenJsonError, JsonCursor
from services.knowledge.readers.models import (
    ExportPosts,
    ExportSpan,
    ReadMark,
    ReadSource,
    skip,
    skipped,
)
from services.knowledge.readers.resuming import Resume, from_the_start
from services.knowledge.readers.skips import SkipCode
from services.knowledge.readers.telegram_index import IndexedMessage, MessageIndex, Thread
from services.knowledge.readers.telegram_messages import (
    ExportedChat,
    Message,
    Number,
    decoded_message,
    public_base,
    says_something,
    thread_document,
)

_PORTION_DOCUMENTS: Final = 50
_PORTION_BYTES: Final = 512 * 1024
_TELL_EVERY_MESSAGES: Final = 5_000
_BROKEN: Final = (BrokenJsonError, msgspec.DecodeError, UnicodeDecodeError)


class _NoExportError(Exception):
    """It is JSON, but nothing that Telegram Desktop has written."""


class _ChangedError(Exception):
    """Where a message stood is something else now."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Found:
    """A chat as it turns out while the file is read."""

    chat_id: int | None = None
    name: str | None = None
    messages: int = 0
    first: int = 2**62
    last: int = -(2**62)


@dataclass(slots=True)
class _Scan:
    """The first reading."""

    cursor: JsonCursor
    index: MessageIndex
    chats: list[_Found] = field(default_factory=list)
    recognised: bool = False

    def run(self) -> Iterator[int]:
        """Index the messages; give the place in the file now and then."""
        if self.cursor.peek() != "{":
            raise _NoExportError
        whole = _Found()
        for name in self.cursor.members():
            if name == "chats" and self.cursor.peek() == "{":
                yield from self._account()
            else:
                yield from self._member(whole, name)
        if not self.recognised or any(chat.chat_id is None for chat in self.chats):
            raise _NoExportError

    def _account(self) -> Iterator[int]:
        for name in self.cursor.members():
            if name != "list":
                self.cursor.skip()
                continue
            self.recognised = True
            for _ in self.cursor.items():
                chat = _Found()
                for member in self.cursor.members():
                    yield from self._member(chat, member)
                if chat not in self.chats:
                    raise _NoExportError

    def _member(self, chat: _Found, name: str) -> Iterator[int]:
        if name == "messages":
            if self.cursor.peek() != "[" or chat in self.chats:
                raise _NoExportError
            self.recognised = True
            self.chats.append(chat)
            yield from self._messages(chat)
        elif name == "id":
            chat.chat_id = msgspec.json.decode(self.cursor.raw()[1], type=Number)
        elif name == "name":
            chat.name = msgspec.json.decode(self.cursor.raw()[1], type=str | None)
        else:
            self.cursor.skip()

    def _messages(self, chat: _Found) -> Iterator[int]:
        number = len(self.chats) - 1
        rows: list[IndexedMessage] = []
        for _ in self.cursor.items():
            at, data = self.cursor.raw()
            message = decoded_message(data)
            chat.messages += 1
            chat.first, chat.last = min(chat.first, message.id), max(chat.last, message.id)
            if message.type == "message":
                rows.append(_row(number, message, at, len(data)))
            if chat.messages % _TELL_EVERY_MESSAGES == 0:
                self.index.add(rows)
                rows.clear()
                yield self.cursor.offset
        self.index.add(rows)


def read_telegram_export(
    source: str,
    file: BinaryIO,
    *,
    link: str | None = None,
    resume: Resume = from_the_start,
) -> Iterator[ReadSource]:
    """Read the export of one chat, or of an account with many, in portions.

    A post and the replies to it, and to them, are one document. Service messages and posts
    without words are left out. The portions of a chat come in order of its posts; the last one
    has the span, so that deletions are followed only after a whole reading.

    Args:
        source: The file, for what is said about it.
        file: Its content; can be sought in.
        link: ``https://t.me/<name>`` of a public channel or group: exports do not tell it.
            Without it links are private ones, ``https://t.me/c/<id>/<post>``.
        resume: After which post an interrupted ingest of the same file goes on.

    Raises:
        InvalidInputError: ``link`` is no address of a public chat, or the file has many chats.
    """
    base = public_base(link) if link else None
    total = 2 * _size(file)
    with closing(MessageIndex()) as index:
        scan = _Scan(JsonCursor(file), index)
        try:
            for done in scan.run():
                yield ReadSource(done_bytes=done, total_bytes=total)
            file_hash = scan.cursor.finish()
        except RecursionError:
            yield skipped(source, SkipCode.TOO_DEEP)
            return
        except (_NoExportError, *_BROKEN):
            code = SkipCode.EXPORT_BROKEN if scan.recognised else SkipCode.NO_EXPORT
            yield skipped(source, code)
            return
        if base and len(scan.chats) > 1:
            raise InvalidInputError("--link needs an export of one chat; this file has many")
        index.find_threads()
        for number, found in enumerate(scan.chats):
            chat = _ChatReading(
                source=source, file=file, index=index, number=number, found=found,
                chat=ExportedChat(chat_id=found.chat_id or 0, name=found.name, base=base),
                place=f"{file_hash} {number} {base or ''}", total=total,
            )  # fmt: skip
            yield from chat.portions(resume)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChatReading:
    """The second reading, of one chat."""

    source: str
    file: BinaryIO
    index: MessageIndex
    number: int
    found: _Found
    chat: ExportedChat
    place: str
    total: int

    def portions(self, resume: Resume) -> Iterator[ReadSource]:
        if not self.found.messages:
            yield skipped(self.source, SkipCode.EXPORT_EMPTY)
            return
        after = resume(self.place)
        if after is not None:
            yield ReadSource(stored=self._posts(upto=after))
        try:
            yield from self._documents(after)
        except _ChangedError:
            yield skipped(self.source, SkipCode.FILE_CHANGED)
            return
        yield self._end()

    def _documents(self, after: int | None) -> Iterator[ReadSource]:
        documents: list[SourceDocument] = []
        filled = 0
        for thread in self.index.threads(self.number, after=after):
            document = thread_document(self.chat, self._messages(thread))
            if document is not None:
                documents.append(document)
            filled += sum(size for _, size in thread.places)
            if len(documents) >= _PORTION_DOCUMENTS or filled >= _PORTION_BYTES:
                yield self._portion(documents, thread)
                documents, filled = [], 0
        if documents:
            yield ReadSource(documents=tuple(documents))

    def _portion(self, documents: list[SourceDocument], thread: Thread) -> ReadSource:
        return ReadSource(
            documents=tuple(documents),
            mark=ReadMark(place=self.place, after=thread.root),
            done_bytes=self.total // 2 + thread.places[0][0],
            total_bytes=self.total,
        )

    def _end(self) -> ReadSource:
        posts = self._posts()
        nothing = () if len(posts.ids) else (skip(self.source, SkipCode.EXPORT_WITHOUT_TEXT),)
        span = ExportSpan(
            export=self.chat.export, first=self.found.first, last=self.found.last, posts=posts.ids
        )
        return ReadSource(
            spans=(span,), skipped=nothing,
            mark=ReadMark(place=self.place, after=self.found.last, whole=True),
            done_bytes=self.total, total_bytes=self.total,
        )  # fmt: skip

    def _posts(self, *, upto: int | None = None) -> ExportPosts:
        return ExportPosts(export=self.chat.export, ids=self.index.posts(self.number, upto=upto))

    def _messages(self, thread: Thread) -> list[Message]:
        messages: list[Message] = []
        for at, size in thread.places:
            self.file.seek(at)
            try:
                messages.append(decoded_message(self.file.read(size)))
            except _BROKEN as error:
                raise _ChangedError from error
        if messages[0].id != thread.root:
            raise _ChangedError
        return messages


def _row(chat: int, message: Message, at: int, size: int) -> IndexedMessage:
    own = message.reply_to_peer_id is None
    return IndexedMessage(
        chat=chat, message_id=message.id, parent=message.reply_to_message_id if own else None,
        at=at, size=size, words=says_something(message),
    )  # fmt: skip


def _size(file: BinaryIO) -> int:
    size = file.seek(0, SEEK_END)
    file.seek(0)
    return size
