"""What happens in an open conversation while one looks at it."""

import re
from collections.abc import AsyncIterator

import pytest_asyncio
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputRichMessage
from aiohttp import ClientSession
from playwright.async_api import expect

from playground.server import Running
from tests.browser.bots import picture, quiet_bot
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person

NARROW = 400
FLASH = re.compile(r"\bflash\b")


@pytest_asyncio.fixture(loop_scope="session")
async def bot(town: Running) -> AsyncIterator[Bot]:
    async with quiet_bot(town) as found:
        yield found


async def _begun(town: Running, page_of: PageOf) -> Person:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.says("/start")
    await alice.sees("/start")
    return alice


async def test_a_rich_draft_is_an_article_that_grows(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    chat = town.seed.users["alice"]
    start = "<h2>Tea</h2><p>Water first.</p>"
    for html in (start, f"{start}<tg-thinking>Looking for leaves</tg-thinking>"):
        await bot.send_rich_message_draft(
            chat, draft_id=1, rich_message=InputRichMessage(html=html), can_stop=True
        )
    await expect(alice.draft.get_by_role("heading", name="Tea")).to_be_visible()
    await expect(alice.draft).to_contain_text("Looking for leaves")
    await keep_picture(alice.page, "rich-draft")
    await alice.draft.get_by_role("button", name="Stop").click()
    updates = await bot.get_updates(allowed_updates=["stopped_message_generation"], timeout=5)
    assert any(one.stopped_message_generation for one in updates)


async def test_a_group_sees_who_types(town: Running, page_of: PageOf, bot: Bot) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.opens("Club")
    await bot.send_chat_action(town.seed.groups["club"], "record_voice")
    await expect(alice.column.locator(".head-status")).to_have_text(
        "Helper: recording a voice message"
    )


async def test_what_happened_in_a_group_is_told(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"], height=900)
    alice = Person(page, "Alice")
    await alice.opens("Club")
    club, users = town.seed.groups["club"], town.seed.users
    async with ClientSession(town.base) as http:
        hers = f"/sim/users/{users['alice']}/chats/{club}"
        await http.patch(hers, json={"title": "Tea club"})
        await http.post(f"/sim/users/{users['bob']}/chats/{club}/leave", json={})
        await http.delete(f"{hers}/members/{users['carol']}")
        await http.post(f"{hers}/members", json={"user": users["carol"]})
    await alice.says("Important")
    await alice.opens_menu("Important")
    await page.get_by_role("menuitem", name="Pin").click()
    told = alice.column.locator(".service:not(.day, .unread)")
    await expect(told).to_have_text([
        "Alice named the group “Tea club”", "Bob left the group", "Alice removed Carol",
        "Alice added Carol", "Alice pinned “Important”",
    ])  # fmt: skip
    await told.get_by_role("button", name="Alice pinned").click()
    await expect(alice.message("Important")).to_have_class(FLASH)
    await keep_picture(page, "services")


async def test_a_channel_speaks_in_its_own_name(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    users = town.seed.users
    news = {
        "title": "News", "creator": users["alice"], "members": [users["bob"]],
        "admins": [town.seed.bot_id], "type": "channel",
    }  # fmt: skip
    async with ClientSession(town.base) as http, http.post("/sim/groups", json=news) as answer:
        channel = (await answer.json())["id"]
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("News")
    await bob.opens("News")
    await expect(alice.field).to_have_attribute("placeholder", "Broadcast")
    await alice.says("The first post")
    await bot.send_message(channel, "The second post")
    post = await bob.sees("The first post")
    await expect(post.locator(".sender-name")).to_have_text("News")
    await bob.sees("The second post")
    await expect(bob.column.get_by_text("Only admins post in this channel.")).to_be_visible()
    await keep_picture(page, "channel")


async def test_a_link_of_a_message_leads_to_it(town: Running, page_of: PageOf, bot: Bot) -> None:
    alice = await _begun(town, page_of)
    club = town.seed.groups["club"]
    target = await bot.send_message(club, "The recipe")
    number = str(club).removeprefix("-100")
    link = f"https://t.me/c/{number}/{target.message_id}"
    await bot.send_message(
        town.seed.users["alice"], "Look here",
        reply_markup=InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="Recipe", url=link)]]
        ),
    )  # fmt: skip
    await alice.taps("Recipe")
    await expect(alice.column.locator(".head-title")).to_have_text("Club")
    await expect(alice.message("The recipe")).to_have_class(FLASH)


async def test_unsent_words_wait_for_their_writer(town: Running, page_of: PageOf) -> None:
    alice = await _begun(town, page_of)
    await alice.field.fill("To be continued")
    await alice.opens("Club")
    await expect(alice.field).to_have_value("")
    await alice.page.reload()
    await alice.opens("Helper")
    await expect(alice.field).to_have_value("To be continued")


async def test_a_narrow_window_holds_every_kind(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"], width=NARROW, scheme="dark")
    alice = Person(page, "Alice")
    await alice.says("/start")
    await alice.sees("/start")
    chat = town.seed.users["alice"]
    await bot.send_photo(chat, picture(1200, 500), caption="wide " * 30)
    await bot.send_poll(chat, "Why " * 40, ["because " * 10, "no"])
    await bot.send_venue(chat, 54.2, 37.6, "museum" * 20, "street" * 30)
    table = "<table><tr>" + "<td>long words here</td>" * 12 + "</tr></table>"
    await bot.send_rich_message(chat, InputRichMessage(html=f"<h1>{'Tea' * 40}</h1>{table}"))
    await bot.send_dice(chat, emoji="🎰")
    await bot.send_message(chat, "the end")
    await alice.sees("the end")
    await keep_picture(page, "narrow-kinds")
    outside = await page.evaluate(
        "[...document.querySelectorAll('.bubble, .bubble > *, .composer *')]"
        ".filter(part => part.getBoundingClientRect().right > innerWidth + 0.5"
        " || part.getBoundingClientRect().left < 0).map(part => part.className)"
    )
    assert outside == []


async def test_shares_of_a_poll_add_up(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice"])
    shares = await page.evaluate(
        "async () => { const { percents } = await import('/js/poll.js');"
        "return [[1, 1, 1], [0, 0], [2, 1], [5, 3, 3, 1]].map(percents); }"
    )
    assert shares == [[34, 33, 33], [0, 0], [67, 33], [42, 25, 25, 8]]


async def test_the_slot_machine_shows_its_value(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice"])
    found = await page.evaluate(
        "async () => { const { reels } = await import('/js/dice.js');"
        "return [1, 22, 43, 64].map(value => reels(value).join(' ')); }"
    )
    assert found == ["bar bar bar", "🍇 🍇 🍇", "🍋 🍋 🍋", "7 7 7"]


async def _found(town: Running, title: str, kind: str) -> int:
    users = town.seed.users
    body = {"title": title, "creator": users["alice"], "members": [users["bob"]], "type": kind}
    async with ClientSession(town.base) as http, http.post("/sim/groups", json=body) as answer:
        return int((await answer.json())["id"])


async def test_a_group_that_became_a_supergroup_leads_there(town: Running, page_of: PageOf) -> None:
    group = await _found(town, "Kitchen", "group")
    page = await page_of(town.base, people=["bob"])
    bob = Person(page, "Bob")
    await bob.opens("Kitchen")
    path = f"/sim/users/{town.seed.users['alice']}/chats/{group}/migrate"
    async with ClientSession(town.base) as http, http.post(path, json={}) as answer:
        assert answer.status == 200
    await expect(bob.column.locator(".service", has_text="became a supergroup")).to_be_visible()
    await expect(bob.column.locator(".head-title")).to_have_text("Kitchen")
    await bob.says("Still here")
    await bob.sees("Still here")


async def test_one_may_write_in_the_name_of_ones_channel(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    await _found(town, "Tea news", "channel")
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await bob.opens("Club")
    await alice.column.get_by_role("button", name="Write as: Alice").click()
    await page.get_by_role("menuitemradio", name="Tea news").click()
    await expect(alice.column.get_by_role("button", name="Write as: Tea news")).to_be_visible()
    await alice.says("From the editors")
    await expect(alice.message("From the editors")).to_have_class(re.compile(r"\bown\b"))
    told = await bob.sees("From the editors")
    await expect(told.locator(".sender")).to_have_text("Tea newschannel")
    await keep_picture(page, "send-as")


async def test_an_anonymous_admin_sees_their_own_words_as_own(
    town: Running, page_of: PageOf
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    club, user = town.seed.groups["club"], town.seed.users["alice"]
    path = f"{town.base}/sim/users/{user}/chats/{club}/members/{user}"
    await page.request.patch(path, data={"is_anonymous": True})
    await alice.opens("Club")
    await bob.opens("Club")
    await alice.says("Nobody said this")
    await expect(alice.message("Nobody said this")).to_have_class(re.compile(r"\bown\b"))
    told = await bob.sees("Nobody said this")
    await expect(told.locator(".sender")).to_have_text("Clubanonymous admin")
    await page.reload()
    await expect(alice.message("Nobody said this")).to_have_class(re.compile(r"\bown\b"))
    await expect(bob.message("Nobody said this")).not_to_have_class(re.compile(r"\bown\b"))
