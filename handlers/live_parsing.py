"""Messages of groups and channels to what a live source keeps of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from aiogram.enums import ChatType, MessageEntityType
from aiogram.types import Message, MessageEntity, User

from handlers.parsing import GROUPS, is_addressed
from handlers.sources_rights import speaks_for_chat
from services.knowledge.live_models import LiveMessage

LIVE_KINDS: Final = GROUPS | {ChatType.CHANNEL}


def live_message(message: Message, me: User) -> LiveMessage | None:
    """Give what is to be kept; None: nothing of it.

    Left out are commands, what is said to the bot, what bots say, and what somebody says under
    the name of a channel of theirs, who could not keep out.
    """
    text = _shown_text(message)
    if not text.strip() or text.lstrip().startswith("/") or not _may_speak(message):
        return None
    if message.chat.type in GROUPS and is_addressed(message, me):
        return None
    replied = message.reply_to_message
    return LiveMessage(
        chat_id=message.chat.id, message_id=message.message_id,
        reply_to=replied.message_id if replied and replied.chat.id == message.chat.id else None,
        album=message.media_group_id, user_id=_author(message), text=text,
        bold=tuple(_bold_lines(message)), sent_at=message.date,
        edited_at=_edited_at(message),
    )  # fmt: skip


def _may_speak(message: Message) -> bool:
    if message.via_bot is not None:
        return False
    if speaks_for_chat(message) or message.is_automatic_forward:
        return True
    sender = message.from_user
    return sender is not None and not sender.is_bot and message.sender_chat is None


def _author(message: Message) -> int | None:
    if speaks_for_chat(message) or message.is_automatic_forward or message.from_user is None:
        return None
    return message.from_user.id


def _edited_at(message: Message) -> datetime | None:
    return None if message.edit_date is None else datetime.fromtimestamp(message.edit_date, UTC)


def _shown_text(message: Message) -> str:
    """Give text or caption with the addresses behind words after them, and a poll's options."""
    text = message.text or message.caption or ""
    units = text.encode("utf-16-le")
    links = [one for one in _entities(message) if one.type == MessageEntityType.TEXT_LINK]
    for entity in sorted(links, key=lambda one: one.offset, reverse=True):
        if entity.url and entity.url != entity.extract_from(text):
            end = 2 * (entity.offset + entity.length)
            units = units[:end] + f" ({entity.url})".encode("utf-16-le") + units[end:]
    shown = units.decode("utf-16-le", "replace")
    if message.poll is not None:
        options = [f"- {option.text}" for option in message.poll.options]
        shown = "\n".join([shown, message.poll.question, *options]).strip()
    return shown


def _bold_lines(message: Message) -> Iterator[str]:
    text = message.text or message.caption or ""
    for entity in _entities(message):
        if entity.type == MessageEntityType.BOLD:
            yield from (line.strip() for line in entity.extract_from(text).splitlines()
                        if line.strip())  # fmt: skip


def _entities(message: Message) -> Sequence[MessageEntity]:
    return message.entities or message.caption_entities or ()
