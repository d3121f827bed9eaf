"""Names, pictures, pins, slow mode, and what bots hear."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, Update

from playground.state.members import RIGHTS
from playground.users import InGroup, Person, Playground, Refused
from tests.integration.playground.refusals.case import PIXEL


async def heard(bot: Bot) -> list[Update]:
    new = await bot.get_updates()
    if new:
        await bot.get_updates(offset=new[-1].update_id + 1)
    return new


@pytest.fixture
async def keeper(club: InGroup, bot: Bot) -> Bot:
    """The bot with every right in the club."""
    await club.makes(bot.id, "administrator", rights=dict.fromkeys(RIGHTS, True))
    await heard(bot)
    return bot


async def test_everybody_is_told_of_a_new_name_and_picture(
    keeper: Bot, club: InGroup, bob: Person
) -> None:
    group = club.chat_id
    assert await keeper.set_chat_title(group, "Kitchen")
    assert await keeper.set_chat_photo(group, BufferedInputFile(PIXEL, "a.png"))
    chat = await keeper.get_chat(group)
    assert chat.title == "Kitchen"
    assert chat.photo is not None
    assert (await bob.in_group(group).chat())["photo"] == chat.photo.big_file_id
    assert await keeper.delete_chat_photo(group)
    await club.sets(title="Pantry", description="dry goods")
    told = [one.message for one in await heard(keeper) if one.message]
    assert [one.new_chat_title for one in told] == ["Kitchen", None, None, "Pantry"]
    assert told[1].new_chat_photo
    assert told[2].delete_chat_photo
    assert (await keeper.get_chat(group)).description == "dry goods"
    assert await keeper.set_chat_sticker_set(group, "soups")
    assert (await keeper.get_chat(group)).sticker_set_name == "soups"
    assert await keeper.delete_chat_sticker_set(group)
    with pytest.raises(Refused, match="can_change_info"):
        await bob.in_group(group).sets(title="Mine")


async def test_several_messages_are_pinned(keeper: Bot, club: InGroup) -> None:
    first, second = await club.says("one"), await club.says("two")
    assert await keeper.pin_chat_message(club.chat_id, second.id)
    assert await keeper.pin_chat_message(club.chat_id, first.id)
    shown = await club.chat()
    assert (shown["pins"], shown["pinned"]) == ([first.id, second.id], second.id)
    told = [one.message for one in await heard(keeper) if one.message]
    pinned = [one.pinned_message for one in told if one.pinned_message]
    assert [one.message_id for one in pinned] == [second.id, first.id], "a bot hears of its own"
    assert await keeper.unpin_chat_message(club.chat_id)
    assert (await club.chat())["pins"] == [first.id]
    await club.pins(second)
    await club.unpins(first)
    assert (await club.chat())["pins"] == [second.id]
    assert await keeper.unpin_all_chat_messages(club.chat_id)
    assert (await club.chat())["pins"] == []
    with pytest.raises(TelegramBadRequest, match="message to unpin not found"):
        await keeper.unpin_chat_message(club.chat_id)


async def test_slow_mode_holds_members_up(
    keeper: Bot, club: InGroup, bob: Person, town: Playground
) -> None:
    await club.sets(slow_mode_s=30)
    assert (await keeper.get_chat(club.chat_id)).slow_mode_delay == 30
    reader = bob.in_group("club")
    await reader.says("one")
    assert (await reader.chat())["slow_until"] is not None
    with pytest.raises(Refused, match="slow mode: this person may write again in"):
        await reader.says("two")
    await club.says("a")
    await club.says("b")
    await town.passes(seconds=31)
    assert (await reader.chat())["slow_until"] is None
    await reader.says("two")
    with pytest.raises(Refused, match="slow mode is one of"):
        await club.sets(slow_mode_s=7)


async def test_nothing_changes_when_one_wish_cannot_be_met(club: InGroup, town: Playground) -> None:
    with pytest.raises(Refused, match="is taken"):
        await club.sets(title="New", username="bob_the_cook")
    assert (await club.chat())["title"] == "Club"


async def test_what_a_bot_in_privacy_mode_hears(club: InGroup, bot: Bot, town: Playground) -> None:
    await club.makes(bot.id, "member")
    other = Bot((await town.new_bot("other_bot"))["token"], session=bot.session)
    await club.adds(other.id)
    await bot.send_message(club.chat_id, "I am here")
    mine = await club.sees("I am here")
    await heard(bot)
    await heard(other)
    for text in ("plain", "/help", "/help@helper_bot", "/help@other_bot", "hey @helper_bot"):
        await club.says(text)
    await club.replies(mine, "really?")
    texts = [one.message.text for one in await heard(bot) if one.message]
    assert texts == ["/help", "/help@helper_bot", "hey @helper_bot", "really?"]
    others = [one.message.text for one in await heard(other) if one.message]
    assert others == ["/help@other_bot"], "the first bot spoke last"


async def test_public_groups_are_open_to_look_at(club: InGroup, town: Playground, bot: Bot) -> None:
    other = Bot((await town.new_bot("other_bot"))["token"], session=bot.session)
    await club.sets(username="the_club", protected=True)
    chat = await other.get_chat("@the_club")
    assert (chat.id, chat.has_protected_content) == (club.chat_id, True)
    assert chat.active_usernames == ["the_club"]
    assert await other.get_chat_member_count("@the_club") == 4
    with pytest.raises(Exception, match="bot is not a member of the supergroup chat"):
        await other.send_message("@the_club", "x")
