"""Messages of groups to what the moderator judges."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from aiogram.enums import ContentType, MessageEntityType
from aiogram.types import Message, MessageEntity

from handlers.parsing import thread_of
from services.moderation.messages import Author, GroupMessage

_NOT_SAID: Final = frozenset(
    {
        ContentType.NEW_CHAT_MEMBERS, ContentType.LEFT_CHAT_MEMBER, ContentType.PINNED_MESSAGE,
        ContentType.NEW_CHAT_TITLE, ContentType.NEW_CHAT_PHOTO, ContentType.DELETE_CHAT_PHOTO,
        ContentType.MIGRATE_TO_CHAT_ID, ContentType.MIGRATE_FROM_CHAT_ID,
        ContentType.GROUP_CHAT_CREATED, ContentType.SUPERGROUP_CHAT_CREATED,
        ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED, ContentType.FORUM_TOPIC_CREATED,
        ContentType.FORUM_TOPIC_CLOSED, ContentType.FORUM_TOPIC_REOPENED,
        ContentType.FORUM_TOPIC_EDITED, ContentType.VIDEO_CHAT_STARTED,
        ContentType.VIDEO_CHAT_ENDED, ContentType.VIDEO_CHAT_PARTICIPANTS_INVITED,
    }
)  # fmt: skip
"""Telegram's own notes: nobody wrote them."""
_MEDIA: Final = (
    "photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker",
)  # fmt: skip


def group_message(message: Message) -> GroupMessage | None:
    """Give what can be judged of a message; None: nobody has said anything."""
    if message.content_type in _NOT_SAID:
        return None
    author = _author(message)
    sender = message.from_user
    if author in {Author.PERSON, Author.BOT}:
        if sender is None:
            return None
        author_id, name = sender.id, sender.full_name
    elif message.sender_chat is not None:
        author_id, name = message.sender_chat.id, message.sender_chat.title or ""
    else:
        return None
    return GroupMessage(
        chat_id=message.chat.id, message_id=message.message_id, thread_id=thread_of(message),
        author=author, author_id=author_id, name=name, parts=tuple(_parts(message)),
        sent_at=message.date, links=tuple(_links(message)),
        mentions=sum(entity.type in _NAMES for entity in _entities(message)),
        is_forward=message.forward_origin is not None or message.external_reply is not None,
        is_contact=message.contact is not None, is_story=message.story is not None,
        media=next((kind for kind in _MEDIA if getattr(message, kind) is not None), None),
        edited_at=_edited_at(message), album=message.media_group_id,
        language=None if sender is None else sender.language_code,
    )  # fmt: skip


_NAMES: Final = frozenset({MessageEntityType.MENTION, MessageEntityType.TEXT_MENTION})


def _author(message: Message) -> Author:
    if message.is_automatic_forward:
        return Author.LINKED_CHANNEL
    if message.sender_chat is not None:
        anonymous = message.sender_chat.id == message.chat.id
        return Author.ANONYMOUS_ADMIN if anonymous else Author.OTHER_CHANNEL
    is_bot = message.from_user is not None and message.from_user.is_bot
    return Author.BOT if is_bot else Author.PERSON


def _parts(message: Message) -> Iterator[str]:
    """Give all that people read in a message, its text or caption first."""
    yield message.text or message.caption or ""
    if message.poll is not None:
        yield message.poll.question
        yield from (option.text for option in message.poll.options)
    named = (message.document, message.audio, message.video, message.animation)
    yield from (media.file_name for media in named if media is not None and media.file_name)
    if message.contact is not None:
        yield " ".join(filter(None, (message.contact.first_name, message.contact.last_name)))
    if message.quote is not None:
        yield message.quote.text


def _links(message: Message) -> Iterator[str]:
    text = message.text or message.caption or ""
    for entity in _entities(message):
        if entity.type == MessageEntityType.URL:
            yield entity.extract_from(text)
        elif entity.type == MessageEntityType.TEXT_LINK and entity.url:
            yield entity.url
    if message.reply_markup is not None:
        for row in message.reply_markup.inline_keyboard:
            yield from (button.url for button in row if button.url)


def _entities(message: Message) -> list[MessageEntity]:
    return list(message.entities or message.caption_entities or ())


def _edited_at(message: Message) -> datetime | None:
    return None if message.edit_date is None else datetime.fromtimestamp(message.edit_date, UTC)
