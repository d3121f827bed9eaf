"""Topics of a forum inside the conversation."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from playground.server import Running
from tests.browser.bots import quiet_bot
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person


@pytest_asyncio.fixture(loop_scope="session")
async def forum(town: Running) -> AsyncIterator[int]:
    """The Club with topics switched on by Alice."""
    club, alice = town.seed.groups["club"], town.seed.users["alice"]
    async with ClientSession(town.base) as http:
        path = f"/sim/users/{alice}/chats/{club}"
        async with http.patch(path, json={"is_forum": True}) as answer:
            assert answer.status == 200
        yield club


async def _two(town: Running, page_of: PageOf) -> tuple[Page, Person, Person]:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await bob.opens("Club")
    return page, alice, bob


async def _makes(alice: Person, name: str) -> None:
    await alice.column.get_by_role("button", name="New topic").click()
    dialog = alice.page.get_by_role("dialog", name="New topic")
    await dialog.get_by_label("Name").fill(name)
    await dialog.get_by_role("button", name="Create").click()
    await expect(alice.column.get_by_role("tab", name=name)).to_have_attribute(
        "aria-selected", "true"
    )


async def test_each_topic_has_its_own_messages(
    town: Running, page_of: PageOf, forum: int, keep_picture: KeepPicture
) -> None:
    page, alice, bob = await _two(town, page_of)
    await alice.says("For everybody")
    await _makes(alice, "Samovars")
    await alice.says("Mine is copper")
    await expect(alice.message("For everybody")).to_have_count(0)
    await bob.sees("For everybody")
    await expect(bob.message("Mine is copper")).to_have_count(0)
    tab = bob.column.get_by_role("tab", name="Samovars, 1 unread message")
    await expect(tab).to_be_visible()
    await keep_picture(page, "topics")
    await tab.click()
    await bob.sees("Mine is copper")
    await expect(bob.column.get_by_role("tab", name="Samovars", exact=True)).to_be_visible()
    await expect(bob.field).to_have_attribute("placeholder", "Message in Samovars")
    await bob.says("Mine is brass")
    await alice.sees("Mine is brass")
    async with quiet_bot(town) as bot:
        await bot.send_message(forum, "Good morning")
    general = alice.column.get_by_role("tab", name="General, 1 unread message")
    await general.click()
    await alice.sees("Good morning")


async def test_a_closed_topic_says_so(
    town: Running, page_of: PageOf, forum: int, keep_picture: KeepPicture
) -> None:
    page, alice, bob = await _two(town, page_of)
    await _makes(alice, "Sugar")
    await alice.column.get_by_role("button", name="What to do with the topic").click()
    await page.get_by_role("menuitem", name="Close the topic").click()
    await expect(alice.column.get_by_role("tab", name="Sugar, closed")).to_be_visible()
    await expect(alice.field).to_be_visible()
    await bob.column.get_by_role("tab", name="Sugar, closed").click()
    await expect(bob.column.get_by_text("This topic is closed.")).to_be_visible()
    await expect(bob.field).to_be_hidden()
    await expect(bob.column.get_by_role("button", name="New topic")).to_be_hidden()
    await keep_picture(page, "topic-closed")

    await alice.column.get_by_role("button", name="What to do with the topic").click()
    await page.get_by_role("menuitem", name="Rename the topic").click()
    await page.get_by_role("dialog").get_by_label("Name").fill("Lumps of sugar")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(bob.column.get_by_role("tab", name="Lumps of sugar, closed")).to_be_visible()
    await alice.column.get_by_role("button", name="What to do with the topic").click()
    await page.get_by_role("menuitem", name="Delete the topic").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(bob.column.get_by_role("tab", name="Lumps of sugar")).to_have_count(0)
    await expect(bob.column.get_by_role("tab", name="General")).to_have_attribute(
        "aria-selected", "true"
    )


async def test_words_in_a_topic_do_not_mention_who_made_it(
    town: Running, page_of: PageOf, forum: int
) -> None:
    _, alice, bob = await _two(town, page_of)
    await _makes(alice, "Samovars")
    await alice.opens("Helper")
    await bob.column.get_by_role("tab", name="Samovars").click()
    await bob.says("Mine is big")
    row = alice.column.locator(".chat-row", has_text="Club")
    await expect(row).to_contain_text("Bob: Mine is big")
    await expect(row.get_by_label("You were mentioned")).to_have_count(0)
    await bob.says("What of yours, @alice?")
    await expect(row.get_by_label("You were mentioned")).to_be_visible()
