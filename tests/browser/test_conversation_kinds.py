"""What messages of each kind look like to the person who gets them."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiogram import Bot
from aiogram.types import (
    BufferedInputFile,
    EphemeralMessageParameters,
    InputMediaDocument,
    InputMediaPhoto,
    InputRichMessage,
    ReactionTypeEmoji,
    ReplyParameters,
)
from playwright.async_api import expect

from playground.server import Running
from tests.browser.bots import paper, picture, quiet_bot
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person

ARTICLE = """<h1>How to make tea</h1><p>Water, <b>leaves</b> and <mark>patience</mark>.</p>
<ol><li>Boil the water</li><li>Wait <i>five</i> minutes</li></ol>
<table bordered><tr><th>Tea</th><th>Minutes</th></tr><tr><td>Green</td><td>2</td></tr></table>
<details><summary>More</summary><p>Nobody knows.</p></details>
<blockquote>Tea is life<cite>Somebody</cite></blockquote>
<pre><code class="language-python">print("tea")</code></pre>
<tg-math-block>E = mc^2</tg-math-block><hr/><footer>The end</footer>"""


@pytest_asyncio.fixture(loop_scope="session")
async def bot(town: Running) -> AsyncIterator[Bot]:
    async with quiet_bot(town) as found:
        yield found


async def _begun(town: Running, page_of: PageOf, *, width: int = 1280) -> Person:
    page = await page_of(town.base, people=["alice"], width=width)
    alice = Person(page, "Alice")
    await alice.says("/start")
    await alice.sees("/start")
    return alice


async def test_an_album_is_one_message(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    chat = town.seed.users["alice"]
    pictures = [
        InputMediaPhoto(
            media=picture(600, 400 + 90 * place, 60 + 20 * place),
            caption=None if place else "From the <b>garden</b>",
        )
        for place in range(5)
    ]
    await bot.send_media_group(chat, list(pictures))
    album = await alice.sees("From the garden")
    group = album.get_by_role("group", name="Album: 5 files")
    await expect(group.get_by_role("button", name="Open the picture")).to_have_count(5)
    await expect(alice.column.locator(".message.theirs")).to_have_count(1)
    await group.get_by_role("button", name="Open the picture: 3 of 5").click()
    await expect(alice.page.get_by_role("dialog", name="3 of 5")).to_be_visible()
    await alice.page.keyboard.press("Escape")

    papers = [InputMediaDocument(media=paper(name=name)) for name in ("one.txt", "two.txt")]
    await bot.send_media_group(chat, list(papers))
    pile = alice.column.get_by_role("group", name="Album: 2 files")
    await expect(pile.get_by_role("link")).to_have_count(2)
    await keep_picture(alice.page, "album")


async def test_a_covered_picture_is_shown_when_it_is_pressed(
    town: Running, page_of: PageOf, bot: Bot
) -> None:
    alice = await _begun(town, page_of)
    await bot.send_photo(
        town.seed.users["alice"], picture(), caption="Under it", has_spoiler=True,
        show_caption_above_media=True,
    )  # fmt: skip
    message = await alice.sees("Under it")
    cover = message.get_by_role("button", name="Hidden, press to see")
    words, image = message.locator(".words"), message.locator("img")
    above, below = await words.bounding_box(), await image.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    await cover.click()
    await expect(cover).to_have_count(0)


async def test_places_contacts_and_throws_are_told_in_words(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    chat = town.seed.users["alice"]
    await bot.send_location(chat, 54.1961, 37.6182, live_period=900)
    await bot.send_venue(chat, 54.193, 37.617, "Samovar museum", "Mendeleevskaya 8, Tula")
    await bot.send_contact(chat, "+79990001122", "Ivan", last_name="Petrov")
    thrown = await bot.send_dice(chat, emoji="🎰")
    column = alice.column
    await expect(column.get_by_role("img", name="Place at 54.19610, 37.61820")).to_be_visible()
    await expect(column.get_by_role("timer")).to_contain_text("14:5")
    await expect(column.get_by_role("img", name="Samovar museum, Mende")).to_be_visible()
    await expect(await alice.sees("Ivan Petrov")).to_contain_text("+79990001122")
    assert thrown.dice is not None
    throw = column.get_by_role("img", name=f"🎰, thrown: {thrown.dice.value}")
    await expect(throw).to_be_visible()
    await keep_picture(alice.page, "places")


async def test_music_has_a_player(town: Running, page_of: PageOf, bot: Bot) -> None:
    alice = await _begun(town, page_of)
    song = BufferedInputFile(b"ID3", filename="song.mp3")
    await bot.send_audio(
        town.seed.users["alice"], song, title="A song", performer="The Kettles", duration=185
    )
    message = await alice.sees("A song")
    await expect(message).to_contain_text("The Kettles")
    await expect(message).to_contain_text("3:05")
    await expect(message.get_by_role("button", name="Play: A song")).to_be_visible()
    await expect(message.get_by_role("slider")).to_have_count(1)


async def test_a_rich_message_is_an_article(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of, width=1000)
    await bot.send_rich_message(town.seed.users["alice"], InputRichMessage(html=ARTICLE))
    article = alice.column.locator(".rich")
    await expect(article.get_by_role("heading", name="How to make tea")).to_be_visible()
    await expect(article.get_by_role("listitem")).to_have_text(
        ["1.Boil the water", "2.Wait five minutes"]
    )
    await expect(article.get_by_role("row")).to_have_text(["TeaMinutes", "Green2"])
    await expect(article.get_by_text("Nobody knows.")).to_be_hidden()
    await article.get_by_text("More").click()
    await expect(article.get_by_text("Nobody knows.")).to_be_visible()
    await expect(article.get_by_role("blockquote")).to_contain_text("Somebody")
    await expect(article.get_by_role("math")).to_have_text("E = mc^2")
    await expect(article.get_by_role("button", name="Copy")).to_be_visible()
    row = alice.column.get_by_role("navigation").locator(".chat-row", has_text="Helper")
    await expect(row).to_contain_text("How to make tea")
    await keep_picture(alice.page, "rich")


async def test_a_group_tells_who_what_and_to_whom(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440, height=900)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    club = town.seed.groups["club"]
    await alice.opens("Club")
    await bob.opens("Club")
    await bob.says("Tea, coffee and lumps of sugar")
    said = await alice.sees("lumps of sugar")
    number = int(await said.get_attribute("data-id") or 0)

    alone = EphemeralMessageParameters(receiver_user_id=town.seed.users["alice"])
    await bot.send_message(club, "Psst, Alice", ephemeral_message_parameters=alone)
    await expect(await alice.sees("Psst, Alice")).to_contain_text("Only you see this")
    await bot.send_message(
        club, "How many?",
        reply_parameters=ReplyParameters(message_id=number, quote="lumps of sugar"),
    )  # fmt: skip
    await expect((await bob.sees("How many?")).locator(".reply-quote")).to_have_text(
        "Boblumps of sugar"
    )
    await expect(bob.message("Psst, Alice")).to_have_count(0)

    await bot.set_message_reaction(club, number, [ReactionTypeEmoji(emoji="🔥")])
    fire = alice.message("lumps of sugar").get_by_role("button", name="🔥: Helper")
    await expect(fire).to_be_visible()
    await fire.click()
    await expect(
        bob.message("lumps of sugar").get_by_role("button", name="🔥: Alice, Helper")
        .or_(bob.message("lumps of sugar").get_by_role("button", name="🔥: Helper, Alice"))
    ).to_be_visible()  # fmt: skip
    await fire.or_(alice.message("lumps of sugar").locator(".reaction")).first.click(button="right")
    await expect(page.get_by_role("dialog", name="Who reacted")).to_contain_text("Helper")
    await keep_picture(page, "group-kinds")


async def test_pins_stand_over_the_messages(
    town: Running, page_of: PageOf, bot: Bot, keep_picture: KeepPicture
) -> None:
    alice = await _begun(town, page_of)
    chat = town.seed.users["alice"]
    first = await bot.send_message(chat, "The first rule")
    for line in range(20):
        await bot.send_message(chat, f"line {line}")
    second = await bot.send_message(chat, "The second rule")
    await bot.pin_chat_message(chat, first.message_id)
    await bot.pin_chat_message(chat, second.message_id)
    bar = alice.column.locator(".pin-bar").get_by_role("button")
    await expect(bar).to_have_accessible_name("Pinned message 2 of 2: The second rule")
    await bar.click()
    await expect(bar).to_have_accessible_name("Pinned message 1 of 2: The first rule")
    await bar.click()
    await expect(alice.message("The first rule")).to_be_in_viewport()
    await keep_picture(alice.page, "pins")


async def test_protected_words_are_neither_copied_nor_forwarded(
    town: Running, page_of: PageOf, bot: Bot
) -> None:
    alice = await _begun(town, page_of)
    await bot.send_message(town.seed.users["alice"], "A secret", protect_content=True)
    await alice.sees("A secret")
    menu = await alice.opens_menu("A secret")
    await expect(menu.get_by_role("menuitem", name="Reply")).to_be_visible()
    for name in ("Copy", "Forward"):
        await expect(menu.get_by_role("menuitem", name=name)).to_have_count(0)
