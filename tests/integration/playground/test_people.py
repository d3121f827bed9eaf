"""What people may do among themselves, and what they see of it."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from playground.server import Running
from playground.users import InGroup, Person, Playground, Refused

KEYS = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]], one_time_keyboard=True)
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")


async def test_reply_keyboards_come_and_go(bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "Really?", reply_markup=KEYS)
    assert (await alice.presses("Yes")).text == "Yes"
    assert (await alice.chat())["keyboard"] is None, "it was for one time"
    asked = await bot.send_message(
        alice.id, "Why?", reply_markup=ForceReply(input_field_placeholder="because")
    )
    assert (await alice.chat())["force_reply"] == {
        "message_id": asked.message_id,
        "placeholder": "because",
    }
    await alice.says("so")
    assert (await alice.chat())["force_reply"] is None
    await bot.send_message(
        alice.id, "Keep", reply_markup=ReplyKeyboardMarkup(keyboard=KEYS.keyboard)
    )
    await alice.presses("Yes")
    assert (await alice.chat())["keyboard"] is not None
    await bot.send_message(alice.id, "Done", reply_markup=ReplyKeyboardRemove(remove_keyboard=True))
    assert (await alice.chat())["keyboard"] is None


async def test_a_selective_keyboard_is_for_whom_it_answers(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    asked = await bob.in_group("club").says("me!")
    keys = KEYS.model_copy(update={"selective": True})
    await bot.send_message(club.chat_id, "You", reply_to_message_id=asked.id, reply_markup=keys)
    assert (await bob.in_group("club").chat())["keyboard"] is not None
    assert (await club.chat())["keyboard"] is None


async def test_a_group_is_founded_filled_ruled_and_left(
    town: Playground, bot: Bot, alice: Person, bob: Person
) -> None:
    carol = town.user("carol")
    group_id = await town.new_group("Kitchen", alice, members=[bob], admins=[town.bot_id])
    hers, his = alice.in_group("kitchen"), bob.in_group(group_id)
    with pytest.raises(Refused, match="not in the group"):
        await carol.in_group(group_id).adds(bob)
    await hers.adds(carol)
    assert {one["user"]["id"] for one in (await his.chat())["members"]} == {
        alice.id, bob.id, carol.id, town.bot_id,
    }  # fmt: skip
    said = await hers.says("rules")
    with pytest.raises(Refused, match="only their own"):
        await his.deletes(said)
    with pytest.raises(Refused, match="only one's own"):
        await his.edits(said, "no rules")
    with pytest.raises(Refused, match="can_pin_messages"):
        await his.pins(said)
    await hers.makes(bob, "administrator")
    await his.pins(said)
    assert (await his.chat())["pinned"] == said.id
    await his.deletes(said)
    assert (await his.chat())["pinned"] is None
    await his.makes(carol, "restricted", permissions={"can_send_messages": False})
    with pytest.raises(Refused, match="may not send"):
        await carol.in_group(group_id).says("hm")
    await his.makes(carol, "member")
    await carol.in_group(group_id).sends_photo(PIXEL, caption="soup")
    await his.removes(carol)
    with pytest.raises(Refused, match="the owner"):
        await his.removes(alice)
    await his.leaves()
    last = await his.chat()
    assert (last["status"], last["can_send"], last["messages"]) == ("left", False, [])
    await hers.removes(town.bot_id)
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group_id, "x")


async def test_taps_need_a_button_and_a_bot(bot: Bot, alice: Person) -> None:
    markup = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text="open", url="https://a.org")],
            [InlineKeyboardButton(text="ask", callback_data="1")],
        ]
    )
    await bot.send_message(alice.id, "x", reply_markup=markup)
    assert await alice.taps("open") == {"url": "https://a.org/"}
    message = alice.history()[-1]
    with pytest.raises(Refused, match='the message has "open", "ask"'):
        await alice.taps("close", on=message)
    path = f"/sim/users/{alice.id}/chats/{bot.id}/messages/{message.id}/tap"
    assert "query_id" in await alice.town.request("POST", path, json={"row": 1, "column": 0})


async def test_files_of_bots_can_be_shown_and_never_run(
    town: Playground, bot: Bot, alice: Person, server: Running
) -> None:
    page = BufferedInputFile(b"<script>alert(1)</script>", "a.html")
    sent = await bot.send_document(alice.id, page)
    photo = await bot.send_photo(alice.id, BufferedInputFile(PIXEL, "a.bin"))
    assert sent.document is not None
    assert photo.photo is not None
    types = [
        (await town._client.get(f"/sim/files/{file}")).headers["content-type"]
        for file in (sent.document.file_id, photo.photo[0].file_id)
    ]
    assert types == ["application/octet-stream", "image/png"]
    unseen = await town._client.get("/sim/files/nothing")
    assert unseen.status_code == 404
