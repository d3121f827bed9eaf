from aiogram.types import CallbackQuery, Message, TelegramObject

from handlers.i18n import Texts
from handlers.toasts import toast


async def tell_throttled(event: TelegramObject, texts: Texts) -> None:
    """Say kindly that somebody asks faster than they can be answered."""
    if isinstance(event, CallbackQuery):
        await toast(event, texts.plain("throttle-notice"), alert=True)
    elif isinstance(event, Message):
        await event.reply(texts("throttle-notice"))
