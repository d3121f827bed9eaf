import struct
import zlib
from pathlib import Path

from playwright.async_api import expect

from playground.server import Running
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.echo import echo_bot
from tests.browser.hands import Person


def _png(width: int, height: int) -> bytes:
    """A picture of a sunset over tea, by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    rows = b"".join(
        b"\0" + bytes((240 - row * 120 // height, 190 - row * 130 // height, 120)) * width
        for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


async def test_people_meet_in_the_group(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice", "bob"], width=1440, height=900)
        alice, bob = Person(page, "Alice"), Person(page, "Bob")
        await alice.opens("Club")
        await alice.says("Who wants tea?")
        unread = bob.column.locator(".chat-row", has_text="Club").locator(".count")
        await expect(unread).to_have_text("1")
        await bob.opens("Club")
        await expect(unread).to_have_count(0)
        await bob.sees("Who wants tea?")

        await bob.opens_menu("Who wants tea?")
        await page.get_by_role("menuitem", name="Reply").click()
        await bob.says("Me! With @helper_bot")
        served = await alice.sees("At your service, Bob!")
        await expect(served.locator(".reply-quote")).to_contain_text("Me! With @helper_bot")
        reply = await alice.sees("Me! With")
        await expect(reply.locator(".reply-quote")).to_contain_text("Who wants tea?")
        await expect(alice.column.locator(".message.theirs", has_text="At your")).to_have_count(1)

        await bob.opens_menu("Who wants tea?")
        await page.get_by_role("menuitemcheckbox", name="🔥").click()
        await expect(alice.message("Who wants tea?").locator(".reaction")).to_contain_text("🔥")
        await expect(alice.column.locator(".service.unread")).to_have_count(0)
        await keep_picture(page, "playground-group")

        await alice.opens_menu("Who wants tea?")
        await page.get_by_role("menuitem", name="Edit").click()
        await alice.says("Who wants coffee?")
        await expect(bob.message("Who wants coffee?")).to_contain_text("edited")
        await alice.opens_menu("Who wants coffee?")
        await page.get_by_role("menuitem", name="Delete").click()
        await expect(bob.column.locator(".message", has_text="coffee?")).to_have_count(0)


async def test_pictures_and_files_go_up_and_come_back(
    town: Running, page_of: PageOf, tmp_path: Path, keep_picture: KeepPicture
) -> None:
    picture, paper = tmp_path / "sunset.png", tmp_path / "recipe.txt"
    picture.write_bytes(_png(600, 400))
    paper.write_text("water, leaves, patience")
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice"])
        alice = Person(page, "Alice")
        await alice.attaches(picture)
        await alice.field.fill("Look at this")
        await keep_picture(page, "attach")
        await alice.sends()
        answer = await alice.sees("A fine picture")
        image = answer.get_by_role("img", name="A fine picture")
        await image.evaluate("image => image.decode()")
        assert await image.evaluate("image => image.naturalWidth") == 600
        await answer.get_by_role("button", name="Open the picture").click()
        await expect(page.get_by_role("dialog").locator("img")).to_be_visible()
        await page.keyboard.press("Escape")

        await alice.attaches(paper)
        await alice.sends()
        file = (await alice.sees("recipe.txt")).get_by_role("link", name="Download recipe.txt")
        async with page.expect_download() as download:
            await file.click()
        assert (await (await download.value).path()).read_text() == "water, leaves, patience"
        await keep_picture(page, "media")


async def test_a_voice_message_is_recorded_and_played(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    async with echo_bot(town) as echo:
        page = await page_of(town.base, people=["bob"])
        bob = Person(page, "Bob")
        await bob.column.get_by_role("button", name="Record a voice message").click()
        await expect(bob.column.locator(".recorder .voice-time")).to_have_text("0:01")
        await bob.column.get_by_role("button", name="Send the voice message").click()
        await bob.sees("I hear you")
        assert echo.voices[0].startswith(b"OggS")
        assert b"OpusHead" in echo.voices[0][:64]
        voice = bob.column.locator(".message.own .voice")
        assert 1 <= echo.durations[0] <= 10
        await voice.get_by_role("button", name="Play").click()
        await expect(voice.locator(".voice-time")).to_have_text("0:01")
        await keep_picture(page, "voice")
