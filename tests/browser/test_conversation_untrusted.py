"""What bots and people write stays text in every kind of message."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import (
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputPollOption,
    InputRichMessage,
    KeyboardButton,
    ReplyKeyboardMarkup,
)
from playwright.async_api import Page, expect

from playground.server import Running
from tests.browser.bots import paper, picture, quiet_bot
from tests.browser.conftest import PageOf
from tests.browser.hands import Person

EVIL = "<img src=x onerror=window.hacked=1>"
SAFE = EVIL.replace("<", "&lt;").replace(">", "&gt;")
RICH = (
    f"<h1>{SAFE}</h1><p>{SAFE} <a href='javascript:window.hacked=1'>press</a></p>"
    f"<ul><li>{SAFE}</li></ul><table><tr><td>{SAFE}</td></tr></table>"
    f"<details><summary>{SAFE}</summary><p>{SAFE}</p></details>"
    f"<pre><code class='language-evil'>{SAFE}</code></pre>"
    f"<tg-math-block>{SAFE}</tg-math-block><footer>end</footer>"
)


async def _say_everything(bot: Bot, chat: int) -> None:
    await bot.send_rich_message(chat, InputRichMessage(html=RICH))
    await bot.send_poll(
        chat, EVIL, [InputPollOption(text=EVIL, text_parse_mode=None), InputPollOption(text="no")],
        type="quiz", correct_option_ids=[1], explanation=EVIL, explanation_parse_mode=None,
        question_parse_mode=None,
    )  # fmt: skip
    await bot.send_venue(chat, 1, 1, EVIL, EVIL)
    await bot.send_contact(chat, "+79990001122", EVIL)
    await bot.send_document(chat, paper(name="a'><b onclick=x>.txt"), caption=SAFE)
    await bot.send_photo(chat, picture(), caption=f"{SAFE} picture")
    await bot.send_message(
        chat, SAFE,
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[
            [InlineKeyboardButton(text=EVIL, copy_text=CopyTextButton(text=EVIL))],
            [InlineKeyboardButton(text=EVIL, callback_data="x")],
        ]),
    )  # fmt: skip
    await bot.send_message(
        chat, "keys", reply_markup=ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text=EVIL)]])
    )
    await bot.send_message(
        chat, "the last", reply_markup=ForceReply(input_field_placeholder=EVIL[:64])
    )


async def _harmless(page: Page) -> None:
    column = page.locator(".column")
    await expect(column.locator("a[href^=javascript]")).to_have_count(0)
    await expect(column.locator("img[src=x], script, [onclick], [onerror]")).to_have_count(0)
    assert await page.evaluate("window.hacked") is None


async def test_every_kind_of_message_keeps_its_text(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.says("/start")
    await alice.sees("/start")
    chat = town.seed.users["alice"]
    async with quiet_bot(town) as bot:
        await _say_everything(bot, chat)
        await alice.sees("the last")
        heading = alice.column.get_by_role("heading", name=EVIL)
        await expect(heading).to_be_visible()
        poll = alice.message("Anonymous quiz")
        await poll.get_by_role("button", name=EVIL).click()
        await expect(poll.locator(".poll-why p")).to_have_text(EVIL)
        await _harmless(page)


@pytest.mark.parametrize("change", [{"title": EVIL}, {"description": EVIL}])
async def test_what_is_told_of_a_chat_stays_text(
    town: Running, page_of: PageOf, change: dict[str, Any]
) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.opens("Club")
    club, user = town.seed.groups["club"], town.seed.users["alice"]
    path = f"{town.base}/sim/users/{user}/chats/{club}"
    await page.request.patch(path, data=change)
    await page.request.patch(path, data={"is_forum": True})
    await page.request.post(f"{path}/topics", data={"name": EVIL})
    await expect(alice.column.get_by_role("tab", name=EVIL)).to_be_visible()
    await alice.column.get_by_role("tab", name=EVIL).click()
    await expect(alice.column.locator(".service", has_text=EVIL)).to_be_visible()
    await _harmless(page)
