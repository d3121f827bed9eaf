"""Polls."""

from aiogram import methods
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.integration.playground.probe.frame import Probe

TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])


async def probe(p: Probe) -> None:
    sent = await p(
        methods.SendPoll(
            chat_id=p.alice.id, question="2 + 2?", options=["4", "5"], type="quiz",
            correct_option_ids=[0], explanation="count", is_anonymous=False, open_period=600,
            description="*easy*", description_parse_mode="MarkdownV2", reply_markup=TAP,
        )
    )  # fmt: skip
    await p.alice.votes(await p.alice.sees_poll(), "4")
    answered = await p.hears()
    assert {update.event_type for update in answered} == {"poll", "poll_answer"}
    await p(methods.StopPoll(chat_id=p.alice.id, message_id=sent.message_id))
    await p.hears()
    await p.club.asks_poll("Tea?", ["Yes", "No"])
    [asked] = await p.hears()
    assert asked.message is not None
    assert asked.message.poll is not None
