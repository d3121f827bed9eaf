"""A message of a group as the moderator sees it; parsed by handlers, without Telegram's types."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Author(StrEnum):
    """Who can have written a message of a group."""

    PERSON = "person"
    BOT = "bot"
    ANONYMOUS_ADMIN = "anonymous_admin"
    LINKED_CHANNEL = "linked_channel"
    OTHER_CHANNEL = "other_channel"
    """Somebody who writes under the name of a channel of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMessage:
    """What can be judged.

    Attributes:
        author_id: The person, or the channel for ``OTHER_CHANNEL``; whom an action would meet.
        name: The author's shown name; untrusted.
        parts: Everything readable: text or caption, a poll's question and options, the names of
            files, a contact's name; the text or caption first, empty if there is none.
        links: Addresses that a tap would open, as written or behind words.
        mentions: How many people and chats are named by ``@``.
        is_forward: It was written elsewhere: a forward, or a quote of another chat's message.
        is_contact: It is a contact card.
        is_story: It is a story of someone.
        media: Kind of media, such as ``photo``; None: text alone.
        edited_at: None for a new message.
        album: One group of files; its members share a verdict.
    """

    chat_id: int
    message_id: int
    thread_id: int
    author: Author
    author_id: int
    name: str
    parts: tuple[str, ...]
    sent_at: datetime
    links: tuple[str, ...] = ()
    mentions: int = 0
    is_forward: bool = False
    is_contact: bool = False
    is_story: bool = False
    media: str | None = None
    edited_at: datetime | None = None
    album: str | None = None
    language: str | None = None

    @property
    def text(self) -> str:
        """The text or caption; spans of findings count in it."""
        return self.parts[0] if self.parts else ""
