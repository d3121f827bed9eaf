"""What administrators do on the page of a chat, and what others see of it."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from playground.server import Running
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person
from tests.browser.test_group_and_media import _png


async def _about(person: Person, chat: str) -> Locator:
    """Opens the page of a chat."""
    await person.opens(chat)
    await person.column.get_by_role("button", name=f"About {chat}").click()
    dialog = person.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    return dialog


async def _press(dialog: Locator, *names: str) -> None:
    for name in names:
        await dialog.get_by_role("button", name=name, exact=True).click()


async def _close(page: Page) -> None:
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_somebody_is_promoted_with_chosen_rights(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    dialog = await _about(alice, "Club")
    await dialog.get_by_role("button", name="Bob").click()
    await _press(dialog, "Make an administrator…")
    await dialog.get_by_role("checkbox", name="Restrict and ban people").uncheck()
    await dialog.get_by_role("textbox", name="Title").fill("Cook")
    await keep_picture(page, "chat-promote")
    await _press(dialog, "Promote")
    await expect(dialog).to_contain_text("Cook")
    await expect(dialog).to_contain_text("Delete messages of others")
    await expect(dialog).not_to_contain_text("Restrict and ban people")
    await _close(page)

    dialog = await _about(bob, "Club")
    await expect(dialog.get_by_role("button", name="Invite links")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Permissions")).to_have_count(0)
    await dialog.get_by_role("button", name="Carol").click()
    await expect(dialog.get_by_role("button", name="Ban…")).to_have_count(0)
    await _press(dialog, "Back to the page before")
    await dialog.get_by_role("button", name="Bob").click()
    await expect(dialog).to_contain_text("Cook")


async def test_somebody_is_muted_and_may_write_again(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice", "carol"], width=1440)
    alice, carol = Person(page, "Alice"), Person(page, "Carol")
    await carol.opens("Club")
    dialog = await _about(alice, "Club")
    await dialog.get_by_role("button", name="Carol").click()
    mute = dialog.get_by_role("group", name="Mute Carol")
    await mute.get_by_role("button", name="1 hour").click()
    await expect(dialog).to_contain_text("restricted until")
    await expect(dialog).to_contain_text("May only read.")
    await expect(carol.column.get_by_role("textbox", name="Message")).to_be_hidden()
    await _press(dialog, "Lift the restrictions")
    await expect(carol.column.get_by_role("textbox", name="Message")).to_be_visible()


async def test_single_permissions_are_taken(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    dialog = await _about(alice, "Club")
    await dialog.get_by_role("button", name="Carol").click()
    await _press(dialog, "Restrict…")
    await dialog.get_by_role("checkbox", name="Send polls").uncheck()
    await dialog.get_by_role("combobox", name="For how long").select_option("other…")
    await dialog.get_by_role("spinbutton", name="Minutes").fill("90")
    await _press(dialog, "Restrict")
    await expect(dialog).to_contain_text("May not: Send polls")
    member = town.town.chats.groups[town.seed.groups["club"]].members[town.seed.users["carol"]]
    assert member.until is not None
    assert 5_300 < member.until - town.town.now() < 5_401
    assert "can_send_polls" not in member.permissions
    assert "can_send_messages" in member.permissions


async def test_somebody_is_banned_and_unbanned(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await bob.opens("Club")
    dialog = await _about(alice, "Club")
    await dialog.get_by_role("button", name="Bob").click()
    await _press(dialog, "Ban…")
    await dialog.get_by_role("combobox", name="For how long").select_option("for ever")
    await _press(dialog, "Ban")
    await expect(dialog).to_contain_text("banned")
    await expect(bob.column.get_by_role("textbox", name="Message")).to_be_hidden()
    await _press(dialog, "Back to the page before")
    banned = dialog.get_by_role("list", name="Banned")
    await banned.get_by_role("button", name="Bob").click()
    await _press(dialog, "Unban")
    await expect(dialog).to_contain_text("Not a member any more.")
    await _press(dialog, "Back to the page before")
    await expect(banned).to_have_count(0)
    await _press(dialog, "Add somebody")
    await dialog.get_by_role("button", name="Bob").click()
    await expect(bob.column.get_by_role("textbox", name="Message")).to_be_visible()


async def test_a_chat_gets_another_name_picture_and_rules(
    town: Running, page_of: PageOf, tmp_path: Path, keep_picture: KeepPicture
) -> None:
    picture = tmp_path / "sunset.png"
    picture.write_bytes(_png(200, 200))
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    dialog = await _about(alice, "Club")
    await _press(dialog, "Name, description, picture")
    await dialog.get_by_role("textbox", name="Name of the group").fill("Tea club")
    await dialog.get_by_role("textbox", name="Description").fill("Leaves only")
    await dialog.get_by_label("Picture").set_input_files(picture)
    await _press(dialog, "Save")
    await expect(dialog.get_by_role("heading", name="Tea club")).to_be_visible()
    await expect(dialog).to_contain_text("Leaves only")
    await expect(dialog.locator(".info-head img")).to_be_visible()

    await dialog.get_by_role("button", name="Permissions").click()
    await dialog.get_by_role("checkbox", name="Send polls").uncheck()
    await dialog.get_by_role("combobox", name="Slow mode").select_option("30 seconds")
    await _press(dialog, "Save")
    await expect(dialog).to_contain_text("one message in 30 seconds")
    await dialog.get_by_role("button", name="Public or private").click()
    await dialog.get_by_role("textbox", name="Public name").fill("tea_club")
    await dialog.get_by_role("checkbox", name="Protect content").check()
    await _press(dialog, "Save")
    await expect(dialog).to_contain_text("@tea_club")
    await expect(dialog).to_contain_text("public group")
    await keep_picture(page, "chat-about")
    await _close(page)
    await bob.opens("Tea club")
    await expect(bob.column.locator(".head-title")).to_have_text("Tea club")


async def test_a_refusal_stands_beside_what_it_refuses(
    town: Running, page_of: PageOf, complaints: list[str]
) -> None:
    page = await page_of(town.base, people=["alice"])
    dialog = await _about(Person(page, "Alice"), "Club")
    await dialog.get_by_role("button", name="Public or private").click()
    await dialog.get_by_role("textbox", name="Public name").fill("alice")
    await _press(dialog, "Save")
    await expect(dialog.get_by_role("alert")).to_have_text("the username @alice is taken")
    await expect(dialog.get_by_role("textbox", name="Public name")).to_have_value("alice")
    complaints.clear()


async def test_links_are_made_followed_approved_and_revoked(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"], width=1440)
    alice = Person(page, "Alice")
    await page.get_by_role("group", name="People").get_by_role("button", name="New").click()
    await page.get_by_role("menuitem", name="New person").click()
    form = page.get_by_role("dialog")
    await form.get_by_role("textbox", name="First name").fill("Dora")
    await _press(form, "Create")
    dora = Person(page, "Dora")
    await expect(dora.column).to_be_visible()

    dialog = await _about(alice, "Club")
    await _press(dialog, "Invite links", "New invite link")
    await dialog.get_by_role("textbox", name="Name of the link").fill("Testers")
    await dialog.get_by_role("checkbox", name="Administrators approve").check()
    await _press(dialog, "Create")
    links = dialog.get_by_role("list", name="Invite links")
    await expect(links).to_contain_text("joined: 0")
    await expect(links).to_contain_text("by request")
    await keep_picture(page, "chat-links")
    address = await links.locator(".link-address").inner_text()
    await _close(page)

    await dora.column.get_by_role("button", name="New chat").click()
    await page.get_by_role("dialog").get_by_role("button", name="Open a link").click()
    await page.get_by_role("dialog").get_by_role("textbox", name="Link").fill(address)
    await expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(
        "CClub4 members · by request"
    )
    await _press(page.get_by_role("dialog"), "Open")
    await expect(dora.toasts).to_contain_text("You asked to join")

    row = alice.column.locator(".chat-row", has_text="Club")
    await expect(row.get_by_label("1 asks to join")).to_be_visible()
    await alice.column.get_by_role("region", name="Club").get_by_label("1 asks to join").click()
    await keep_picture(page, "chat-requests")
    await _press(page.get_by_role("dialog"), "Approve Dora")
    await expect(page.get_by_role("dialog")).to_contain_text("Nobody asks to come in.")
    await _close(page)
    await dora.opens("Club")
    await expect(dora.column.get_by_role("textbox", name="Message")).to_be_visible()

    dialog = await _about(alice, "Club")
    await dialog.get_by_role("button", name="Invite links").click()
    await expect(links).to_contain_text("joined: 1")
    await _press(page.get_by_role("dialog"), "Revoke")
    await expect(links).to_contain_text("revoked")


async def test_who_asks_waits_and_may_be_turned_away(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice", "carol"], width=1440)
    alice, carol = Person(page, "Alice"), Person(page, "Carol")
    await alice.column.get_by_role("button", name="New chat").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="New group A").click()
    await dialog.get_by_role("textbox", name="Name of the group").fill("Salon")
    await dialog.get_by_role("textbox", name="Public name").fill("salon")
    await dialog.get_by_role("checkbox", name="Join by request").check()
    await _press(dialog, "Create")

    await carol.column.get_by_role("button", name="New chat").click()
    await dialog.get_by_role("button", name="Open a link").click()
    await dialog.get_by_role("textbox", name="Link").fill("@salon")
    await _press(dialog, "Open")
    await carol.column.get_by_role("button", name="Ask to join").click()
    waits = carol.column.get_by_role("region", name="Salon").get_by_text("An administrator decides")
    await expect(waits).to_be_visible()
    await alice.column.get_by_role("region", name="Salon").get_by_label("1 asks to join").click()
    await _press(dialog, "Decline Carol")
    await expect(waits).to_have_count(0)
    await expect(carol.column.get_by_role("button", name="Ask to join")).to_be_visible()
