"""The workshop: what a developer reads and presses in it."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from playground.server import Running
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.echo import echo_bot
from tests.browser.hands import Person


async def _tab(page: Page, name: str) -> Locator:
    await page.get_by_role("tab", name=name, exact=True).click()
    panel = page.get_by_role("tabpanel", name=name, exact=True)
    await expect(panel).to_be_visible()
    return panel


def _row(panel: Locator, text: str) -> Locator:
    return panel.locator("details.raw", has_text=text).first


async def test_calls_and_updates_can_be_looked_into(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"], width=1440)
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        alice = Person(page, "Alice")
        await page.get_by_role("button", name="Workshop").click()
        await alice.says("hello")
        await alice.sees("You said: hello")

        calls = page.get_by_role("tabpanel", name="Calls")
        call = _row(calls, "sendMessage")
        await call.locator("summary").first.click()
        await expect(call.get_by_role("region", name="Parameters")).to_contain_text(
            'text: "You said: hello"'
        )
        await expect(call.get_by_role("region", name="Answer")).to_contain_text("message_id")
        await keep_picture(page, "workshop")

        await call.get_by_role("button", name="curl").click()
        await expect(call.get_by_role("button", name="Copied")).to_be_visible()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"curl -s '{town.base}/bot{town.token}/sendMessage'")
        assert "You said: hello" in copied

        updates = await _tab(page, "Updates")
        update = _row(updates, "hello")
        await expect(update.locator("summary").first).to_contain_text("taken")
        await update.locator("summary").first.click()
        await expect(update.get_by_role("region", name="Update")).to_contain_text("update_id")
        await expect(update.get_by_role("listitem").first).to_contain_text("waits")

        times = await _tab(page, "Times")
        row = times.get_by_role("row", name="sendMessage")
        await expect(row.get_by_role("cell").first).to_have_text("1")
        await expect(row.get_by_role("cell").nth(2)).to_contain_text("ms")


async def test_the_list_of_calls_is_filtered(town: Running, page_of: PageOf) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"], width=1440)
        alice = Person(page, "Alice")
        await page.get_by_role("button", name="Workshop").click()
        await alice.says("black tea")
        await alice.sees("You said: black tea")
        await alice.says("green tea")
        await alice.sees("You said: green tea")
        calls = page.get_by_role("tabpanel", name="Calls")
        rows = calls.locator("details.raw")
        await expect(rows.filter(has_text="tea")).to_have_count(2)

        await calls.get_by_role("searchbox", name="Filter by words").fill("green")
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text("You said: green tea")
        await calls.get_by_role("searchbox").fill("")
        await calls.get_by_role("combobox", name="all methods").select_option("setMyCommands")
        await expect(rows).to_have_count(1)
        await calls.get_by_role("combobox", name="all methods").select_option("")
        await calls.get_by_role("checkbox", name="errors").check()
        await expect(rows).to_have_count(0)


async def test_a_mishap_strikes_once_and_is_gone(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"], width=1440)
        alice = Person(page, "Alice")
        await page.get_by_role("button", name="Workshop").click()
        mishaps = await _tab(page, "Mishaps")
        of_calls = mishaps.get_by_role("list", name="Calls")
        await alice.says("hello")
        await alice.sees("You said: hello")
        await mishaps.get_by_role("button", name="blocked").click()
        await expect(of_calls.get_by_role("listitem")).to_contain_text("blocked by the user")
        await alice.says("anybody there?")
        await expect(of_calls.get_by_role("listitem")).to_have_count(0)

        calls = await _tab(page, "Calls")
        failed = _row(calls, "sendMessage")
        await expect(failed).to_contain_text("403")
        await expect(failed).to_contain_text("bot was blocked by the user")

        mishaps = await _tab(page, "Mishaps")
        await mishaps.get_by_role("button", name="5xx three times").click()
        await mishaps.get_by_role("button", name="429 once").click()
        await expect(of_calls.get_by_role("listitem")).to_have_count(2)
        await keep_picture(page, "workshop-mishaps")
        await of_calls.get_by_role("button", name="Remove this mishap").first.click()
        await expect(of_calls.get_by_role("listitem")).to_have_count(1)
        await expect(of_calls.get_by_role("listitem")).to_contain_text("429")


async def test_a_mishap_of_ones_own(town: Running, page_of: PageOf) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"], width=1440)
        await page.get_by_role("button", name="Workshop").click()
        mishaps = await _tab(page, "Mishaps")
        section = mishaps.locator("section", has=page.get_by_role("heading", name="Calls"))
        await section.get_by_text("One of your own").click()
        await section.get_by_role("combobox", name="Method").fill("sendPhoto")
        await section.get_by_role("combobox", name="Answer").select_option("502")
        await section.get_by_role("spinbutton", name="How often").fill("")
        await section.get_by_role("textbox", name="Only with the words").fill("sunset")
        await section.get_by_role("button", name="Let it happen").click()
        entry = section.get_by_role("listitem")
        await expect(entry).to_contain_text("sendPhoto")
        await expect(entry).to_contain_text("502 · “sunset” · until removed")
        fault = town.town.faults.all()[0]
        assert (fault.method, fault.code, fault.times, fault.contains) == (
            "sendPhoto", 502, None, "sunset",
        )  # fmt: skip


async def test_an_update_comes_twice_on_demand(town: Running, page_of: PageOf) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"], width=1440)
        alice = Person(page, "Alice")
        await page.get_by_role("button", name="Workshop").click()
        mishaps = await _tab(page, "Mishaps")
        await mishaps.get_by_role("button", name="twice").click()
        of_updates = mishaps.get_by_role("list", name="Updates")
        await expect(of_updates.get_by_role("listitem")).to_contain_text("comes twice")
        await alice.says("echo")
        await expect(alice.column.locator(".message", has_text="You said: echo")).to_have_count(2)
        await expect(of_updates.get_by_role("listitem")).to_have_count(0)


async def test_the_clock_goes_forwards_and_limits_are_chosen(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"], width=1440)
        alice = Person(page, "Alice")
        await alice.says("before")
        await alice.sees("You said: before")
        await page.get_by_role("button", name="Workshop").click()
        controls = await _tab(page, "Controls")
        before = town.town.now()
        await controls.get_by_role("button", name="+1 day").click()
        await expect(alice.column.get_by_text("Yesterday")).to_be_visible()
        assert town.town.now() >= before + 86_400

        await controls.get_by_role("combobox", name="Profile").select_option("faq")
        await controls.get_by_role("spinbutton", name="Seed").fill("7")
        await controls.get_by_role("button", name="Apply").click()
        await expect(controls.get_by_role("combobox", name="Profile")).to_have_value("faq")
        await expect(controls.get_by_role("spinbutton", name="Seed")).to_have_value("7")
        assert town.town.limits.profile == "faq"
        await keep_picture(page, "workshop-controls")


async def test_a_town_is_saved_started_over_and_loaded(
    town: Running, page_of: PageOf, tmp_path: Path
) -> None:
    page = await page_of(town.base, people=["alice"], width=1440)
    alice = Person(page, "Alice")
    await alice.opens("Club")
    await alice.says("Do not forget me")
    await page.get_by_role("button", name="Workshop").click()
    controls = await _tab(page, "Controls")
    async with page.expect_download() as saving:
        await controls.get_by_role("button", name="Save").click()
    kept = tmp_path / "town.zip"
    await (await saving.value).save_as(kept)

    await controls.get_by_role("button", name="Start over").click()
    await controls.get_by_role("button", name="Really?").click()
    await expect(alice.message("Do not forget me")).to_have_count(0)
    await controls.get_by_label("Load").set_input_files(kept)
    await alice.sees("Do not forget me")


async def test_a_conversation_becomes_a_test(
    town: Running, page_of: PageOf, tmp_path: Path
) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"], width=1440)
        alice = Person(page, "Alice")
        await alice.says("hello")
        await alice.sees("You said: hello")
        await page.get_by_role("button", name="Workshop").click()
        controls = await _tab(page, "Controls")
        async with page.expect_download() as saving:
            await controls.get_by_role("button", name="Alice: Helper").click()
        script = tmp_path / "conversation.py"
        await (await saving.value).save_as(script)
        assert "says('hello')" in script.read_text()


async def test_the_workshop_stays_open_over_a_reload(town: Running, page_of: PageOf) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"], width=1440)
        await page.keyboard.press("Alt+w")
        drawer = page.get_by_role("complementary", name="Workshop")
        await expect(drawer.get_by_role("tab", name="Calls")).to_be_focused()
        await page.keyboard.press("ArrowRight")
        await expect(drawer.get_by_role("tab", name="Updates")).to_be_focused()
        await page.reload()
        await expect(drawer.get_by_role("tabpanel", name="Updates")).to_be_visible()
        await drawer.get_by_role("tab", name="Updates").focus()
        await page.keyboard.press("Escape")
        await expect(drawer).to_be_hidden()


async def test_a_bot_is_made_and_its_token_is_given(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"])
    await page.get_by_role("group", name="People").get_by_role("button", name="New").click()
    await page.get_by_role("menuitem", name="New bot").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name", exact=True).fill("Librarian")
    await dialog.get_by_role("textbox", name="Username").fill("librarian_bot")
    await dialog.get_by_role("button", name="Create").click()
    token = await dialog.get_by_label("Token").inner_text()
    bot = next(b for b in town.town.users.bots.values() if b.username == "librarian_bot")
    assert token == bot.token
    await expect(dialog).to_contain_text("privacy mode")
    await expect(dialog).to_contain_text("offline")
    await expect(dialog.get_by_label("Connect with aiogram")).to_contain_text(town.base)
    await keep_picture(page, "bot-token")
    await page.keyboard.press("Escape")
    await expect(dialog.get_by_role("list", name="Bots")).to_contain_text("Helper")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await Person(page, "Alice").opens("Librarian")


async def test_who_is_connected_is_seen(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice"])
    await page.get_by_role("button", name="Bots: 0 of 1 connected").click()
    dialog = page.get_by_role("dialog", name="Bots")
    await expect(dialog.get_by_role("listitem")).to_contain_text("offline")
    async with echo_bot(town):
        await expect(dialog.get_by_role("listitem")).to_contain_text("polling")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Bots: 1 of 1 connected")).to_be_visible()
