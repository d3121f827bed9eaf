"""Refusals that take a longer scene, and those whose exact words have no source."""

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)

from playground.server import Running
from playground.users import Person, Playground


def button(text: str, data: str) -> InlineKeyboardMarkup:
    made = InlineKeyboardButton(text=text, callback_data=data)
    return InlineKeyboardMarkup(inline_keyboard=[[made]])


async def test_a_bot_speaks_only_to_people_who_want_it(
    bot: Bot, alice: Person, town: Playground
) -> None:
    await alice.blocks()
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(alice.id, "x")
    await alice.unblocks()
    await bot.send_message(alice.id, "x")
    changes = [one.my_chat_member for one in await bot.get_updates() if one.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]
    dave = await town.new_person("Dave")
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation with a user"):
        await bot.send_message(dave.id, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.get_chat(dave.id)
    await dave.starts()
    await bot.send_message(dave.id, "x")


async def test_a_query_is_answered_once(bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "own", reply_markup=button("a", "b"))
    query = (await alice.taps("a"))["query_id"]
    assert await bot.answer_callback_query(query, "x")
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query)


async def test_a_draft_and_a_result_need_numbers(bot: Bot, alice: Person) -> None:
    with pytest.raises(TelegramBadRequest):
        await bot.send_message_draft(alice.id, 0, text="x")
    await bot.send_message_draft(alice.id, 1, text="x")
    content = InputTextMessageContent(message_text="soup")
    article = InlineQueryResultArticle(id="", title="Soup", input_message_content=content)
    query = await alice.types("@helper_bot", "soup")
    with pytest.raises(TelegramBadRequest):
        await bot.answer_inline_query(query, [article])
    await bot.answer_inline_query(query, [article.model_copy(update={"id": "1"})])


async def test_wrong_tokens_and_unknown_methods(server: Running, bot: Bot) -> None:
    stranger = Bot("1:x", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
        await stranger.get_me()
    async with httpx.AsyncClient(base_url=server.base, trust_env=False) as client:
        unknown = (await client.get(f"/bot{server.token}/makeTea")).json()
        assert unknown == {"ok": False, "error_code": 404, "description": "Not Found"}
        broken = await client.post(
            f"/bot{server.token}/sendMessage",
            content="{",
            headers={"Content-Type": "application/json"},
        )
        assert broken.status_code == 400
        by_query = await client.get(
            f"/bot{server.token}/SENDMESSAGE",
            params={"chat_id": server.seed.users["bob"], "text": "x"},
        )
        assert by_query.json()["result"]["text"] == "x"
    with pytest.raises(TelegramAPIError, match="getMyStarBalance is not emulated"):
        await bot.get_my_star_balance()
