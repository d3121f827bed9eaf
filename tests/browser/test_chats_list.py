"""The list of a person's chats, new ones, search, and the keyboard."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from playground.server import Running
from playground.sim.gathering import add_group, add_person
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.echo import EchoBot, echo_bot
from tests.browser.hands import Person

MANY = 50
# Notes which rows of the first person's list are drawn anew.
REDRAWN = """() => {
    window.redrawn = new Set();
    const rows = document.querySelector('.chat-rows');
    new MutationObserver(changes => changes
        .map(change => change.target.closest?.('.chat-row')?.title)
        .filter(Boolean).forEach(title => window.redrawn.add(title))
    ).observe(rows, { childList: true, subtree: true });
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def echo(town: Running) -> AsyncIterator[EchoBot]:
    async with echo_bot(town) as bot:
        yield bot


def _row(person: Person, chat: str) -> Locator:
    return person.column.locator(".chat-row", has_text=chat)


async def _menu(person: Person, chat: str, item: str) -> None:
    await _row(person, chat).click(button="right")
    await person.page.get_by_role("menuitem", name=item, exact=True).click()


async def _found(page: Page, person: Person, what: str) -> Locator:
    """Opens the dialog of new chats at one kind."""
    await person.column.get_by_role("button", name="New chat").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name=what).click()
    return dialog


async def test_a_mention_is_marked_and_a_muted_chat_is_quiet(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await alice.says("Good morning")
    row = _row(bob, "Club")
    await expect(row.get_by_label("1 unread message")).to_be_visible()
    await expect(row.get_by_label("You were mentioned")).to_have_count(0)
    await alice.says("Are you there, @bob_the_cook?")
    await expect(row.get_by_label("2 unread messages")).to_be_visible()
    await expect(row.get_by_label("You were mentioned")).to_be_visible()
    await keep_picture(page, "chat-list")
    assert (await page.title()).startswith("(2) ")

    await _menu(bob, "Club", "Mark as read")
    await expect(row.locator(".count")).to_have_count(0)
    await _menu(bob, "Club", "Mute")
    await expect(row.get_by_label("Muted")).to_be_visible()
    await alice.says("Nobody hears this")
    await expect(row.get_by_label("1 unread message")).to_be_visible()
    await expect(page).not_to_have_title("(1) Samovar · playground")


async def test_a_pinned_chat_stays_on_top_over_a_reload(
    town: Running, page_of: PageOf, echo: EchoBot
) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await _menu(alice, "Club", "Pin to the top")
    await alice.opens("Helper")
    await alice.says("hello")
    await alice.sees("You said: hello")
    rows = alice.column.locator(".chat-row")
    await expect(rows.first).to_contain_text("Club")
    await page.reload()
    await expect(rows.first).to_contain_text("Club")
    await _menu(alice, "Club", "Unpin from the top")
    await expect(rows.first).to_contain_text("Helper")


async def test_a_chat_removed_from_the_list_comes_back_with_a_word(
    town: Running, page_of: PageOf
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await alice.says("Still here?")
    await bob.opens("Helper")
    await _menu(bob, "Club", "Remove from the list")
    await expect(_row(bob, "Club")).to_have_count(0)
    await alice.says("Come back!")
    await expect(_row(bob, "Club")).to_contain_text("Come back!")


async def test_chats_and_messages_are_found(town: Running, page_of: PageOf, echo: EchoBot) -> None:
    page = await page_of(town.base, people=["alice"], width=1100)
    alice = Person(page, "Alice")
    await alice.says("a samovar of brass")
    await alice.sees("You said: a samovar of brass")
    await alice.opens("Club")
    await page.keyboard.press("Control+k")
    search = alice.column.get_by_role("searchbox")
    await expect(search).to_be_focused()
    await search.fill("brass")
    found = alice.column.get_by_role("group", name="Messages").get_by_role("button")
    await expect(found).to_have_count(2)
    await found.last.click()
    await expect(alice.column.locator(".head-title")).to_have_text("Helper")
    await search.fill("clu")
    await expect(alice.column.locator(".chat-rows .chat-row")).to_have_count(1)
    await search.press("Enter")
    await expect(alice.column.locator(".head-title")).to_have_text("Club")
    await search.fill("no such thing")
    await expect(alice.column.get_by_text("Nothing is called “no such thing”")).to_be_visible()
    await search.press("Escape")
    await expect(search).to_have_value("")


@pytest.mark.parametrize(
    ("what", "title", "kind"),
    [
        ("New group A", "Readers", "supergroup"),
        ("New group with topics", "Library", "forum"),
        ("New basic group", "Kitchen", "group"),
    ],
)
async def test_a_group_is_founded(
    town: Running, page_of: PageOf, what: str, title: str, kind: str
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    dialog = await _found(page, alice, what)
    await dialog.get_by_role("textbox", name="Name of the group").fill(title)
    await dialog.get_by_role("checkbox", name="Bob").check()
    await dialog.get_by_role("button", name="Create").click()
    await expect(alice.column.locator(".head-title")).to_have_text(title)
    await bob.opens(title)
    group = next(one for one in town.town.chats.groups.values() if one.title == title)
    assert (group.type, group.is_forum) == ("group" if kind == "group" else "supergroup",
                                            kind == "forum")  # fmt: skip


async def test_a_channel_with_a_discussion_is_founded(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    dialog = await _found(page, alice, "New channel")
    await dialog.get_by_role("textbox", name="Name of the channel").fill("Tea news")
    await dialog.get_by_role("textbox", name="Public name").fill("tea_news")
    await dialog.get_by_role("combobox", name="Discussion group").select_option("Make a new group")
    await dialog.get_by_role("checkbox", name="Bob").check()
    await keep_picture(page, "new-channel")
    await dialog.get_by_role("button", name="Create").click()
    await expect(alice.column.locator(".head-title")).to_have_text("Tea news")
    await expect(alice.column.locator(".head-status")).to_contain_text("2 subscribers")
    await alice.says("Darjeeling is in")
    await expect(_row(bob, "Tea news").first).to_contain_text("Darjeeling is in")
    await bob.opens("Tea news: discussion")
    await bob.sees("Darjeeling is in")


async def test_a_basic_group_grows_up(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    dialog = await _found(page, alice, "New basic group")
    await dialog.get_by_role("textbox", name="Name of the group").fill("Kitchen")
    await dialog.get_by_role("button", name="Create").click()
    await alice.column.get_by_role("button", name="About Kitchen").click()
    await expect(dialog).to_contain_text("basic group")
    await dialog.get_by_role("button", name="Make it a supergroup").click()
    await expect(dialog).to_have_count(0)
    await expect(_row(alice, "Kitchen")).to_have_count(1)
    await alice.column.get_by_role("button", name="About Kitchen").click()
    await expect(dialog).to_contain_text("private group")


async def test_a_public_name_leads_into_a_group(
    town: Running, page_of: PageOf, complaints: list[str]
) -> None:
    page = await page_of(town.base, people=["alice", "carol"], width=1440)
    alice, carol = Person(page, "Alice"), Person(page, "Carol")
    dialog = await _found(page, alice, "New group A")
    await dialog.get_by_role("textbox", name="Name of the group").fill("Open house")
    await dialog.get_by_role("textbox", name="Public name").fill("open_house")
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog).to_have_count(0)
    dialog = await _found(page, carol, "Open a link")
    await dialog.get_by_role("textbox", name="Link").fill("https://t.me/open_house")
    await expect(dialog.get_by_role("status")).to_contain_text("Open house")
    await dialog.get_by_role("button", name="Open", exact=True).click()
    await expect(carol.column.locator(".head-title")).to_have_text("Open house")
    await carol.column.get_by_role("button", name="Join").click()
    await carol.says("Hello, house!")
    await alice.sees("Hello, house!")

    dialog = await _found(page, carol, "Open a link")
    await dialog.get_by_role("textbox", name="Link").fill("t.me/nobody_lives_here")
    await dialog.get_by_role("button", name="Open", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("leads to no chat")
    complaints.clear()


async def test_the_keyboard_reaches_everything(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await page.keyboard.press("Alt+2")
    await expect(bob.column.get_by_role("textbox", name="Message")).to_be_focused()
    await page.keyboard.press("Alt+1")
    await expect(alice.column.get_by_role("textbox", name="Message")).to_be_focused()
    first = await alice.column.locator(".head-title").inner_text()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(alice.column.locator(".head-title")).not_to_have_text(first)
    await page.keyboard.press("Alt+i")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    row = alice.column.locator(".chat-row[aria-current]")
    await row.focus()
    await page.keyboard.press("ArrowUp")
    await expect(_row(alice, first)).to_be_focused()
    await page.keyboard.press("Shift+?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    await expect(sheet).to_contain_text("Chat above or below")
    await keep_picture(page, "shortcuts")
    await page.keyboard.press("Escape")
    await expect(_row(alice, first)).to_be_focused()


async def test_the_colours_are_switched_and_kept(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice"], scheme="light")
    scheme = "getComputedStyle(document.documentElement).colorScheme"
    assert await page.evaluate(scheme) == "light"
    await page.get_by_role("button", name="Colours: as the system has them").click()
    await page.get_by_role("button", name="Colours: light").click()
    await expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()
    assert await page.evaluate(scheme) == "dark"
    await page.reload()
    await expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()
    assert await page.evaluate(scheme) == "dark"


async def test_many_people_and_chats_stay_quick(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    people = [add_person(town.town, f"Tester{number}") for number in range(27)]
    alice_id = town.seed.users["alice"]
    for number in range(MANY):
        add_group(town.town, f"Room {number:02}", alice_id, members=[one.id for one in people[:3]])
    page = await page_of(town.base, people=["alice", "bob", "carol"], width=1440)
    alice = Person(page, "Alice")
    await expect(alice.column.locator(".chat-row")).to_have_count(MANY + 2)
    await alice.opens("Room 49")
    await alice.says("ready")
    await expect(alice.column.locator(".chat-row").first).to_contain_text("ready")
    await page.evaluate(REDRAWN)
    await alice.says("quick?")
    await expect(alice.column.locator(".chat-row").first).to_contain_text("quick?")
    assert await page.evaluate("[...window.redrawn]") == ["Room 49"]
    await keep_picture(page, "many-chats")


async def test_a_narrow_window_has_everything(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, width=400, height=800, people=["alice"])
    alice = Person(page, "Alice")
    await page.get_by_role("button", name="More").click()
    await keep_picture(page, "narrow-more")
    await page.get_by_role("menuitem", name="Keyboard").click()
    await expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    await page.keyboard.press("Escape")
    await alice.column.get_by_role("button", name="Back to the chats").click()
    await expect(alice.column.get_by_role("searchbox")).to_be_visible()
    await _row(alice, "Club").click()
    await alice.column.get_by_role("button", name="About Club").click()
    await keep_picture(page, "narrow-about")
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await page.get_by_role("button", name="Workshop").click()
    await page.get_by_role("tab", name="Mishaps").click()
    await keep_picture(page, "narrow-workshop")
    wide = await page.evaluate(
        "[...document.querySelectorAll('.drawer *')]"
        ".filter(part => part.getBoundingClientRect().right > 400.5)"
        ".filter(part => !part.closest('.tabs')).length"
    )
    assert wide == 0
    assert await page.evaluate("document.documentElement.scrollWidth") == 400
