"""Replies with quotes, replies in another chat, forwards and copies, previews and protection."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    MessageOriginUser,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from playground.users import InGroup, Person, Playground, Refused

PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")
KEYS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]])


async def test_a_quote_is_a_part_of_the_message(bot: Bot, alice: Person) -> None:
    said = await bot.send_message(alice.id, "one <b>two</b> one", parse_mode="HTML")

    async def quoting(quote: str, mode: str | None = None, position: int = 0) -> tuple[str, int]:
        parameters = ReplyParameters(
            message_id=said.message_id, quote=quote, quote_parse_mode=mode,
            quote_position=position,
        )  # fmt: skip
        sent = await bot.send_message(alice.id, "x", reply_parameters=parameters)
        assert sent.quote is not None
        assert sent.quote.is_manual
        assert sent.reply_to_message is not None
        return sent.quote.text, sent.quote.position

    assert await quoting("one") == ("one", 0)
    assert await quoting("one", position=8) == ("one", 8)
    assert await quoting("<b>two</b> one", "HTML") == ("two one", 4)
    for wrong in ("three", "two"):
        with pytest.raises(TelegramBadRequest, match="QUOTE_TEXT_INVALID"):
            await quoting(wrong)


async def test_a_reply_in_another_chat_tells_where_from(
    bot: Bot, alice: Person, club: InGroup
) -> None:
    said = await club.says("@helper_bot question")
    elsewhere = ReplyParameters(message_id=said.id, chat_id=club.chat_id)
    sent = await bot.send_message(alice.id, "answer", reply_parameters=elsewhere)
    assert sent.reply_to_message is None
    assert sent.external_reply is not None
    assert isinstance(sent.external_reply.origin, MessageOriginUser)
    assert sent.external_reply.origin.sender_user.id == alice.id
    assert sent.external_reply.message_id == said.id
    assert sent.quote is not None
    assert (sent.quote.text, sent.quote.is_manual) == ("@helper_bot question", None)
    shown = (await alice.sees("answer")).message.external_reply
    assert shown is not None
    assert shown.message_id == said.id


async def test_a_missing_message_may_be_answered_if_the_bot_says_so(
    bot: Bot, alice: Person
) -> None:
    lenient = ReplyParameters(message_id=1, allow_sending_without_reply=True)
    sent = await bot.send_message(alice.id, "x", reply_parameters=lenient)
    assert sent.reply_to_message is None
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(alice.id, "x", reply_parameters=ReplyParameters(message_id=1))


async def test_forwards_keep_the_first_author_and_copies_none(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    said = await alice.says("mine")
    first = await bot.forward_message(club.chat_id, alice.id, said.id)
    second = await bot.forward_message(bob.id, club.chat_id, first.message_id)
    assert first.forward_origin == second.forward_origin
    assert isinstance(second.forward_origin, MessageOriginUser)
    assert second.forward_origin.sender_user.id == alice.id
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await second.edit_text("not mine")
    copied = await bot.copy_message(bob.id, alice.id, said.id, reply_markup=KEYS)
    seen = await bob.sees("mine", where=lambda one: one.id == copied.message_id)
    assert (seen.message.forward_origin, seen.buttons) == (None, ["a"])


async def test_captions_of_copies(bot: Bot, alice: Person) -> None:
    photo = await bot.send_photo(alice.id, BufferedInputFile(PIXEL, "a.png"), caption="old")
    kept = await photo.copy_to(alice.id)
    new = await photo.copy_to(alice.id, caption="*new*", parse_mode="MarkdownV2")
    [bare] = await bot.copy_messages(alice.id, alice.id, [photo.message_id], remove_caption=True)
    await alice.sees("new")
    shown = [alice.story.messages[one.message_id].text for one in (kept, new, bare)]
    assert shown == ["old", "new", ""]


async def test_what_is_protected_is_copied_but_not_forwarded(
    bot: Bot, alice: Person, club: InGroup
) -> None:
    secret = await bot.send_message(alice.id, "secret", protect_content=True)
    assert secret.has_protected_content
    with pytest.raises(TelegramBadRequest, match="the message can't be forwarded"):
        await secret.forward(club.chat_id)
    await secret.copy_to(club.chat_id)
    await club.sees("secret")
    seen = await alice.sees("secret")
    with pytest.raises(Refused, match="protected"):
        await alice.forwards(seen, club)


async def test_people_forward_between_their_chats(
    bot: Bot, town: Playground, alice: Person, club: InGroup
) -> None:
    await bot.send_message(alice.id, "worth telling")
    seen = await alice.sees("worth telling")
    shown = await alice.forwards(seen, club)
    assert isinstance(shown.message.forward_origin, MessageOriginUser)
    assert shown.message.forward_origin.sender_user.id == bot.id
    assert shown.sender_id == alice.id


async def test_previews_are_kept_where_they_matter(bot: Bot, alice: Person) -> None:
    off = LinkPreviewOptions(is_disabled=True, prefer_large_media=True)
    linked = await bot.send_message(alice.id, "see https://a.org", link_preview_options=off)
    assert linked.link_preview_options is not None
    assert linked.link_preview_options.is_disabled is True
    assert linked.link_preview_options.prefer_large_media is not True
    plain = await bot.send_message(alice.id, "no link", link_preview_options=off)
    assert plain.link_preview_options is None


async def test_effects_are_for_private_chats(bot: Bot, alice: Person, club: InGroup) -> None:
    private = await bot.send_message(alice.id, "x", message_effect_id="5104841245755180586")
    group = await bot.send_message(club.chat_id, "x", message_effect_id="5104841245755180586")
    assert (private.effect_id, group.effect_id) == ("5104841245755180586", None)


@pytest.mark.parametrize(
    ("markup", "is_editable"),
    [
        (KEYS, True),
        (ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="k")]]), False),
        (ForceReply(), True),
    ],
)
async def test_a_message_with_a_reply_keyboard_cannot_be_edited(
    bot: Bot,
    alice: Person,
    markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | ForceReply,
    is_editable: bool,
) -> None:
    sent = await bot.send_message(alice.id, "x", reply_markup=markup)
    if is_editable:
        await sent.edit_text("y")
    else:
        with pytest.raises(TelegramBadRequest, match="message can't be edited"):
            await sent.edit_text("y")
