"""Buttons and their answers."""

from aiogram import methods
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.integration.playground.probe.frame import Probe

TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])


async def probe(p: Probe) -> None:
    await p(methods.SendMessage(chat_id=p.alice.id, text="text", reply_markup=TAP))
    await p.alice.taps("tap")
    [update] = await p.hears()
    assert update.callback_query is not None
    query = update.callback_query.id
    await p(methods.AnswerCallbackQuery(callback_query_id=query, text="t", show_alert=True))
