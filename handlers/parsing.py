"""Telegram's types to our values, in this one place."""

import re
from typing import Final

from aiogram.enums import ChatType, MessageEntityType
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, User

from services.answering.models import AnswerLength
from services.answering.request_models import NewRequest
from services.dialogue.models import DialogueKey
from services.people.models import Person

_LEFT_BEHIND: Final = re.compile(r"[\s,]+([?!.…]|$)")
"""What stood before a mention that has been cut out: "where is it, @bot?"."""
GROUPS: Final = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


def thread_of(message: Message | InaccessibleMessage | None) -> int:
    """Name the topic of a message; 0 outside topics.

    Outside forums a thread id only says that a message is in a chain of replies.
    """
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id or 0
    return 0


def dialogue_of(message: Message, user_id: int, *, bot_id: int) -> DialogueKey:
    """Name the dialogue of a person at the place of a message."""
    return DialogueKey(
        bot_id=bot_id, chat_id=message.chat.id, thread_id=thread_of(message), user_id=user_id
    )


def group_of(message: Message | InaccessibleMessage | None) -> int | None:
    """Give the id of the group that a message is in; None in a private chat."""
    if message is None or message.chat.type not in GROUPS:
        return None
    return message.chat.id


def new_request(
    message: Message, question: str, person: Person, *, bot_id: int, update_id: int, language: str
) -> NewRequest:
    """Make a request of a question at the place of a message."""
    return NewRequest(
        update_id=update_id,
        dialogue=dialogue_of(message, person.user_id, bot_id=bot_id),
        private=message.chat.type == ChatType.PRIVATE,
        question_message_id=message.message_id,
        question=question,
        language=language,
        length=AnswerLength(person.length.value),
    )


def is_addressed(message: Message, me: User) -> bool:
    """Tell whether a message speaks to the bot: in private, by mention, or by reply."""
    if message.chat.type not in GROUPS:
        return True
    if _commands_another_bot(message, me):
        return False
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == me.id:
        return True
    return bool(_mentions(message, me))


def own_text_of(message: Message, me: User) -> str:
    """Give what the person wrote, without the mention of the bot."""
    return _without_mentions(message, me)


def question_of(message: Message, me: User) -> str:
    """Give the question without the mention of the bot.

    A bare mention in reply to somebody's message asks what that message asks.
    """
    own = _without_mentions(message, me)
    if own or message.chat.type not in GROUPS or message.reply_to_message is None:
        return own
    return _without_mentions(message.reply_to_message, me)


def tapped_message(callback: CallbackQuery) -> Message | None:
    """Give the message under whose button was pressed, if Telegram still shows it to bots."""
    return callback.message if isinstance(callback.message, Message) else None


def _commands_another_bot(message: Message, me: User) -> bool:
    """Tell whether it is a command like ``/ban@other_bot``, whatever it replies to."""
    first, *_ = _text(message).split(maxsplit=1) or [""]
    name = first.partition("@")[2] if first.startswith("/") else ""
    return bool(name) and name.casefold() != (me.username or "").casefold()


def _without_mentions(message: Message, me: User) -> str:
    units = _text(message).encode("utf-16-le")
    for offset, length in sorted(_mentions(message, me), reverse=True):
        units = units[: offset * 2] + units[(offset + length) * 2 :]
    text = units.decode("utf-16-le", "replace")
    if not _mentions(message, me):
        return text.strip()
    return _LEFT_BEHIND.sub(r"\1", text).strip(" \t\n,:;—–-")


def _mentions(message: Message, me: User) -> list[tuple[int, int]]:
    """Find the places, in UTF-16 units, where the bot is mentioned."""
    text = _text(message)
    found: list[tuple[int, int]] = []
    for entity in message.entities or message.caption_entities or ():
        if entity.type == MessageEntityType.MENTION:
            name = entity.extract_from(text).removeprefix("@")
            mentioned = name.casefold() == (me.username or "").casefold()
        else:
            mentioned = entity.user is not None and entity.user.id == me.id
        if mentioned:
            found.append((entity.offset, entity.length))
    return found


def _text(message: Message) -> str:
    return message.text or message.caption or ""
