from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery

from handlers.refusals import is_tap_expired


async def toast(callback: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """End the spinner of a pressed button, with a line for the person or without.

    Telegram takes that for some seconds and once. A tap that waited for a restart, or runs again
    after a crash, is too old for it; what it asks for is done all the same.
    """
    try:
        await callback.answer(text, show_alert=alert)
    except TelegramBadRequest as error:
        if not is_tap_expired(error):
            raise
