"""Channels, their discussions, and whoever writes in the name of something else."""

from collections.abc import Awaitable, Callable

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Update

from playground.server import Running
from playground.users import InGroup, Person, Playground, Refused
from tests.integration.playground.worlds import bot_of

KINDS = [
    "message", "edited_message", "channel_post", "edited_channel_post", "chat_member",
    "my_chat_member", "chat_join_request",
]  # fmt: skip
Hears = Callable[[], Awaitable[list[Update]]]


@pytest.fixture
async def news(town: Playground, alice: Person, bob: Person) -> InGroup:
    """Alice's channel with the bot, read by Bob."""
    channel = await town.new_channel("News", alice, members=[bob, town.bot_id])
    return alice.in_group(channel)


@pytest.fixture
async def hears(bot: Bot) -> Hears:
    async def fetch() -> list[Update]:
        new = await bot.get_updates(allowed_updates=KINDS)
        if new:
            await bot.get_updates(offset=new[-1].update_id + 1, allowed_updates=KINDS)
        return new

    await fetch()
    return fetch


async def test_posts_are_the_channels_own(
    news: InGroup, hears: Hears, bob: Person, bot: Bot
) -> None:
    await hears()
    post = await news.says("soup is ready")
    await news.edits(post, "soup is cold")
    first, second = await hears()
    assert (first.event_type, second.event_type) == ("channel_post", "edited_channel_post")
    assert first.channel_post is not None
    assert first.channel_post.from_user is None
    assert first.channel_post.sender_chat is not None
    assert first.channel_post.sender_chat.id == news.chat_id
    assert first.channel_post.author_signature is None
    reader = bob.in_group(news.chat_id)
    with pytest.raises(Refused, match="only administrators with can_post_messages"):
        await reader.says("me too")
    shown = await reader.chat()
    assert (shown["kind"], shown["type"], shown["can_send"]) == ("channel", "channel", False)
    assert [one["user"]["id"] for one in shown["members"]] == [bob.id], "readers see nobody else"
    await news.sets(signs_posts=True)
    assert (await news.says("again")).message.author_signature == "Alice"
    sent = await bot.send_message(news.chat_id, "from the bot")
    assert (sent.from_user, sent.author_signature) == (None, "Helper")
    assert await bot.edit_message_text("better", chat_id=news.chat_id, message_id=sent.message_id)


async def test_a_bot_posts_by_right(news: InGroup, bot: Bot) -> None:
    await news.makes(bot.id, "administrator", rights={"can_edit_messages": True})
    with pytest.raises(TelegramBadRequest, match="need administrator rights in the channel chat"):
        await bot.send_message(news.chat_id, "x")
    post = await news.says("mine")
    assert await bot.edit_message_text("ours", chat_id=news.chat_id, message_id=post.id)
    assert await bot.pin_chat_message(news.chat_id, post.id)
    me = (await bot.get_chat_member(news.chat_id, bot.id)).model_dump()
    assert (me["can_post_messages"], me["can_pin_messages"]) == (False, None)


async def test_bots_of_a_channel_hear_what_another_bot_edits(
    town: Playground, server: Running, news: InGroup, bot: Bot, hears: Hears
) -> None:
    other = await town.new_bot("herald_bot")
    await news.adds(int(other["user"]["id"]))
    post = await bot.send_message(news.chat_id, "soup at six")
    await bot.edit_message_text("at seven", chat_id=news.chat_id, message_id=post.message_id)
    async with bot_of(server, other["token"]) as herald:
        heard = [one for one in await herald.get_updates() if one.my_chat_member is None]
    texts = [(one.event_type, getattr(one.event, "text", None)) for one in heard]
    assert texts == [("channel_post", "soup at six"), ("edited_channel_post", "at seven")]
    assert all(one.edited_channel_post is None for one in await hears()), "not of its own edits"


async def test_every_post_can_be_discussed(
    town: Playground, news: InGroup, bob: Person, bot: Bot, hears: Hears
) -> None:
    alice = town.user("alice")
    talk = alice.in_group(await town.new_group("Talk", alice, [bob, bot.id], linked=news.chat_id))
    assert (await news.chat())["linked"] == talk.chat_id
    await hears()
    post = await news.says("what do you think?")
    copy = await bob.in_group(talk.chat_id).sees("what do you think", from_bot=False)
    brought = copy.message
    assert brought.from_user is not None
    assert brought.from_user.id == 777_000
    assert brought.sender_chat is not None
    assert brought.sender_chat.id == news.chat_id
    assert brought.is_automatic_forward
    assert brought.forward_origin is not None
    assert brought.forward_origin.model_dump()["message_id"] == post.id
    assert (await talk.chat())["pins"] == [copy.id]
    comment = await bob.in_group(talk.chat_id).replies(copy, "salt!")
    assert comment.message.message_thread_id == copy.id
    kinds = [update.event_type for update in await hears()]
    assert kinds == ["channel_post", "message"], "in privacy mode it hears the post, not the talk"
    await news.edits(post, "well?")
    assert (await bob.in_group(talk.chat_id).chat())["messages"][-2]["text"] == "well?"
    edited = [update.edited_message for update in await hears() if update.edited_message]
    assert [message.text for message in edited] == ["well?"], "the bot gets the new text"
    assert all(message.edit_date for message in edited)
    chat = await bot.get_chat(talk.chat_id)
    assert chat.linked_chat_id == news.chat_id
    assert chat.pinned_message is not None


async def test_administrators_may_be_anonymous(
    club: InGroup, alice: Person, bot: Bot, hears: Hears
) -> None:
    await club.changes(alice, is_anonymous=True, custom_title="chef")
    said = await club.says("who said that?")
    assert said.message.from_user is not None
    assert said.message.from_user.username == "GroupAnonymousBot"
    assert said.message.sender_chat is not None
    assert said.message.sender_chat.id == club.chat_id
    assert said.message.author_signature == "chef"
    heard = [one.message for one in await hears() if one.message]
    assert heard[-1].from_user is not None
    assert heard[-1].from_user.id == 1_087_968_824
    await club.edits(said, "me")
    [owner] = [
        one for one in await bot.get_chat_administrators(club.chat_id) if one.status == "creator"
    ]
    assert owner.model_dump()["is_anonymous"] is True


async def test_people_write_in_the_name_of_their_channel(
    town: Playground, club: InGroup, alice: Person, bob: Person, bot: Bot
) -> None:
    paper = await town.new_channel("Paper", bob)
    with pytest.raises(Refused, match="only in the name of one's own channel"):
        await club.sends_as(paper)
    reader = bob.in_group("club")
    await reader.sends_as(paper)
    said = await reader.says("extra!")
    assert said.message.from_user is not None
    assert said.message.from_user.id == 136_817_688
    assert said.message.sender_chat is not None
    assert said.message.sender_chat.id == paper
    assert await bot.ban_chat_sender_chat(club.chat_id, paper)
    with pytest.raises(Refused, match="is banned here"):
        await reader.says("extra again!")
    await reader.sends_as(await town.new_channel("Second paper", bob))
    with pytest.raises(Refused, match="is banned here"):
        await reader.says("the same people, another paper")
    assert await bot.unban_chat_sender_chat(club.chat_id, paper)
    await reader.says("extra at last!")
    await reader.sends_as(None)
    assert (await reader.says("me")).sender_id == bob.id
