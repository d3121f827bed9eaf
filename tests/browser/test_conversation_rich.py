"""Parts of rich messages that are pressed, turned and folded; topics of a private chat."""

from aiogram.types import (
    InputMediaPhoto,
    InputRichBlockButtons,
    InputRichBlockPhoto,
    InputRichBlockSectionHeading,
    InputRichBlockSlideshow,
    InputRichBlockUnion,
    InputRichMessage,
    RichMessageButton,
)
from playwright.async_api import expect

from playground.server import Running
from playground.state.users import Abilities
from tests.browser.bots import picture, quiet_bot
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person


async def test_buttons_among_words_ask_their_bot(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.says("/start")
    await alice.sees("/start")
    async with quiet_bot(town) as bot:
        await bot.get_updates(offset=-1)
        blocks: list[InputRichBlockUnion] = [
            InputRichBlockSectionHeading(text="Choose", size=2),
            InputRichBlockSlideshow(
                blocks=[
                    InputRichBlockPhoto(photo=InputMediaPhoto(media=picture(tone=tone)))
                    for tone in (60, 200)
                ]
            ),
            InputRichBlockButtons(
                align="center",
                buttons=[
                    RichMessageButton(text="Like", callback_data="like", style="success"),
                    RichMessageButton(text="Never", callback_data="no", style="danger"),
                ],
            ),
        ]  # fmt: skip
        await bot.send_rich_message(town.seed.users["alice"], InputRichMessage(blocks=blocks))
        article = alice.column.locator(".rich")
        await expect(article.get_by_text("1 / 2")).to_be_visible()
        await article.get_by_role("button", name="Next").click()
        await expect(article.get_by_role("group", name="2 of 2")).to_be_visible()
        await expect(article.get_by_role("group", name="1 of 2")).to_be_hidden()
        await article.get_by_role("button", name="Like").click()
        await expect(article.get_by_label("Waiting for the answer")).to_be_visible()
        await expect(article.get_by_text("2 / 2")).to_be_visible()
        await keep_picture(page, "rich-buttons")
        updates = await bot.get_updates(timeout=10, offset=-1)
        query = updates[-1].callback_query
        assert query is not None
        assert query.data == "like"
        await query.answer("Thanks").as_(bot)
        await expect(alice.toasts).to_have_text("Thanks")
        await expect(article.get_by_label("Waiting for the answer")).to_have_count(0)


async def test_a_private_chat_has_topics_too(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    many = town.town.add_bot("Threads", "threads_bot", Abilities(has_topics=True))
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.opens("Threads")
    await alice.column.get_by_role("button", name="Start", exact=True).click()
    await alice.sees("/start")
    async with quiet_bot(town, many.token) as bot:
        chat = town.seed.users["alice"]
        topic = await bot.create_forum_topic(chat, "Recipes")
        await bot.send_message(chat, "Soup of cabbage", message_thread_id=topic.message_thread_id)
        tab = alice.column.get_by_role("tab", name="Recipes, 1 unread message")
        await tab.click()
        await alice.sees("Soup of cabbage")
        await alice.says("And with what?")
        await keep_picture(page, "private-topics")
        updates = await bot.get_updates(timeout=5)
        said = [one.message for one in updates if one.message]
        assert said[-1].message_thread_id == topic.message_thread_id
