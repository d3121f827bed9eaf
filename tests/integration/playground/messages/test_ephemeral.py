"""Ephemeral messages: one person of a group and one bot see them, nobody else."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    EphemeralMessageParameters,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputRichMessage,
    Message,
    ReplyParameters,
)

from playground.life.sweeping import sweep
from playground.server import Running
from playground.users import InGroup, Person, Playground, Refused
from tests.fakes.town_time import FakeTime

PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")
TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])


def only(person: Person, **more: str | bool) -> EphemeralMessageParameters:
    return EphemeralMessageParameters(receiver_user_id=person.id, **more)  # type: ignore[arg-type]  # by name


async def messages(club: InGroup) -> list[str]:
    return [str(one.get("text")) for one in (await club.chat())["messages"]]


async def test_only_the_receiver_sees_it(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    sent = await bot.send_message(
        club.chat_id, "psst", ephemeral_message_parameters=only(alice), reply_markup=TAP
    )
    assert (sent.message_id, sent.receiver_user and sent.receiver_user.id) == (0, alice.id)
    assert sent.ephemeral_message_id is not None
    seen = await club.sees("psst")
    assert seen.id == -sent.ephemeral_message_id
    assert "psst" in await messages(club)
    assert "psst" not in await messages(bob.in_group("club"))


async def test_a_tap_on_it_reaches_the_bot_with_it(bot: Bot, alice: Person, club: InGroup) -> None:
    await bot.send_message(
        club.chat_id, "psst", ephemeral_message_parameters=only(alice), reply_markup=TAP
    )
    await club.taps("tap")
    [query] = [one.callback_query for one in await bot.get_updates() if one.callback_query]
    assert isinstance(query.message, Message)
    assert query.message.message_id == 0
    await bot.edit_ephemeral_message_text(
        club.chat_id, alice.id, query.message.ephemeral_message_id or 0, text="done"
    )
    await query.answer("ok")
    assert (await club.sees("done")).buttons == []
    await club.sees_toast("ok")


async def test_it_is_edited_and_deleted_by_its_own_methods(
    bot: Bot, alice: Person, club: InGroup
) -> None:
    photo = await bot.send_photo(
        club.chat_id, BufferedInputFile(PIXEL, "a.png"), ephemeral_message_parameters=only(alice)
    )
    where = (club.chat_id, alice.id, photo.ephemeral_message_id or 0)
    await bot.edit_ephemeral_message_caption(*where, caption="now with words")
    seen = await club.sees("now with words")
    media = InputMediaPhoto(media=BufferedInputFile(PIXEL, "b.png"), caption="other")
    await bot.edit_ephemeral_message_media(*where, media=media)
    await club.sees("other")
    await bot.delete_ephemeral_message(*where)
    await club.sees_gone(seen)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_ID_INVALID"):
        await bot.delete_ephemeral_message(*where)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_caption(chat_id=where[0], message_id=where[2], caption="x")


async def test_its_person_may_take_it_away(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    await bot.send_message(club.chat_id, "psst", ephemeral_message_parameters=only(alice))
    seen = await club.sees("psst")
    with pytest.raises(Refused, match="no message"):
        await bob.in_group("club").deletes(seen)
    await club.deletes(seen)
    await club.sees_gone(seen)


async def test_rich_ones_and_the_older_parameter(bot: Bot, alice: Person, club: InGroup) -> None:
    rich = InputRichMessage(markdown="# Yours")
    await bot.send_rich_message(club.chat_id, rich, ephemeral_message_parameters=only(alice))
    assert (await club.sees("Yours")).message.rich_message is not None
    old = await bot.send_message(club.chat_id, "old way", receiver_user_id=alice.id)
    assert old.ephemeral_message_id is not None


async def test_a_plain_member_may_answer_a_tap_for_fifteen_seconds(
    bot: Bot, town: Playground, club: InGroup, time: FakeTime
) -> None:
    alice, bob = town.user("alice"), town.user("bob")
    await club.makes(bot.id, "member")
    shown = await bot.send_message(club.chat_id, "tap me", reply_markup=TAP)
    with pytest.raises(TelegramBadRequest, match="CHAT_ADMIN_REQUIRED"):
        await bot.send_message(club.chat_id, "x", ephemeral_message_parameters=only(alice))
    query = str((await club.taps("tap"))["query_id"])
    await bot.answer_callback_query(query)
    parameters = only(alice, callback_query_id=query, replace_callback_query_message=True)
    await bot.send_message(club.chat_id, "yours", ephemeral_message_parameters=parameters)
    await club.sees("yours")
    [replaced] = [one for one in (await club.chat())["messages"] if one.get("text") == "yours"]
    assert replaced["replaces"] == shown.message_id
    for_bob = only(bob, callback_query_id=query)
    with pytest.raises(TelegramBadRequest, match="CHAT_ADMIN_REQUIRED"):
        await bot.send_message(club.chat_id, "x", ephemeral_message_parameters=for_bob)
    time.now += 16
    with pytest.raises(TelegramBadRequest, match="CHAT_ADMIN_REQUIRED"):
        await bot.send_message(club.chat_id, "x", ephemeral_message_parameters=parameters)


async def test_an_ephemeral_command_reaches_only_its_bot(
    bot: Bot, alice: Person, bob: Person, club: InGroup, time: FakeTime
) -> None:
    await bot.set_my_commands([BotCommand(command="mine", description="d", is_ephemeral=True)])
    said = await club.says("/mine now")
    assert said.id < 0
    [update] = [one for one in await bot.get_updates() if one.message]
    command = update.message
    assert command is not None
    assert (command.message_id, command.text) == (0, "/mine now")
    assert command.from_user is not None
    assert command.from_user.id == alice.id
    assert "/mine now" not in await messages(bob.in_group("club"))
    await club.makes(bot.id, "member")
    reply = ReplyParameters(ephemeral_message_id=command.ephemeral_message_id)
    answer = await bot.send_message(
        club.chat_id, "only for you", reply_parameters=reply,
        ephemeral_message_parameters=only(alice),
    )  # fmt: skip
    assert answer.reply_to_message is not None
    seen = await club.sees("only for you")
    await club.replies(seen, "thanks")
    heard = [one.message for one in await bot.get_updates() if one.message]
    assert heard[-1].text == "thanks"
    assert heard[-1].reply_to_message is not None
    time.now += 16
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(
            club.chat_id, "late", reply_parameters=reply,
            ephemeral_message_parameters=only(alice),
        )  # fmt: skip


async def test_it_disappears_by_itself(
    bot: Bot, server: Running, alice: Person, club: InGroup, time: FakeTime
) -> None:
    await bot.send_message(club.chat_id, "psst", ephemeral_message_parameters=only(alice))
    seen = await club.sees("psst")
    time.now += 25 * 3600
    sweep(server.town)
    await club.sees_gone(seen)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (("alice", "alice"), "PEER_ID_INVALID"),
        (("bot", "club"), "USER_IS_BOT"),
        (("dave", "club"), "USER_NOT_PARTICIPANT"),
    ],
)
async def test_who_can_get_one(
    bot: Bot, town: Playground, club: InGroup, who: tuple[str, str], words: str
) -> None:
    alice = town.user("alice")
    dave = await town.new_person("Dave")
    people = {"alice": alice.id, "bot": bot.id, "dave": dave.id}
    places = {"alice": alice.id, "club": club.chat_id}
    parameters = EphemeralMessageParameters(receiver_user_id=people[who[0]])
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(places[who[1]], "x", ephemeral_message_parameters=parameters)
    with pytest.raises(TelegramBadRequest, match="unallowed message content specified"):
        await bot.send_location(
            club.chat_id, 1, 2, live_period=60, ephemeral_message_parameters=only(alice)
        )
