"""Reactions: who may set them, who hears of them, who takes them away."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InputMediaPhoto,
    ReactionTypeCustomEmoji,
    ReactionTypeEmoji,
    Update,
)

from playground.server import Running
from playground.users import InGroup, Person, Playground, Refused
from tests.integration.playground.probe.frame import EVERY_UPDATE
from tests.integration.playground.refusals.case import PIXEL

LIKE = ReactionTypeEmoji(emoji="👍")


async def updates(bot: Bot) -> list[Update]:
    """What the bot hears, once."""
    new = await bot.get_updates(allowed_updates=EVERY_UPDATE)
    if new:
        await bot.get_updates(offset=new[-1].update_id + 1, allowed_updates=EVERY_UPDATE)
    return new


def reacted(new: list[Update]) -> list[tuple[list[str], list[str]]]:
    """The old and the new reactions of each update about one."""
    changes = [one.message_reaction for one in new if one.message_reaction is not None]
    return [
        (
            [kind.emoji for kind in one.old_reaction if isinstance(kind, ReactionTypeEmoji)],
            [kind.emoji for kind in one.new_reaction if isinstance(kind, ReactionTypeEmoji)],
        )
        for one in changes
    ]


async def test_only_bots_that_are_administrators_hear_of_reactions(bot: Bot, club: InGroup) -> None:
    said = await club.says("hello")
    await club.makes(bot.id, "member")
    await updates(bot)
    await club.reacts(said, "👍")
    assert reacted(await updates(bot)) == []
    await club.makes(bot.id, "administrator")
    await club.reacts(said, "🔥")
    await club.reacts(said, None)
    assert reacted(await updates(bot)) == [(["👍"], ["🔥"]), (["🔥"], [])]


async def test_bots_hear_only_when_they_asked_and_never_of_bots(bot: Bot, alice: Person) -> None:
    said = await alice.says("hello")
    await bot.get_updates(allowed_updates=[])
    await alice.reacts(said, "👍")
    assert reacted(await bot.get_updates()) == []
    await updates(bot)
    await bot.set_message_reaction(alice.id, said.id, [LIKE])
    assert await updates(bot) == []
    await alice.sees_reaction(said, "👍")


async def test_an_album_has_its_reactions_on_the_first_message(bot: Bot, alice: Person) -> None:
    file = BufferedInputFile(PIXEL, "a.png")
    first, second = await bot.send_media_group(
        alice.id, [InputMediaPhoto(media=file), InputMediaPhoto(media=file)]
    )
    await bot.set_message_reaction(alice.id, second.message_id, [LIKE])
    shown = (await alice.chat())["reactions"]
    assert list(shown) == [str(first.message_id)]


async def test_people_with_premium_set_three(town: Playground, bot: Bot, alice: Person) -> None:
    said = await alice.says("hello")
    with pytest.raises(Refused, match="1 at most"):
        await alice.reacts(said, ["👍", "🔥"])
    with pytest.raises(Refused, match="not among Telegram's reactions"):
        await alice.reacts(said, "🥣")
    rich = await town.new_person("Rich", is_premium=True)
    await rich.starts()
    said = await rich.says("hello")
    await updates(bot)
    await rich.reacts(said, ["👍", "🔥", "🎉"])
    assert reacted(await updates(bot)) == [([], ["👍", "🔥", "🎉"])]


async def test_a_chat_may_allow_only_some(bot: Bot, club: InGroup, bob: Person) -> None:
    said = await club.says("hello")
    bobs = bob.in_group(club.chat_id)
    path = f"/sim/users/{bob.id}/chats/{club.chat_id}/available_reactions"
    with pytest.raises(Refused, match="can_change_info"):
        await bob.town.request("PUT", path, json={"emoji": ["🔥"]})
    await club.town.request("PUT", path.replace(str(bob.id), str(club.id)), json={"emoji": ["🔥"]})
    await bobs.reacts(said, "🔥")
    with pytest.raises(Refused, match="not allowed in this chat"):
        await bobs.reacts(said, "👍")
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(club.chat_id, said.id, [LIKE])


async def test_a_moderator_takes_reactions_away(bot: Bot, club: InGroup, bob: Person) -> None:
    bobs = bob.in_group(club.chat_id)
    one, two = await club.says("one"), await club.says("two")
    for said in (one, two):
        await bobs.reacts(said, "👍")
        await club.reacts(said, "🎉")
    await club.makes(bot.id, "administrator", rights={"can_invite_users": True})
    with pytest.raises(TelegramBadRequest, match="not enough rights"):
        await bot.delete_message_reaction(club.chat_id, one.id, user_id=bob.id)
    await club.makes(bot.id, "administrator", rights={"can_delete_messages": True})
    assert await bot.delete_message_reaction(club.chat_id, one.id, user_id=bob.id)
    shown = (await club.chat())["reactions"]
    assert [len(shown[str(said.id)]) for said in (one, two)] == [1, 2]
    assert await bot.delete_all_message_reactions(club.chat_id, user_id=club.id)
    shown = (await club.chat())["reactions"]
    assert list(shown) == [str(two.id)]
    assert [by["emoji"] for by in shown[str(two.id)]] == ["👍"]


async def test_bots_may_not_use_custom_emoji(bot: Bot, alice: Person) -> None:
    said = await alice.says("hello")
    custom = ReactionTypeCustomEmoji(custom_emoji_id="1")
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(alice.id, said.id, [custom])


async def test_in_a_channel_only_numbers_are_told(
    server: Running, town: Playground, bot: Bot, alice: Person, bob: Person
) -> None:
    news = await town.new_group("News", alice, [bob], [bot.id])
    server.town.chats.groups[news].type = "channel"
    server.town.chats.groups[news].members[bot.id].rights |= {"can_post_messages"}
    post = await bot.send_message(news, "read this")
    await updates(bot)
    for person in (alice, bob):
        there = person.in_group(news)
        await there.reacts((await there.sees("read this", from_bot=False)), "🔥")
    new = await updates(bot)
    counts = [one.message_reaction_count for one in new if one.message_reaction_count]
    assert [one.reactions[0].total_count for one in counts] == [1, 2]
    assert {one.message_id for one in counts} == {post.message_id}
    assert reacted(new) == []
