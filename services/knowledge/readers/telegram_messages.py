"""Messages of Telegram Desktop's exports, and the documents made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from services.errors import InvalidInputError
from services.knowledge.models import Block, SourceDocument
from services.knowledge.readers.structure import blocks_of_lines, without_repeats
from services.knowledge.sentences import has_words

_TITLE_CHARACTERS: Final = 80
Number = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
"""An id: SQL has 64 bits for it."""


class _Entity(msgspec.Struct):
    text: str = ""
    type: str = "plain"
    href: str = ""


class _Answer(msgspec.Struct):
    text: str = ""


class _Poll(msgspec.Struct):
    question: str = ""
    answers: list[_Answer] = []


class Message(msgspec.Struct):
    """A message as an export has it."""

    id: Number
    type: str = "message"
    date_unixtime: str | None = None
    edited_unixtime: str | None = None
    date: str | None = None
    edited: str | None = None
    text: str | list[str | _Entity] = ""
    reply_to_message_id: Number | None = None
    reply_to_peer_id: str | None = None
    poll: _Poll | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedChat:
    """The chat that an export is of.

    Attributes:
        base: Beginning of its posts' addresses, or None for a private one.
    """

    chat_id: int
    name: str | None
    base: str | None

    @property
    def export(self) -> str:
        """Identity of the export."""
        return f"telegram:{self.chat_id}"


_DECODER: Final = msgspec.json.Decoder(Message)


def decoded_message(data: bytes) -> Message:
    """Decode one message.

    Raises:
        msgspec.DecodeError: It is none.
        UnicodeDecodeError: Its text is not UTF-8.
    """
    return _DECODER.decode(data)


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


def says_something(message: Message) -> bool:
    """Tell whether the message has words of its own."""
    return has_words(_text(message))


def thread_document(chat: ExportedChat, thread: Sequence[Message]) -> SourceDocument | None:
    """Make a document of a message and the replies below it; None when none of them has words."""
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
        source=f"{chat.export}#{root.id}",
        title=_title(chat.name, blocks),
        url=f"{chat.base or f'https://t.me/c/{chat.chat_id}/'}{root.id}",
        blocks=tuple(blocks),
        posted_at=_moment(root.date_unixtime, root.date),
        edited_at=max(edits, default=None),
        members_only=chat.base is None,
        export=chat.export,
        order_key=root.id,
    )


def _title(name: str | None, blocks: Iterable[Block]) -> str:
    first = next((block.text for block in blocks if has_words(block.text)), "")
    if len(first) > _TITLE_CHARACTERS:
        first = first[:_TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:—-") + "…"
    return ": ".join(part for part in (name, first) if part)


def _text(message: Message) -> str:
    parts = [message.text] if isinstance(message.text, str) else message.text
    text = "".join(part if isinstance(part, str) else _shown(part) for part in parts)
    if message.poll is None:
        return text
    answers = [f"- {answer.text}" for answer in message.poll.answers]
    return "\n".join([text, message.poll.question, *answers])


def _blocks(message: Message, *, anchor: str) -> list[Block]:
    parts = () if isinstance(message.text, str) else message.text
    bold = frozenset(
        line.strip()
        for part in parts
        if isinstance(part, _Entity) and part.type == "bold"
        for line in part.text.splitlines()
        if line.strip()
    )
    return blocks_of_lines(_text(message), anchor=anchor, headings=bold)


def _shown(entity: _Entity) -> str:
    """Give the text of an entity; a link behind words is shown after them."""
    if entity.type == "text_link" and entity.href and entity.href != entity.text:
        return f"{entity.text} ({entity.href})"
    return entity.text


def _moment(unix: str | None, local: str | None) -> datetime | None:
    """Read a time; old exports only have the exporter's local time, taken as UTC."""
    try:
        if unix and unix.isdecimal():
            return datetime.fromtimestamp(int(unix), UTC)
        if local:
            return datetime.fromisoformat(local).replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
