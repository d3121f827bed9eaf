"""Rich messages: structured for bots and people alike, edited, drafted, with buttons inside."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InputMediaPhoto,
    InputRichBlockDetails,
    InputRichBlockParagraph,
    InputRichBlockPhoto,
    InputRichBlockThinking,
    InputRichMessage,
    InputRichMessageMedia,
    RichBlockDetails,
    RichBlockParagraph,
    RichBlockPhoto,
    RichBlockSectionHeading,
    RichBlockTable,
    RichTextTextMention,
)

from playground.users import InGroup, Person

PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")
REPORT = "# Report\n\n| who | score |\n|:----|------:|\n| Ann | **3** |\n\nby @alice\n"


async def test_markdown_arrives_as_blocks(bot: Bot, alice: Person) -> None:
    sent = await bot.send_rich_message(alice.id, InputRichMessage(markdown=REPORT))
    assert (sent.text, sent.rich_message is not None) == (None, True)
    seen = await alice.sees("Report")
    rich = seen.message.rich_message
    assert rich is not None
    heading, table, paragraph = rich.blocks
    assert isinstance(heading, RichBlockSectionHeading)
    assert isinstance(table, RichBlockTable)
    assert isinstance(paragraph, RichBlockParagraph)
    assert table.cells[1][1].align == "right"
    assert "Ann" in seen.text


async def test_blocks_with_a_file_and_somebody_mentioned(
    bot: Bot, alice: Person, bob: Person
) -> None:
    html = (
        f'<details open><summary>More</summary><p><a href="tg://user?id={bob.id}">he</a> and '
        '<a href="tg://user?id=1">nobody</a></p></details><img src="tg://photo?id=one"/>'
    )
    photo = InputMediaPhoto(media=BufferedInputFile(PIXEL, "a.png"))
    media = [InputRichMessageMedia(id="one", media=photo)]
    sent = await bot.send_rich_message(alice.id, InputRichMessage(html=html, media=media))
    assert sent.rich_message is not None
    details, picture = sent.rich_message.blocks
    assert isinstance(details, RichBlockDetails)
    assert isinstance(picture, RichBlockPhoto)
    assert (picture.photo[0].width, picture.photo[0].height) == (2, 3)
    [paragraph] = details.blocks
    assert isinstance(paragraph, RichBlockParagraph)
    assert isinstance(paragraph.text, list)
    mention, rest = paragraph.text
    assert isinstance(mention, RichTextTextMention)
    assert (mention.user.first_name, rest) == ("Bob", " and nobody")


async def test_a_text_becomes_rich_and_plain_again(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "plain")
    rich = await sent.edit_text(rich_message=InputRichMessage(markdown=REPORT))
    assert not isinstance(rich, bool)
    assert (rich.text, rich.rich_message is not None) == (None, True)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_text(rich_message=InputRichMessage(markdown=REPORT))
    plain = await sent.edit_text("plain again")
    assert not isinstance(plain, bool)
    assert (plain.text, plain.rich_message) == ("plain again", None)
    assert (await alice.sees("again")).message.rich_message is None


async def test_buttons_inside_call_the_bot(bot: Bot, alice: Person) -> None:
    row = (
        '<tg-button-row><tg-button type="callback_data" data="yes">Yes</tg-button>'
        '<tg-button type="url" url="https://a.org/">More</tg-button></tg-button-row>'
    )
    text = '<p>or <tg-button type="callback_data" data="no">no</tg-button></p>'
    await bot.send_rich_message(alice.id, InputRichMessage(html=row + text))
    seen = await alice.sees("or")
    await alice.taps("Yes", on=seen)
    await alice.taps("no", on=seen)
    assert await alice.taps("More", on=seen) == {"url": "https://a.org/"}
    queries = [one.callback_query for one in await bot.get_updates() if one.callback_query]
    assert [query.data for query in queries] == ["yes", "no"]


async def test_a_draft_thinks_grows_and_gives_way(bot: Bot, alice: Person) -> None:
    thinking = InputRichMessage(blocks=[InputRichBlockThinking(text="Looking it up")])
    await bot.send_rich_message_draft(alice.id, 5, thinking)
    await alice.sees_draft("Looking")
    part = InputRichMessage(markdown="# Rep")
    await bot.send_rich_message_draft(alice.id, 5, part, can_stop=True)
    await alice.sees_draft("Rep")
    [draft] = (await alice.chat())["drafts"]
    assert draft["rich"]["blocks"][0]["type"] == "heading"
    await bot.send_rich_message(alice.id, InputRichMessage(markdown=REPORT))
    await alice.sees("Report")
    assert (await alice.chat())["drafts"] == []
    with pytest.raises(TelegramBadRequest):
        await bot.send_rich_message(alice.id, thinking)


async def test_rich_messages_go_on_to_other_chats(bot: Bot, alice: Person, club: InGroup) -> None:
    sent = await bot.send_rich_message(alice.id, InputRichMessage(markdown=REPORT))
    forward = await sent.forward(club.chat_id)
    assert forward.forward_origin is not None
    assert forward.rich_message is not None
    assert len(forward.rich_message.blocks) == 3
    await sent.copy_to(club.chat_id)
    assert (await club.sees("Report")).message.rich_message is not None


@pytest.mark.parametrize(
    "given",
    [
        InputRichMessage(),
        InputRichMessage(markdown=""),
        InputRichMessage(markdown="a", html="b"),
        InputRichMessage(html="<p> </p>"),
    ],
)
async def test_a_rich_message_has_one_content(
    bot: Bot, alice: Person, given: InputRichMessage
) -> None:
    with pytest.raises(TelegramBadRequest, match="RICH_MESSAGE_CONTENT_REQUIRED"):
        await bot.send_rich_message(alice.id, given)


async def test_files_need_the_right_to_send_them(bot: Bot, alice: Person, club: InGroup) -> None:
    photo = InputMediaPhoto(media=BufferedInputFile(PIXEL, "a.png"))
    inner: list[Any] = [InputRichBlockPhoto(photo=photo)]
    deep = InputRichMessage(blocks=[InputRichBlockDetails(summary="s", blocks=inner)])
    await bot.send_rich_message(club.chat_id, deep)
    await club.makes(bot.id, "restricted", permissions={"can_send_messages": True})
    with pytest.raises(TelegramBadRequest, match="not enough rights to send photos to the chat"):
        await bot.send_rich_message(club.chat_id, deep)
    words = InputRichMessage(blocks=[InputRichBlockParagraph(text="words")])
    await bot.send_rich_message(club.chat_id, words)
