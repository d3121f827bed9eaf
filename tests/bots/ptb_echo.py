"""The same echo bot as a python-telegram-bot developer writes it."""

import os

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

Context = ContextTypes.DEFAULT_TYPE


def counted(count: int) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(f"Taps: {count}", callback_data=f"count {count}")
    return InlineKeyboardMarkup([[button]])


async def start(update: Update, context: Context) -> None:
    assert update.message
    await update.message.reply_html("Welcome! <b>Tap</b> below.", reply_markup=counted(0))


async def photo(update: Update, context: Context) -> None:
    assert update.message
    found = update.message.photo[-1]
    await update.message.reply_photo(found.file_id, caption="by id")
    content = await (await found.get_file()).download_as_bytearray()
    await update.message.reply_photo(bytes(content), caption="uploaded", reply_markup=counted(0))


async def voice(update: Update, context: Context) -> None:
    assert update.message
    assert update.message.voice
    found = update.message.voice
    await update.message.reply_voice(found.file_id, caption="by id")
    content = await (await found.get_file()).download_as_bytearray()
    await update.message.reply_voice(bytes(content), caption="uploaded", reply_markup=counted(0))


async def echo(update: Update, context: Context) -> None:
    assert update.message
    await update.message.reply_text(f"You said: {update.message.text}", do_quote=True)


async def tapped(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query
    count = int((query.data or "count 0").split()[1]) + 1
    await query.answer(f"Counted {count}")
    await query.edit_message_text(f"{count} taps", reply_markup=counted(count))


def main() -> None:
    base = os.environ["TELEGRAM_API"]
    builder = Application.builder().token(os.environ["BOT_TOKEN"])
    application = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.PHOTO, photo))
    application.add_handler(MessageHandler(filters.VOICE, voice))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.add_handler(CallbackQueryHandler(tapped))
    application.run_polling()


if __name__ == "__main__":
    main()
