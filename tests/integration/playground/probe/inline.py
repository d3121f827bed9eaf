"""Inline mode, guests and Mini Apps."""

from aiogram import methods
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from tests.integration.playground.probe.frame import Probe

TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])
ARTICLE = InlineQueryResultArticle(
    id="1",
    title="t",
    input_message_content=InputTextMessageContent(message_text="soup"),
    reply_markup=TAP,
)
WEB = "https://example.org/a.jpg"
PHOTO = InlineQueryResultPhoto(id="2", photo_url=WEB, thumbnail_url=WEB)


async def probe(p: Probe) -> None:
    number = await p.club.types("@helper_bot", "soup")
    button = InlineQueryResultsButton(text="b", start_parameter="x")
    await p(methods.AnswerInlineQuery(
        inline_query_id=number, results=[ARTICLE, PHOTO], button=button, next_offset="2"
    ))  # fmt: skip
    found = await p.club.sees_results(number)
    await p.club.chooses(found, "2")
    sent = await p.club.chooses(found, "1")
    await p.club.taps("tap", on=sent)
    updates = await p.hears()
    inline_id = next(one.callback_query for one in updates if one.callback_query).inline_message_id
    await p(methods.EditMessageText(inline_message_id=inline_id, text="tea"))
    prepared = await p(methods.SavePreparedInlineMessage(user_id=p.alice.id, result=ARTICLE))
    await p.alice.sends_prepared(prepared.id)
    opened = await p.alice.opens_web_app(url=WEB)
    await p(methods.AnswerWebAppQuery(web_app_query_id=opened["query_id"], result=ARTICLE))
    await p.hears()
    await _guest(p)


async def _guest(p: Probe) -> None:
    async with p.second_bot("guest_bot", supports_guest_queries=True) as bot:
        await p.club.says("@guest_bot?")
        [update] = await p.hears(by=bot)
        assert update.guest_message is not None
        query = update.guest_message.guest_query_id or ""
        await p(methods.AnswerGuestQuery(guest_query_id=query, result=ARTICLE), by=bot)
