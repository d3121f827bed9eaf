"""An echo bot as an aiogram developer writes it; nothing in it knows the playground but the URL."""

import asyncio
import os

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

router = Router()


def counted(count: int) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=f"Taps: {count}", callback_data=f"count {count}")
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


async def fetched(bot: Bot, file_id: str, name: str) -> BufferedInputFile:
    content = await bot.download(file_id)
    assert content is not None
    return BufferedInputFile(content.read(), name)


@router.message(CommandStart())
async def start(message: Message) -> None:
    await message.answer("Welcome! <b>Tap</b> below.", parse_mode="HTML", reply_markup=counted(0))


@router.message(F.photo)
async def photo(message: Message, bot: Bot) -> None:
    assert message.photo
    file_id = message.photo[-1].file_id
    await message.answer_photo(file_id, caption="by id")
    await message.answer_photo(
        await fetched(bot, file_id, "photo.png"), caption="uploaded", reply_markup=counted(0)
    )


@router.message(F.voice)
async def voice(message: Message, bot: Bot) -> None:
    assert message.voice
    file_id = message.voice.file_id
    await message.answer_voice(file_id, caption="by id")
    await message.answer_voice(
        await fetched(bot, file_id, "voice.ogg"), caption="uploaded", reply_markup=counted(0)
    )


@router.message(F.text)
async def echo(message: Message) -> None:
    await message.reply(f"You said: {message.text}")


@router.callback_query()
async def tapped(query: CallbackQuery) -> None:
    count = int((query.data or "count 0").split()[1]) + 1
    await query.answer(f"Counted {count}")
    if isinstance(query.message, Message):
        await query.message.edit_text(f"{count} taps", reply_markup=counted(count))


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API"]))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    await dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session))


if __name__ == "__main__":
    asyncio.run(main())
