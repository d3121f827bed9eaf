"""``/detox``: the same, politely."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.filters import FromPerson
from handlers.i18n import Texts
from handlers.rewrites import LONGEST, TelegramRewrites


def build_router() -> Router:
    """Take the command, with a text or in reply to a message."""
    router = Router(name="detox")
    router.message.register(_detox, FromPerson(), Command("detox"), flags={"asks": True})
    return router


async def _detox(
    message: Message, *, command: CommandObject, texts: Texts, rewrites: TelegramRewrites
) -> None:
    replied = message.reply_to_message
    text = (command.args or "").strip()
    if not text and replied is not None:
        text = (replied.text or replied.caption or "").strip()
    if not text:
        await message.reply(texts("detox-how"))
    elif len(text) > LONGEST:
        await message.reply(texts("detox-long", most=LONGEST))
    else:
        rewrites.answer(message, text, texts)
