from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from playground.server import Running
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.echo import ANSWER, EchoBot, echo_bot
from tests.browser.hands import Person


@pytest_asyncio.fixture(loop_scope="session")
async def echo(town: Running) -> AsyncIterator[EchoBot]:
    async with echo_bot(town) as bot:
        yield bot


async def test_buttons_spin_until_answered_and_then_tell(
    town: Running, page_of: PageOf, echo: EchoBot, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.says("/start")
    await alice.sees("Welcome!")

    await alice.taps("Like")
    await expect(alice.key("Like").get_by_label("Waiting for the answer")).to_be_visible()
    echo.may_answer.set()
    await expect(alice.toasts).to_have_text("Thank you!")
    await expect(alice.key("Like").get_by_label("Waiting for the answer")).to_have_count(0)
    await keep_picture(page, "toast")

    await alice.taps("Warn")
    alert = alice.column.get_by_role("alertdialog", name="Read this first")
    await expect(alert.get_by_role("button", name="OK")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(alert).to_have_count(0)

    await alice.taps("Count: 0")
    await expect(alice.key("Count: 1")).to_be_visible()


async def test_a_reload_keeps_the_conversation(
    town: Running, page_of: PageOf, echo: EchoBot
) -> None:
    page = await page_of(town.base, people=["alice", "bob"])
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.says("The first cup")
    await alice.sees("You said: The first cup")
    await bob.opens("Club")
    await page.reload()
    await alice.sees("The first cup")
    await alice.sees("You said: The first cup")
    await expect(bob.column.get_by_role("heading", name="Bob")).to_be_visible()
    await expect(bob.column.locator(".head-title")).to_have_text("Club")


async def test_a_draft_grows_and_becomes_the_answer(
    town: Running, page_of: PageOf, echo: EchoBot, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.says("story")
    half = ANSWER.split()[len(ANSWER.split()) // 2 - 1]
    await expect(alice.draft).to_contain_text(half)
    await expect(alice.draft).not_to_contain_text("make the tea")
    await keep_picture(page, "draft")
    echo.may_finish.set()
    await alice.sees(ANSWER)
    await expect(alice.draft).to_have_count(0)
    await expect(alice.column.locator(".message.theirs")).to_have_count(1)


async def test_what_the_bot_does_is_shown_for_its_time(
    town: Running, page_of: PageOf, echo: EchoBot
) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.says("busy")
    status = alice.column.locator(".head-status")
    await expect(status).to_contain_text("sending a voice message")
    row = alice.column.locator(".chat-row", has_text="Helper").locator(".row-line")
    await expect(row).to_have_text("sending a voice message")
    await expect(status).to_have_text("@helper_bot · bot", timeout=10_000)
    await expect(row).to_have_text("You: busy", timeout=10_000)


async def test_stop_reaches_the_bot(town: Running, page_of: PageOf, echo: EchoBot) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.says("story")
    await alice.draft.get_by_role("button", name="Stop").click()
    await alice.sees("Stopped halfway.")
    await expect(alice.draft).to_have_count(0)
    assert echo.stopped.is_set()


async def test_the_keyboard_alone_is_enough(
    town: Running, page_of: PageOf, echo: EchoBot, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.field.focus()
    await page.keyboard.type("/he")
    await expect(alice.column.get_by_role("option")).to_have_text("/helpWhat I can do")
    await keep_picture(page, "commands")
    await page.keyboard.press("Enter")
    await alice.sees("You said: /help")

    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")
    await alice.sees("You said: one\ntwo")

    await page.keyboard.press("ArrowUp")
    await expect(alice.field).to_have_value("one\ntwo")
    await page.keyboard.press("End")
    await page.keyboard.type(" and a half")
    await page.keyboard.press("Enter")
    await expect(alice.message("two and a half")).to_contain_text("edited")

    await alice.column.locator(".message[tabindex='0']").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menu")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(alice.column.locator(".message[tabindex='0']")).to_be_focused()


async def test_a_link_to_the_bot_opens_its_chat(
    town: Running, page_of: PageOf, echo: EchoBot
) -> None:
    page = await page_of(town.base, people=["carol"])
    carol = Person(page, "Carol")
    await carol.opens("Club")
    link = f"https://t.me/{town.seed.bot_username}?start=invitation"
    await echo.bot.send_message(town.seed.groups["club"], f'<a href="{link}">come in</a>')
    await (await carol.sees("come in")).get_by_role("link").click()
    await carol.sees("Welcome!")
    await carol.sees("/start invitation")


async def test_a_reply_keyboard_is_pressed_once(
    town: Running, page_of: PageOf, echo: EchoBot, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["bob"])
    bob = Person(page, "Bob")
    await bob.says("choose")
    await expect(bob.field).to_have_attribute("placeholder", "Tea or coffee?")
    await keep_picture(page, "reply-keyboard")
    await bob.taps("Tea")
    await bob.sees("You said: Tea")
    await expect(bob.key("Coffee")).to_have_count(0)


async def test_reading_earlier_messages_is_not_disturbed(
    town: Running, page_of: PageOf, echo: EchoBot
) -> None:
    page = await page_of(town.base, people=["alice"], height=500)
    alice = Person(page, "Alice")
    for number in range(12):
        await alice.says(f"line {number}")
        await alice.sees(f"You said: line {number}")
    scroll = alice.column.locator(".scroll")
    await scroll.evaluate("view => { view.scrollTop = 40 }")
    to_end = alice.column.get_by_role("button", name="To the newest message")
    await expect(to_end).to_be_visible()
    await echo.bot.send_message(town.seed.users["alice"], "news from below")
    await expect(to_end).to_contain_text("1")
    assert await scroll.evaluate("view => view.scrollTop") == 40
    await to_end.click()
    await expect(alice.message("news from below")).to_be_in_viewport()
    await expect(to_end).to_be_hidden()
