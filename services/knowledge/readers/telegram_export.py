"""Chats as Telegram Desktop exports them: ``result.json``."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from services.errors import InvalidInputError
from services.knowledge.models import Block, SourceDocument
from services.knowledge.readers.models import ExportSpan, ReadSource, SkippedSource, unreadable
from services.knowledge.readers.structure import blocks_of_lines, without_repeats
from services.knowledge.sentences import has_words

_TITLE_CHARACTERS: Final = 80


class _Entity(msgspec.Struct):
    text: str = ""
    type: str = "plain"
    href: str = ""


class _Answer(msgspec.Struct):
    text: str = ""


class _Poll(msgspec.Struct):
    question: str = ""
    answers: list[_Answer] = []


class _Message(msgspec.Struct):
    id: int
    type: str = "message"
    date_unixtime: str | None = None
    edited_unixtime: str | None = None
    date: str | None = None
    edited: str | None = None
    text: str | list[str | _Entity] = ""
    reply_to_message_id: int | None = None
    reply_to_peer_id: str | None = None
    poll: _Poll | None = None


class _Chat(msgspec.Struct):
    messages: list[_Message]
    id: int
    name: str | None = None
    type: str = ""


class _ChatList(msgspec.Struct):
    list: list[_Chat]


class _Account(msgspec.Struct):
    chats: _ChatList


def read_telegram_export(source: str, data: bytes, *, link: str | None = None) -> ReadSource:
    """Read the export of one chat, or of an account with many.

    A post and the replies to it, and to them, are one document. Service messages and posts
    without words are left out. The whole file is in memory while it is read.

    Args:
        source: The file, for what is said about it.
        data: Its content.
        link: ``https://t.me/<name>`` of a public channel or group: exports do not tell it.
            Without it links are private ones, ``https://t.me/c/<id>/<post>``.

    Raises:
        InvalidInputError: ``link`` is no address of a public chat, or the file has many chats.
    """
    base = public_base(link) if link else None
    try:
        chats = _chats(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # The error names the place in the file and the expected type, no content.
        return unreadable(source, f"it is no Telegram Desktop export: {_first_line(error)}")
    if base and len(chats) > 1:
        raise InvalidInputError("--link needs an export of one chat; this file has many")
    results = [_read_chat(source, chat, base) for chat in chats]
    return ReadSource(
        documents=tuple(d for result in results for d in result.documents),
        spans=tuple(s for result in results for s in result.spans),
        skipped=tuple(s for result in results for s in result.skipped),
    )


def public_base(link: str) -> str:
    """Normalise the address of a public chat to ``https://t.me/<name>/``.

    Raises:
        InvalidInputError: It is something else.
    """
    name = link.strip().removeprefix("@")
    for prefix in ("https://", "http://", "t.me/", "telegram.me/", "s/"):
        name = name.removeprefix(prefix)
    name = name.strip("/")
    if not (name.isascii() and name.replace("_", "").isalnum()):
        raise InvalidInputError("--link takes the address of a public chat: https://t.me/<name>")
    return f"https://t.me/{name}/"


def _chats(data: bytes) -> list[_Chat]:
    kind = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    if "messages" in kind:
        return [msgspec.json.decode(data, type=_Chat)]
    return msgspec.json.decode(data, type=_Account).chats.list


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _read_chat(source: str, chat: _Chat, base: str | None) -> ReadSource:
    if not chat.messages:
        return unreadable(source, "the export has no messages")
    export = f"telegram:{chat.id}"
    threads = _threads([m for m in chat.messages if m.type == "message"])
    documents = tuple(
        document
        for thread in threads
        if (document := _document(chat, export, base, thread)) is not None
    )
    ids = [message.id for message in chat.messages]
    skipped: tuple[SkippedSource, ...] = ()
    if not documents:
        skipped = (SkippedSource(source=source, reason="no message in the export has any text"),)
    return ReadSource(
        documents=documents,
        spans=(ExportSpan(export=export, first=min(ids), last=max(ids)),),
        skipped=skipped,
    )


def _threads(messages: Sequence[_Message]) -> Iterator[list[_Message]]:
    """Group each message with the replies below it, in order of ids."""
    by_id = {message.id: message for message in sorted(messages, key=lambda m: m.id)}
    threads: dict[int, list[_Message]] = {}
    root_of: dict[int, int] = {}
    for message in by_id.values():
        # A reply has a greater id than what it answers, so its root is known.
        parent = message.reply_to_message_id if message.reply_to_peer_id is None else None
        root = root_of.get(parent, message.id) if parent is not None else message.id
        root_of[message.id] = root
        threads.setdefault(root, []).append(message)
    yield from threads.values()


def _document(
    chat: _Chat, export: str, base: str | None, thread: Sequence[_Message]
) -> SourceDocument | None:
    root = thread[0]
    blocks = without_repeats(
        [
            block
            for message in thread
            for block in _blocks(message, anchor="" if message is root else str(message.id))
        ]
    )
    if not any(has_words(block.text) for block in blocks):
        return None
    edits = [edited for m in thread if (edited := _moment(m.edited_unixtime, m.edited))]
    return SourceDocument(
        source=f"{export}#{root.id}",
        title=_title(chat.name, blocks),
        url=f"{base or f'https://t.me/c/{chat.id}/'}{root.id}",
        blocks=tuple(blocks),
        posted_at=_moment(root.date_unixtime, root.date),
        edited_at=max(edits, default=None),
        members_only=base is None,
        export=export,
        order_key=root.id,
    )


def _title(name: str | None, blocks: Iterable[Block]) -> str:
    first = next((block.text for block in blocks if has_words(block.text)), "")
    if len(first) > _TITLE_CHARACTERS:
        first = first[:_TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:—-") + "…"
    return ": ".join(part for part in (name, first) if part)


def _blocks(message: _Message, *, anchor: str) -> list[Block]:
    parts = [message.text] if isinstance(message.text, str) else message.text
    text = "".join(part if isinstance(part, str) else _shown(part) for part in parts)
    bold = frozenset(
        line.strip()
        for part in parts
        if isinstance(part, _Entity) and part.type == "bold"
        for line in part.text.splitlines()
        if line.strip()
    )
    if message.poll is not None:
        answers = [f"- {answer.text}" for answer in message.poll.answers]
        text = "\n".join([text, message.poll.question, *answers])
    return blocks_of_lines(text, anchor=anchor, headings=bold)


def _shown(entity: _Entity) -> str:
    """Give the text of an entity; a link behind words is shown after them."""
    if entity.type == "text_link" and entity.href and entity.href != entity.text:
        return f"{entity.text} ({entity.href})"
    return entity.text


def _moment(unix: str | None, local: str | None) -> datetime | None:
    """Read a time; old exports only have the exporter's local time, taken as UTC."""
    if unix and unix.isdecimal():
        return datetime.fromtimestamp(int(unix), UTC)
    if local:
        try:
            return datetime.fromisoformat(local).replace(tzinfo=UTC)
        except ValueError:
            return None
    return None
