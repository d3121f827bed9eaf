"""Who may change the sources of a group or channel: its administrators and the bot's."""

from aiogram import Bot
from aiogram.enums import ChatMemberStatus
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import Message

from handlers.refusals import telegram_unavailable
from services.people.models import Person, Role

_ADMINS = frozenset({ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR})


async def is_admin(bot: Bot, chat_id: int, person: Person) -> bool:
    """Tell whether a person looks after a chat.

    Raises:
        UnavailableError: Telegram does not answer.
    """
    if person.role in {Role.ADMIN, Role.OWNER}:
        return True
    return await is_chat_admin(bot, chat_id, person.user_id)


async def is_chat_admin(bot: Bot, chat_id: int, user_id: int) -> bool:
    """Tell whether a person administers a chat; False when the bot cannot see it.

    Raises:
        UnavailableError: Telegram does not answer.
    """
    try:
        with telegram_unavailable():
            member = await bot.get_chat_member(chat_id, user_id)
    except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound):
        return False
    return member.status in _ADMINS


def speaks_for_chat(message: Message) -> bool:
    """Tell whether a message is in the chat's own name: a post, or an anonymous administrator."""
    return message.sender_chat is not None and message.sender_chat.id == message.chat.id
