"""A plain aiogram bot that counts taps; address and token are its arguments."""

import logging
import sys

import uvloop
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

BUTTON = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Tap", callback_data="tap")]]
)


class Counter:
    """Answers every tap and shows how many there were."""

    def __init__(self) -> None:
        self.taps: dict[int, int] = {}

    def router(self) -> Router:
        """Give its handlers."""
        router = Router()
        router.message.register(self.start, CommandStart())
        router.callback_query.register(self.tapped)
        return router

    async def start(self, message: Message) -> None:
        """Show the button."""
        await message.answer("Taps: 0", reply_markup=BUTTON)

    async def tapped(self, query: CallbackQuery) -> None:
        """Count; every text is new, so that no edit is refused as unchanged."""
        count = self.taps.get(query.from_user.id, 0) + 1
        self.taps[query.from_user.id] = count
        await query.answer()
        if isinstance(query.message, Message):
            await query.message.edit_text(f"Taps: {count}", reply_markup=BUTTON)


async def poll(base: str, token: str) -> None:
    """Poll until SIGTERM."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(base))
    logging.getLogger("aiogram").setLevel(logging.CRITICAL)  # what it loses, the load counts
    dispatcher = Dispatcher()
    dispatcher.include_router(Counter().router())
    await dispatcher.start_polling(Bot(token, session=session))


if __name__ == "__main__":
    uvloop.run(poll(*sys.argv[1:]))
