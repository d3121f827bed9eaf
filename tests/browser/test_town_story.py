"""An evening in a town: Alice asks to come in, is muted, votes, listens, looks and stops the bot.

The pictures of docs/playground.md are made here; ``make pictures`` puts them in their place.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio
from aiogram import Bot
from aiogram.types import Update
from playwright.async_api import Locator, Page, expect

from playground.server import Running, running_playground
from tests.browser.bots import picture, quiet_bot
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person

HALF = "Fill the samovar with fresh water, light the fire"


@pytest_asyncio.fixture(loop_scope="session")
async def evening() -> AsyncIterator[Running]:
    async with running_playground(bot_name="Samovar", bot_username="samovar_bot") as running:
        yield running


async def _heard(bot: Bot) -> list[Update]:
    """What the bot has not confirmed yet."""
    updates = await bot.get_updates(allowed_updates=["message", "chat_join_request", "poll_answer",
                                                     "stopped_message_generation"])  # fmt: skip
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


def _texts(updates: list[Update]) -> list[str | None]:
    return [update.message.text for update in updates if update.message is not None]


async def _press(dialog: Locator, *names: str) -> None:
    for name in names:
        await dialog.get_by_role("button", name=name, exact=True).click()


async def _found_room(page: Page, carol: Person) -> str:
    """Carol founds a group of her own with Bob and the bot; gives its link by request."""
    dialog = page.get_by_role("dialog")
    await carol.column.get_by_role("button", name="New chat").click()
    await dialog.get_by_role("button", name="New group A").click()
    await dialog.get_by_role("textbox", name="Name of the group").fill("Reading room")
    await dialog.get_by_role("checkbox", name="Bob").check()
    await dialog.get_by_role("checkbox", name="Samovar").check()
    await _press(dialog, "Create")
    await carol.opens("Reading room")
    await carol.column.get_by_role("button", name="About Reading room").click()
    await dialog.get_by_role("button", name="Samovar").click()
    await _press(dialog, "Make an administrator…", "Promote", "Back to the page before")
    await _press(dialog, "Invite links", "New invite link")
    await dialog.get_by_role("textbox", name="Name of the link").fill("Readers")
    await dialog.get_by_role("checkbox", name="Administrators approve").check()
    await _press(dialog, "Create")
    link = dialog.get_by_role("list", name="Invite links").locator(".link-address")
    address = await link.inner_text()
    await _press(dialog, "Close")
    return address


async def test_alice_bob_and_the_administrator(
    evening: Running, page_of: PageOf, keep_picture: KeepPicture, tmp_path: Path
) -> None:
    page = await page_of(
        evening.base, people=["alice", "bob", "carol"], width=1560, height=900
    )  # fmt: skip
    alice, bob, carol = (Person(page, name) for name in ("Alice", "Bob", "Carol"))
    dialog = page.get_by_role("dialog")
    async with quiet_bot(evening) as bot:
        link = await _found_room(page, carol)
        await bob.opens("Reading room")
        await _heard(bot)

        # A join request
        await alice.column.get_by_role("button", name="New chat").click()
        await dialog.get_by_role("button", name="Open a link").click()
        await dialog.get_by_role("textbox", name="Link").fill(link)
        await _press(dialog, "Open")
        await expect(alice.toasts).to_contain_text("You asked to join")
        [asked] = [one.chat_join_request for one in await _heard(bot) if one.chat_join_request]
        assert asked.from_user.first_name == "Alice"
        assert asked.invite_link is not None
        assert asked.invite_link.name == "Readers"
        room = asked.chat.id
        await (
            carol.column.get_by_role("region", name="Reading room")
            .get_by_label("1 asks to join")
            .click()
        )
        await expect(dialog.get_by_role("button", name="Approve Alice")).to_be_visible()
        await keep_picture(page, "playground-request")
        await _press(dialog, "Approve Alice")
        await _press(dialog, "Close")
        await alice.opens("Reading room")
        await alice.says("Good evening! May I sit here?")
        await bob.sees("Good evening! May I sit here?")

        # Muted: her message does not arrive
        await _mute(page, carol, "Alice")
        await expect(alice.column.get_by_role("textbox", name="Message")).to_be_hidden()
        await _heard(bot)
        async with httpx.AsyncClient(base_url=evening.base, trust_env=False) as client:
            tried = await client.post(
                f"/sim/users/{evening.seed.users['alice']}/chats/{room}/messages",
                json={"text": "Nobody reads this"},
            )
        assert tried.status_code == 403
        await carol.says("Silence, please: Bob reads.")
        await bob.sees("Silence, please: Bob reads.")
        await expect(bob.column.get_by_text("Nobody reads this")).to_have_count(0)
        assert _texts(await _heard(bot)) == ["Silence, please: Bob reads."]
        await _lift(page, carol, "Alice")
        await expect(alice.column.get_by_role("textbox", name="Message")).to_be_visible()

        # A poll
        await bot.send_poll(
            room, "What shall we read next?", ["Gogol", "Chekhov", "A cookbook"],
            is_anonymous=False,
        )  # fmt: skip
        for person, choice in ((alice, "A cookbook"), (bob, "Chekhov"), (carol, "A cookbook")):
            asked_here = person.message("What shall we read next?")
            await asked_here.get_by_role("button", name=choice).click()
        await expect(alice.message("What shall we read next?")).to_contain_text("67%")
        votes = [one.poll_answer for one in await _heard(bot) if one.poll_answer]
        assert [(one.user and one.user.first_name, one.option_ids) for one in votes] == [
            ("Alice", [2]), ("Bob", [1]), ("Carol", [2])
        ]  # fmt: skip

        # A voice message and an album
        await bob.column.get_by_role("button", name="Record a voice message").click()
        await expect(bob.column.locator(".recorder .voice-time")).to_have_text("0:01")
        await bob.column.get_by_role("button", name="Send the voice message").click()
        heard = alice.column.locator(".message:not(.own) .voice")
        await heard.get_by_role("button", name="Play").click()
        await expect(heard.get_by_role("button", name="Pause")).to_be_visible()
        paths = []
        for place in range(3):
            path = tmp_path / f"page-{place}.png"
            path.write_bytes(picture(600, 300 + 60 * place, 60 + 50 * place).data)
            paths.append(path)
        await alice.attaches(*paths)
        await alice.field.fill("From my shelf")
        await alice.sends()
        album = (await bob.sees("From my shelf")).get_by_role("group", name="Album: 3 files")
        await expect(album.get_by_role("button", name="Open the picture")).to_have_count(3)
        await page.wait_for_function(
            "() => [...document.images].every(image => image.naturalWidth)"
        )
        await keep_picture(page, "playground-poll")

        # A draft with Stop
        await _a_stopped_draft(evening, bot, alice, page, keep_picture)
    await _a_reload_keeps_it(page, alice, bob)


async def _mute(page: Page, admin: Person, name: str) -> None:
    dialog = page.get_by_role("dialog")
    await admin.column.get_by_role("button", name="About Reading room").click()
    await dialog.get_by_role("button", name=name).click()
    mute = dialog.get_by_role("group", name=f"Mute {name}")
    await mute.get_by_role("button", name="1 hour").click()
    await expect(dialog).to_contain_text("May only read.")
    await _press(dialog, "Close")


async def _lift(page: Page, admin: Person, name: str) -> None:
    dialog = page.get_by_role("dialog")
    await admin.column.get_by_role("button", name="About Reading room").click()
    await dialog.get_by_role("button", name=name).click()
    await _press(dialog, "Lift the restrictions", "Close")


async def _a_stopped_draft(
    evening: Running, bot: Bot, alice: Person, page: Page, keep_picture: KeepPicture
) -> None:
    await alice.opens("Samovar")
    await alice.says("How do I make tea in a samovar?")
    assert _texts(await _heard(bot))[-1] == "How do I make tea in a samovar?"
    chat, words = evening.seed.users["alice"], HALF.split()
    for count in range(1, len(words) + 1):
        await bot.send_message_draft(chat, 7, text=" ".join(words[:count]), can_stop=True)
    await expect(alice.draft).to_contain_text(HALF)
    await keep_picture(page, "playground-draft")
    await alice.draft.get_by_role("button", name="Stop").click()
    [stopped] = await _heard(bot)
    assert stopped.stopped_message_generation is not None
    assert stopped.stopped_message_generation.draft_id == 7
    await bot.send_message(chat, f"{HALF}... As you wish: the rest another time.")
    await alice.sees("As you wish")
    await expect(alice.draft).to_have_count(0)


async def _a_reload_keeps_it(page: Page, alice: Person, bob: Person) -> None:
    await page.reload()
    await alice.sees("As you wish")
    await bob.opens("Reading room")
    await bob.sees("From my shelf")
    await expect(bob.message("What shall we read next?")).to_contain_text("67%")


async def test_the_same_town_on_a_phone_and_in_the_workshop(
    evening: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    async with quiet_bot(evening) as bot:
        page = await page_of(evening.base, people=["alice"], width=1440, height=820)
        alice = Person(page, "Alice")
        await alice.says("/start")
        for number in range(4):
            await bot.send_message(evening.seed.users["alice"], f"Cup number {number + 1}")
        await alice.sees("Cup number 4")
        await page.get_by_role("button", name="Workshop").click()
        await expect(page.locator(".drawer")).to_contain_text("sendMessage")
        await keep_picture(page, "playground-workshop")
        narrow = await page_of(evening.base, people=["alice"], width=400, height=860, scheme="dark")
        await Person(narrow, "Alice").sees("Cup number 4")
        assert not await narrow.evaluate("document.documentElement.scrollWidth > innerWidth")
        await keep_picture(narrow, "playground-phone")
