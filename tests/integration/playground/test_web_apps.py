"""Mini Apps, their data and what comes of them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    MenuButtonWebApp,
    WebAppInfo,
)
from aiogram.utils.web_app import safe_parse_webapp_init_data

from playground.users import InGroup, Person, Playground, Refused

APP = "https://example.org/app?x=1"
TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])


def done(markup: InlineKeyboardMarkup | None = None) -> InlineQueryResultArticle:
    content = InputTextMessageContent(message_text="Ordered: 2 soups")
    return InlineQueryResultArticle(
        id="1", title="t", input_message_content=content, reply_markup=markup
    )


async def test_the_data_is_signed_as_telegram_signs_it(
    bot: Bot, alice: Person, town: Playground
) -> None:
    opened = await alice.opens_web_app(url=APP)
    data = safe_parse_webapp_init_data(town.token, opened["init_data"])
    assert data.user is not None
    assert (data.user.id, data.user.username, data.query_id) == (
        alice.id, "alice", opened["query_id"],
    )  # fmt: skip
    fragment = parse_qs(urlsplit(opened["url"]).fragment)
    assert fragment["tgWebAppData"] == [opened["init_data"]]
    assert opened["url"].startswith(f"{APP}#tgWebAppData=")
    with pytest.raises(ValueError, match="Invalid"):
        safe_parse_webapp_init_data("1:other", opened["init_data"])


async def test_an_app_sends_its_result_in_the_name_of_the_person(bot: Bot, alice: Person) -> None:
    opened = await alice.opens_web_app(url=APP)
    sent = await bot.answer_web_app_query(opened["query_id"], done(TAP))
    assert sent.inline_message_id is not None
    await alice.town.look(0.0)
    ordered = alice.history()[-1]
    assert (ordered.text, ordered.sender_id) == ("Ordered: 2 soups", alice.id)
    assert ordered.message.via_bot is not None
    assert await bot.edit_message_text("Cooking", inline_message_id=sent.inline_message_id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_web_app_query(opened["query_id"], done())


async def test_a_direct_link_tells_the_chat_and_its_parameter(
    alice: Person, club: InGroup, town: Playground
) -> None:
    opened = await club.opens_web_app(url=APP, start_param="room_7", bot="@helper_bot")
    data = safe_parse_webapp_init_data(town.token, opened["init_data"])
    assert (data.start_param, data.chat_type, data.query_id) == ("room_7", "supergroup", None)
    assert data.chat_instance
    assert parse_qs(urlsplit(opened["url"]).query) == {
        "x": ["1"], "tgWebAppStartParam": ["room_7"],
    }  # fmt: skip
    with pytest.raises(Refused, match="start_param"):
        await alice.opens_web_app(url=APP, start_param="no spaces")


async def test_the_menu_button_opens_its_app(bot: Bot, alice: Person) -> None:
    with pytest.raises(Refused, match="no Mini App"):
        await alice.opens_web_app()
    await bot.set_chat_menu_button(
        menu_button=MenuButtonWebApp(text="Shop", web_app=WebAppInfo(url=APP))
    )
    assert (await alice.opens_web_app())["url"].startswith(APP)
    with pytest.raises(Refused, match="no address"):
        await alice.opens_web_app(url="javascript:alert(1)")
