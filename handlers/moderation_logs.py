"""Where the cases of a chat are written: chosen by ``/moderation log @channel``."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound

from handlers.i18n import Markup, Texts
from handlers.sources_rights import is_chat_admin
from services.people.models import Person


async def chosen_log(
    bot: Bot, words: str, texts: Texts, person: Person | None
) -> tuple[int | None, Markup]:
    """Find the chat that somebody names as the log, and try whether it can be written to.

    Args:
        bot: Must be allowed to write there.
        words: What follows ``/moderation``.
        texts: Of the person.
        person: Must look after that chat as well; None cannot.

    Returns:
        The chat's id, None if it cannot be used; and what to answer.
    """
    verb, _, where = words.strip().partition(" ")
    where = where.strip()
    if verb.lower() not in {"log", "лог", "журнал"} or not where:
        return None, texts("moderation-log-how")
    try:
        chat = await bot.get_chat(int(where) if where.lstrip("-").isdigit() else where)
        if person is None or not await is_chat_admin(bot, chat.id, person.user_id):
            return None, texts("moderation-log-not-yours")
        await bot.send_message(chat.id, texts("moderation-log-begins"))
    except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound):
        return None, texts("moderation-log-unreachable")
    return chat.id, texts("moderation-log-chosen", title=chat.title or "")
