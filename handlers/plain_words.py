"""Commands without a slash: each handler of a command may be registered for its words as well."""

from aiogram import Bot
from aiogram.filters import Filter
from aiogram.types import Message

from handlers.parsing import is_addressed, own_text_of
from services.answering.commands import CommandKind, PlainCommand, recognise


class Says(Filter):
    """A message to the bot that is a command in plain words; gives it as ``plain_command``."""

    def __init__(self, *kinds: CommandKind) -> None:
        """Let through these kinds."""
        self._kinds = frozenset(kinds)

    async def __call__(self, message: Message, bot: Bot) -> bool | dict[str, PlainCommand]:
        """Tell it by the person's own words; those of a replied message are another's."""
        me = await bot.me()
        if not is_addressed(message, me):
            return False
        command = recognise(own_text_of(message, me))
        if command is None or command.kind not in self._kinds:
            return False
        return {"plain_command": command}
