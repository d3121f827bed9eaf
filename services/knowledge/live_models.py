"""Live chats and their messages, and the documents that are made of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.knowledge.models import Block, LibraryId, SourceDocument
from services.knowledge.readers.structure import blocks_of_lines, without_repeats
from services.knowledge.sentences import has_words

_SUPERGROUP: Final = -1_000_000_000_000
_TITLE_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChat:
    """The switch of a group or channel.

    Attributes:
        username: Of a public chat, whose messages everybody can open.
        kept_days: Messages are erased after so many days.
        since: When it was turned on last; nothing older is taken.
    """

    chat_id: int
    library: LibraryId
    title: str
    username: str | None
    channel: bool
    is_on: bool
    kept_days: int
    turned_on_by: int
    since: datetime

    def described(self, title: str, username: str | None) -> "LiveChat":
        """Give the chat under its present name."""
        return replace(self, title=title, username=username)

    def switched(self, *, is_on: bool) -> "LiveChat":
        """Give the chat turned on or off."""
        return replace(self, is_on=is_on)

    def kept_for(self, days: int) -> "LiveChat":
        """Give the chat with another retention."""
        return replace(self, kept_days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMessage:
    """A message as it arrived.

    Attributes:
        reply_to: What it answers in the same chat.
        album: Telegram's name of the album that it is a part of.
        user_id: Its author; None: the channel, or an admin in the group's name.
        text: With the addresses behind words after them.
        bold: Lines that are wholly bold.
    """

    chat_id: int
    message_id: int
    reply_to: int | None
    album: str | None
    user_id: int | None
    text: str
    bold: tuple[str, ...]
    sent_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message as SQL holds it.

    Attributes:
        indexed: A document has it; when that is gone, an import removed it.
    """

    chat_id: int
    message_id: int
    library: LibraryId
    root_id: int
    user_id: int | None
    text: str
    bold: tuple[str, ...]
    sent_at: datetime
    edited_at: datetime | None
    indexed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveThread:
    """A thread whose document is to be made anew.

    Attributes:
        changed_at: By which a later change is noticed.
        purge: Something was removed that the indexes must forget.
    """

    chat_id: int
    root_id: int
    library: LibraryId
    changed_at: datetime
    purge: bool

    @property
    def source(self) -> str:
        """Name its document as the reader of Telegram exports does."""
        return f"{export_of(self.chat_id)}#{self.root_id}"


def export_of(chat_id: int) -> str:
    """Name a chat as its exports do, so that a second import tells what was deleted."""
    return f"telegram:{_SUPERGROUP - chat_id if chat_id < _SUPERGROUP else abs(chat_id)}"


def chat_and_root(source: str) -> tuple[int, int] | None:
    """Find which thread a document is of: ids as exports have them, the chat's without sign."""
    export, _, root = source.partition("#")
    kind, _, chat = export.partition(":")
    if kind != "telegram" or not (chat.isdecimal() and root.isdecimal()):
        return None
    return int(chat), int(root)


def chat_ids(exported: int) -> tuple[int, int]:
    """Give both ids that a chat may have whose export names it so: supergroup, basic group."""
    return _SUPERGROUP - exported, -exported


def document_of(chat: LiveChat, messages: Sequence[StoredMessage]) -> SourceDocument | None:
    """Make a document of a thread; None when there are no words in it.

    Args:
        chat: Where it is; a message from before a group became a supergroup has no address.
        messages: Its messages by their ids; the first stands for it.
    """
    if not messages:
        return None
    root = messages[0]
    blocks = without_repeats(list(_blocks(messages)))
    if not any(has_words(block.text) for block in blocks):
        return None
    export = export_of(root.chat_id)
    url = _address(chat, root)
    return SourceDocument(
        source=f"{export}#{root.root_id}",
        title=_title(chat.title, blocks),
        url=url,
        blocks=tuple(blocks),
        posted_at=root.sent_at,
        edited_at=max((m.edited_at for m in messages if m.edited_at), default=None),
        members_only=url is not None and chat.username is None,
        export=export,
        order_key=root.root_id,
    )


def _blocks(messages: Sequence[StoredMessage]) -> Iterator[Block]:
    for message in messages:
        anchor = "" if message is messages[0] else str(message.message_id)
        yield from blocks_of_lines(message.text, anchor=anchor, headings=frozenset(message.bold))


def _address(chat: LiveChat, root: StoredMessage) -> str | None:
    if root.chat_id != chat.chat_id or chat.chat_id > _SUPERGROUP:
        return None
    if chat.username:
        return f"https://t.me/{chat.username}/{root.message_id}"
    return f"https://t.me/c/{_SUPERGROUP - chat.chat_id}/{root.message_id}"


def _title(name: str, blocks: Sequence[Block]) -> str:
    first = next((block.text for block in blocks if has_words(block.text)), "")
    if len(first) > _TITLE_CHARACTERS:
        first = first[:_TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:—-") + "…"
    return ": ".join(part for part in (name, first) if part)
