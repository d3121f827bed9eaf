"""Menus and profiles."""

from collections.abc import Awaitable, Callable

from aiogram.types import (
    BotCommand,
    BotCommandScopeChatAdministrators,
)

from tests.integration.playground.refusals.case import Case, Scene

COMMAND = "https://github.com/tdlib/td/blob/master/td/telegram/BotCommand.cpp"
SCOPE = "https://github.com/tdlib/td/blob/master/td/telegram/BotCommandScope.cpp"
SERVER = "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp"
LANGUAGE = "https://github.com/tdlib/td/blob/master/td/telegram/misc.cpp"
SETTING = "https://core.telegram.org/method/bots.setBotCommands#possible-errors"


def command(name: str, text: str = "x") -> Callable[[Scene], Awaitable[object]]:
    return lambda s: s.bot.set_my_commands([BotCommand(command=name, description=text)])


CASES = [
    Case("command must be non-empty", command(" "), COMMAND),
    Case("command length must not exceed 32", command("x" * 33), COMMAND),
    Case("command description must be non-empty", command("x", " "), COMMAND),
    Case("command description length must not exceed 256", command("x", "y" * 257), COMMAND),
    Case("BOT_COMMAND_INVALID", command("Start"), SETTING),
    Case(
        "invalid language code specified",
        lambda s: s.bot.set_my_commands([], language_code="rus"), LANGUAGE,
    ),
    Case(
        "can't use specified scope in private chats",
        lambda s: s.bot.get_my_commands(BotCommandScopeChatAdministrators(chat_id=s.alice.id)),
        SCOPE,
    ),
    Case(
        "invalid language code specified",
        lambda s: s.bot.set_my_name("x", language_code="E"), LANGUAGE,
    ),
    Case("user not found", lambda s: s.bot.get_chat_menu_button(99), SERVER),
]  # fmt: skip
