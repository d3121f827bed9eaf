from aiogram.types import CallbackQuery, Message, TelegramObject

from handlers.i18n import Texts


async def tell_throttled(event: TelegramObject, texts: Texts) -> None:
    """Say kindly that somebody asks faster than they can be answered."""
    if isinstance(event, CallbackQuery):
        await event.answer(texts.plain("throttle-notice"), show_alert=True)
    elif isinstance(event, Message):
        await event.reply(texts("throttle-notice"))
