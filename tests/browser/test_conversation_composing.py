"""What people send besides words, and how they send it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from aiogram import Bot
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultUnion,
    InputMediaPhoto,
    InputTextMessageContent,
    KeyboardButton,
    KeyboardButtonPollType,
    KeyboardButtonRequestUsers,
    MenuButtonWebApp,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from aiohttp import ClientSession
from playwright.async_api import expect

from playground.server import Running
from playground.state.users import Abilities
from tests.browser.bots import picture, quiet_bot
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person


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


async def test_several_pictures_go_as_an_album(
    town: Running, page_of: PageOf, tmp_path: Path, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    paths = [tmp_path / f"{place}.png" for place in range(3)]
    for place, path in enumerate(paths):
        path.write_bytes(picture(300 + 60 * place, 300).data)
    await alice.attaches(*paths)
    await expect(alice.column.get_by_role("checkbox", name="as one album")).to_be_checked()
    await alice.field.fill("My kitchen")
    await keep_picture(alice.page, "album-tray")
    await alice.sends()
    album = await alice.sees("My kitchen")
    await expect(album.get_by_role("group", name="Album: 3 files")).to_be_visible()
    await expect(alice.column.locator(".message.own")).to_have_count(2)


async def test_places_contacts_and_dice_are_in_the_attach_menu(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    page, attach = alice.page, alice.column.get_by_role("button", name="Attach", exact=True)
    await attach.press("Enter")
    await keep_picture(page, "attach-menu")
    await page.get_by_role("menuitem", name="Place").press("Enter")
    dialog = page.get_by_role("dialog", name="Send a place")
    await dialog.get_by_role("button", name="Kyoto").click()
    await dialog.get_by_role("button", name="Send").click()
    await expect(alice.column.get_by_role("img", name="Place at 34.99490")).to_be_visible()

    await attach.click()
    await page.get_by_role("menuitem", name="Contact").click()
    dialog = page.get_by_role("dialog", name="Send a contact")
    await dialog.get_by_label("Telephone").fill("+79991112233")
    await dialog.get_by_role("button", name="Send").click()
    await alice.sees("+79991112233")

    await attach.click()
    await page.get_by_role("menuitem", name="Throw 🎲").click()
    await expect(alice.column.get_by_role("img", name="🎲, thrown: ")).to_be_visible()


async def test_keys_ask_for_what_they_need(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    page = alice.page
    keys = [
        [KeyboardButton(text="My number", request_contact=True),
         KeyboardButton(text="My place", request_location=True)],
        [KeyboardButton(text="A poll", request_poll=KeyboardButtonPollType(type="quiz")),
         KeyboardButton(text="Friends",
                        request_users=KeyboardButtonRequestUsers(request_id=1, max_quantity=2))],
    ]  # fmt: skip
    await bot.send_message(
        town.seed.users["alice"], "Tell me", reply_markup=ReplyKeyboardMarkup(keyboard=keys)
    )
    await alice.taps("My number")
    await keep_picture(page, "share-number")
    await page.get_by_role("dialog").get_by_role("button", name="Share").click()
    await alice.sees("Alice")

    await alice.taps("Friends")
    chooser = page.get_by_role("dialog", name="Friends")
    await chooser.get_by_role("checkbox", name="Bob").check()
    await chooser.get_by_role("checkbox", name="Carol").check()
    await keep_picture(page, "choose-people")
    await chooser.get_by_role("button", name="Choose").click()
    await expect(alice.column.locator(".service", has_text="Alice shared: ")).to_be_visible()

    await alice.taps("My place")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(alice.column.get_by_role("img", name="Place at 54.19610")).to_be_visible()

    await alice.taps("A poll")
    maker = page.get_by_role("dialog", name="New poll")
    await expect(maker.get_by_role("checkbox", name="Quiz")).to_be_disabled()
    await page.keyboard.press("Escape")
    await expect(maker).to_have_count(0)


async def test_a_message_is_forwarded_to_a_chosen_chat(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    await bot.send_message(town.seed.users["alice"], "Tell everybody")
    await alice.sees("Tell everybody")
    await alice.opens_menu("Tell everybody")
    await alice.page.get_by_role("menuitem", name="Forward").click()
    chooser = alice.page.get_by_role("dialog", name="Forward to")
    await keep_picture(alice.page, "forward-to")
    await chooser.get_by_role("button", name="Club").click()
    await expect(alice.toasts).to_have_text("Forwarded to Club")
    await alice.opens("Club")
    await expect(await alice.sees("Tell everybody")).to_contain_text("Forwarded from Helper")


async def test_an_album_is_forwarded_as_one(town: Running, page_of: PageOf, bot: Bot) -> None:
    alice = await _begun(town, page_of)
    pictures = [InputMediaPhoto(media=picture(tone=tone)) for tone in (60, 120, 180)]
    await bot.send_media_group(town.seed.users["alice"], [*pictures])
    await alice.column.locator(".mosaic .tile").nth(1).click(button="right")
    await alice.page.get_by_role("menuitem", name="Forward").click()
    await alice.page.get_by_role("dialog").get_by_role("button", name="Club").click()
    await expect(alice.toasts).to_have_text("Forwarded to Club")
    await alice.opens("Club")
    await expect(alice.column.locator(".conversation .mosaic")).to_have_count(1)
    await expect(alice.column.locator(".conversation .mosaic .tile")).to_have_count(3)


async def test_inline_results_are_chosen_by_keyboard(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    finder = town.town.add_bot("Finder", "finder_bot", Abilities(inline_placeholder="Find"))
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.opens("Club")
    async with quiet_bot(town, finder.token) as bot:
        await alice.field.fill("@finder_bot tea")
        query = None
        while query is None:
            updates = await bot.get_updates(timeout=10)
            query = next((one.inline_query for one in updates if one.inline_query), None)
        assert query.query == "tea"
        results: list[InlineQueryResultUnion] = [
            InlineQueryResultArticle(
                id=str(place), title=f"{name} tea", description=f"Number {place}",
                input_message_content=InputTextMessageContent(message_text=f"I like {name} tea"),
            )
            for place, name in enumerate(("green", "black", "white"))
        ]  # fmt: skip
        await query.answer(results, cache_time=0).as_(bot)
        options = alice.column.get_by_role("option")
        await expect(options).to_have_count(3)
        await expect(options.nth(1)).to_have_accessible_name("black tea. Number 1")
        await page.keyboard.press("ArrowDown")
        await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
        await keep_picture(page, "inline")
        await page.keyboard.press("Enter")
        await expect(await alice.sees("I like black tea")).to_contain_text("via @finder_bot")
    await expect(alice.field).to_have_value("")
    await expect(options).to_have_count(0)


async def test_buttons_that_ask_no_bot(town: Running, page_of: PageOf, bot: Bot) -> None:
    alice = await _begun(town, page_of)
    await alice.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    rows = [
        [InlineKeyboardButton(text="Copy it", copy_text=CopyTextButton(text="42"))],
        [InlineKeyboardButton(text="Find here", switch_inline_query_current_chat="tea")],
        [InlineKeyboardButton(text="Find there", switch_inline_query="sugar")],
    ]
    await bot.send_message(
        town.seed.users["alice"], "Press", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows)
    )
    await alice.taps("Copy it")
    await expect(alice.toasts).to_have_text("Copied")
    assert await alice.page.evaluate("navigator.clipboard.readText()") == "42"
    await alice.taps("Find here")
    await expect(alice.field).to_have_value("@helper_bot tea")
    await alice.field.fill("")
    await alice.taps("Find there")
    await alice.page.get_by_role("dialog").get_by_role("button", name="Club").click()
    await expect(alice.column.locator(".head-title")).to_have_text("Club")
    await expect(alice.field).to_have_value("@helper_bot sugar")


async def test_a_mini_app_sends_its_data_back(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    app = WebAppInfo(url="https://example.org/app")
    await bot.set_chat_menu_button(
        town.seed.users["alice"], MenuButtonWebApp(text="Tea room", web_app=app)
    )
    await bot.send_message(
        town.seed.users["alice"], "Order here",
        reply_markup=ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Order", web_app=app)]]),
    )  # fmt: skip
    await alice.taps("Order")
    dialog = alice.page.get_by_role("dialog", name="Order")
    link = dialog.get_by_role("link", name="Open the app in a new tab")
    assert (await link.get_attribute("href") or "").startswith("https://example.org/app")
    await dialog.get_by_label("What the app sends to the bot").fill('{"cups": 2}')
    await keep_picture(alice.page, "web-app")
    await dialog.get_by_role("button", name="Send the data").click()
    await expect(
        alice.column.locator(".service", has_text="Alice sent data with “Order”")
    ).to_be_visible()
    updates = [one.message for one in await bot.get_updates() if one.message]
    sent = next(one.web_app_data for one in updates if one.web_app_data)
    assert json.loads(sent.data) == {"cups": 2}
    await alice.column.get_by_role("button", name="Tea room").click()
    await expect(alice.page.get_by_role("dialog", name="Tea room")).to_contain_text("initData")


async def test_those_who_may_not_write_are_told_why(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    club = town.seed.groups["club"]
    await alice.opens("Club")
    await bob.opens("Club")
    await alice.says("Hello")
    async with ClientSession(town.base) as http:
        path = f"/sim/users/{town.seed.users['alice']}/chats/{club}"
        await http.patch(path, json={"slow_mode_s": 30})
        await bob.says("Once")
        await expect(bob.column.get_by_role("timer", name="Slow mode")).to_be_visible()
        await bob.field.fill("Twice")
        await expect(bob.column.get_by_role("button", name="Send", exact=True)).to_be_disabled()
        muted = {"status": "restricted", "permissions": {"can_send_messages": False}}
        await http.patch(f"{path}/members/{town.seed.users['bob']}", json=muted)
        await expect(bob.column.get_by_text("You may not write here.")).to_be_visible()
        await http.patch(f"{path}/members/{town.seed.users['bob']}", json={"status": "kicked"})
        await expect(bob.column.get_by_text("You are banned here.")).to_be_visible()
