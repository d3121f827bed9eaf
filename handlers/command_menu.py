from collections.abc import Iterable
from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    BotCommandScopeUnion,
)

from handlers.i18n import Catalogue, Texts
from handlers.refusals import is_chat_missing

_EVERYWHERE: Final = ("start", "help", "settings")
_PRIVATE: Final = (
    *_EVERYWHERE,
    "cancel",
    "new",
    "chats",
    "reset",
    "memory",
    "sources",
    "quiz",
    "detox",
    "privacy",
    "mydata",
    "forget",
)
_ADMIN: Final = (*_PRIVATE, "access", "report")
_GROUP: Final = ("help", "quiz", "detox", "cancel", "reset", "privacy")
_GROUP_ADMIN: Final = (*_GROUP, "moderation")


async def publish_commands(bot: Bot, catalogue: Catalogue, admin_ids: Iterable[int]) -> None:
    """Tell Telegram which commands to offer where, in every language.

    Args:
        bot: Whose commands they are.
        catalogue: Texts in all languages; the default language is the one without a code.
        admin_ids: People whose private chat offers ``/access`` and ``/report``, too.
    """
    scopes: list[tuple[BotCommandScopeUnion, tuple[str, ...]]] = [
        (BotCommandScopeDefault(), _EVERYWHERE),
        (BotCommandScopeAllPrivateChats(), _PRIVATE),
        (BotCommandScopeAllGroupChats(), _GROUP),
        (BotCommandScopeAllChatAdministrators(), _GROUP_ADMIN),
    ]
    for scope, names in scopes:
        await _publish(bot, catalogue, scope, names)
    for user_id in admin_ids:
        await publish_admin_commands(bot, catalogue, user_id)


async def publish_admin_commands(bot: Bot, catalogue: Catalogue, user_id: int) -> None:
    """Offer ``/access`` and ``/report`` in an admin's private chat, once that chat exists."""
    try:
        await _publish(bot, catalogue, BotCommandScopeChat(chat_id=user_id), _ADMIN)
    except TelegramBadRequest as error:
        if not is_chat_missing(error):
            raise


async def _publish(
    bot: Bot, catalogue: Catalogue, scope: BotCommandScopeUnion, names: tuple[str, ...]
) -> None:
    await bot.set_my_commands(_commands(catalogue.texts(), names), scope=scope)
    for language in catalogue.languages:
        commands = _commands(catalogue.texts(language), names)
        await bot.set_my_commands(commands, scope=scope, language_code=language)


def _commands(texts: Texts, names: tuple[str, ...]) -> list[BotCommand]:
    return [BotCommand(command=name, description=texts.plain(f"command-{name}")) for name in names]
