from pathlib import Path

from aiohttp import ClientSession
from playwright.async_api import expect

from playground.server import Running
from tests.browser.conftest import PageOf
from tests.browser.echo import echo_bot
from tests.browser.hands import Person

EVIL = "<img src=x onerror=window.hacked=1>"


async def test_nothing_that_people_write_becomes_markup(
    town: Running, page_of: PageOf, tmp_path: Path
) -> None:
    async with ClientSession(town.base) as http:
        mallory = {"first_name": "Mallory", "last_name": EVIL}
        async with http.post("/sim/users", json=mallory) as answer:
            user = (await answer.json())["id"]
        group = {"title": EVIL, "creator": user, "members": [town.seed.bot_id]}
        async with http.post("/sim/groups", json=group) as answer:
            chat = (await answer.json())["id"]
    paper = tmp_path / "a'><b onclick=x>.txt"
    paper.write_text(EVIL)
    async with echo_bot(town) as echo:
        page = await page_of(town.base, people=["mallory"])
        mallory_ = Person(page, f"Mallory {EVIL}")
        await mallory_.opens(EVIL)
        await mallory_.says(f"{EVIL} <script>window.hacked=1</script> @helper_bot")
        await mallory_.sees(f"At your service, Mallory {EVIL}!")
        await mallory_.attaches(paper)
        await mallory_.sends()
        await mallory_.sees(paper.name)
        await echo.bot.send_message(
            chat, '<a href="javascript:window.hacked=1">press</a> <b>&lt;i&gt;</b>'
        )
        await mallory_.sees("<i>")
        await expect(mallory_.column.locator("a[href^=javascript]")).to_have_count(0)
        await expect(mallory_.column.locator(".messages img, .messages script")).to_have_count(0)
        await expect(page.locator("h2 img, .people img, .chat-list img")).to_have_count(0)
        assert await page.evaluate("window.hacked") is None


async def test_every_kind_of_text_is_drawn(town: Running, page_of: PageOf) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"])
        alice = Person(page, "Alice")
        await alice.says("rich")
        message = await alice.sees("underlined")
        for tag, text in (
            ("strong", "bold"), ("em", "italic"), ("u", "underlined"), ("s", "struck"),
            (".words > code", "code"), ("pre code", 'print("tea")'), (".pre-head span", "python"),
        ):  # fmt: skip
            await expect(message.locator(tag).first).to_have_text(text)

        link = message.get_by_role("link", name="a link")
        assert await link.get_attribute("href") == "https://example.org/page"
        assert await link.get_attribute("target") == "_blank"
        assert "noopener" in (await link.get_attribute("rel") or "")

        secret = message.get_by_text("secret")
        await expect(secret).to_be_hidden()
        await message.get_by_role("button", name="Hidden text").press("Enter")
        await expect(secret).to_be_visible()

        quote = message.locator("blockquote.expandable")
        closed = await quote.bounding_box()
        await message.get_by_role("button", name="Show all").click()
        opened = await quote.bounding_box()
        assert closed is not None
        assert opened is not None
        assert opened["height"] > closed["height"] + 20

        await message.get_by_role("button", name="/start").click()
        await alice.sees("Welcome!")
