"""What the page of a chat tells, and where it leads."""

from pathlib import Path

from playwright.async_api import expect

from playground.server import Running
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.echo import echo_bot
from tests.browser.hands import Person
from tests.browser.test_group_and_media import _png


async def test_what_was_shared_is_found_again(
    town: Running, page_of: PageOf, tmp_path: Path, keep_picture: KeepPicture
) -> None:
    picture, paper = tmp_path / "sunset.png", tmp_path / "recipe.txt"
    picture.write_bytes(_png(300, 200))
    paper.write_text("water, leaves, patience")
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"])
        alice = Person(page, "Alice")
        await alice.opens("Club")
        for path in (picture, paper):
            await alice.attaches(path)
            await alice.sends()
        await alice.sees("recipe.txt")
        await alice.says("Read https://example.org/tea")
        await alice.sees("Read https://example.org/tea")
        await alice.column.get_by_role("button", name="About Club").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Shared").click()
        kinds = dialog.get_by_role("group", name="Shared")
        await expect(kinds.get_by_role("button", name="Media 2")).to_have_attribute(
            "aria-pressed", "true"
        )
        await keep_picture(page, "chat-shared")
        await kinds.get_by_role("button", name="Links 1").click()
        await expect(dialog.get_by_role("listitem")).to_contain_text("https://example.org/tea")
        await kinds.get_by_role("button", name="Files 1").click()
        await dialog.get_by_role("button", name="recipe.txt").click()
        await expect(dialog).to_have_count(0)
        await expect(alice.message("recipe.txt")).to_be_in_viewport()


async def test_one_becomes_somebody_from_the_list_of_members(
    town: Running, page_of: PageOf
) -> None:
    page = await page_of(town.base, people=["alice"], width=1440)
    alice, carol = Person(page, "Alice"), Person(page, "Carol")
    await alice.opens("Club")
    await alice.column.get_by_role("button", name="About Club").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Carol").click()
    await dialog.get_by_role("button", name="Become Carol").click()
    await expect(carol.column.get_by_role("textbox", name="Message")).to_be_focused()

    await alice.column.get_by_role("button", name="About Club").click()
    await dialog.get_by_role("button", name="Helper").click()
    await dialog.get_by_role("button", name="Write to Helper").click()
    await expect(alice.column.locator(".head-title")).to_have_text("Helper")
    await alice.column.get_by_role("button", name="About Helper").click()
    await dialog.get_by_role("button", name="Token and connection offline").click()
    await expect(dialog.get_by_label("Token", exact=True)).to_have_text(town.token)


async def test_commands_of_a_bot_are_offered(town: Running, page_of: PageOf) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"])
        alice = Person(page, "Alice")
        await alice.says("hello")
        await alice.sees("You said: hello")
        await alice.column.get_by_role("button", name="About Helper").click()
        await page.get_by_role("dialog").get_by_role("button", name="/start").click()
        await alice.sees("Welcome!")


async def test_only_what_a_persons_rights_allow_is_offered(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["carol"])
    carol = Person(page, "Carol")
    await carol.opens("Club")
    await carol.column.get_by_role("button", name="About Club").click()
    dialog = page.get_by_role("dialog")
    for name in ("Permissions", "Public or private", "Invite links", "Topics", "Banned"):
        await expect(dialog.get_by_role("button", name=name)).to_have_count(0)
    await expect(dialog.get_by_role("button", name="Leave the group")).to_be_visible()
    await dialog.get_by_role("button", name="Bob").click()
    for name in ("Make an administrator…", "Ban…", "Restrict…", "Remove from the chat"):
        await expect(dialog.get_by_role("button", name=name)).to_have_count(0)


async def test_one_leaves_and_comes_back(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice", "carol"], width=1440)
    alice, carol = Person(page, "Alice"), Person(page, "Carol")
    await alice.opens("Club")
    await alice.says("Who stays?")
    await carol.opens("Club")
    await carol.column.get_by_role("button", name="About Club").click()
    await page.get_by_role("dialog").get_by_role("button", name="Leave the group").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await carol.column.get_by_role("button", name="Join the group").click()
    await carol.sees("Who stays?")
    await carol.says("I do")
    await alice.sees("I do")


async def test_a_person_is_made_with_a_face(
    town: Running, page_of: PageOf, tmp_path: Path, keep_picture: KeepPicture
) -> None:
    picture = tmp_path / "face.png"
    picture.write_bytes(_png(160, 160))
    page = await page_of(town.base, people=["alice"], width=1440)
    people = page.get_by_role("group", name="People")
    await people.get_by_role("button", name="New").click()
    await page.get_by_role("menuitem", name="New person").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="First name").fill("Dora")
    await dialog.get_by_role("textbox", name="Username").fill("dora_reads")
    await dialog.get_by_role("combobox", name="Language").select_option("de")
    await dialog.get_by_label("Picture").set_input_files(picture)
    await dialog.get_by_role("button", name="Create").click()
    dora = Person(page, "Dora")
    await expect(dora.column.get_by_role("heading", name="Dora")).to_be_visible()
    await expect(people.get_by_role("button", name="Dora").locator("img")).to_be_visible()
    await expect(dora.column.locator("header img").first).to_be_visible()
    await keep_picture(page, "new-person")
    made = next(one for one in town.town.users.people.values() if one.first_name == "Dora")
    assert (made.username, made.language_code) == ("dora_reads", "de")


async def test_an_empty_chat_tells_how_to_connect_its_bot(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    told = alice.column.get_by_text("No program runs this bot now")
    await expect(told).to_be_visible()
    await alice.column.get_by_role("button", name="How to connect it").click()
    dialog = page.get_by_role("dialog", name="Helper")
    await expect(dialog.get_by_label("Connect with aiogram")).to_contain_text(town.base)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    async with echo_bot(town):
        await expect(told).to_be_hidden()
        await expect(page.get_by_role("button", name="Bots: 1 of 1 connected")).to_be_visible()


async def test_a_persons_dialog_covers_their_column_alone(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await bob.opens("Club")
    about = alice.column.get_by_role("button", name="About Club")
    await about.click()
    dialog = alice.column.get_by_role("dialog", name="Club")
    await dialog.get_by_role("button", name="Permissions").click()
    await bob.says("I go on meanwhile")
    await expect(alice.column.get_by_role("dialog", name="Permissions")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(alice.column.get_by_role("dialog", name="Permissions")).to_be_visible()
    back = alice.column.get_by_role("button", name="Back to the page before")
    await back.focus()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(about).to_be_focused()
    await alice.says("And I am back")
