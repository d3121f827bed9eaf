"""Panels: messages with buttons that are edited in place."""

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from handlers.parsing import tapped_message
from handlers.refusals import is_gone, is_not_modified
from handlers.toasts import toast


async def redraw(callback: CallbackQuery, html: str, keyboard: InlineKeyboardMarkup | None) -> None:
    """Show a new page in the panel whose button was pressed, and end the button's spinner."""
    await toast(callback)
    message = tapped_message(callback)
    if message is None:
        return
    try:
        await message.edit_text(html, reply_markup=keyboard)
    except TelegramBadRequest as error:
        if not (is_not_modified(error) or is_gone(error)):
            raise


async def close_panel(callback: CallbackQuery, html: str) -> None:
    """Leave one sentence in place of the panel."""
    await redraw(callback, html, None)
