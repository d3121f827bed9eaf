"""Forums and private chats with topics."""

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import ChatPermissions, Message, ReplyParameters

from playground.server import Running
from playground.state.topics import COLORS
from playground.users import InGroup, NotSeen, Person, Playground, Refused
from tests.integration.playground.worlds import bot_of


@pytest.fixture
def forum(server: Running, club: InGroup) -> InGroup:
    """The club with topics; the bot may manage them."""
    group = server.town.chats.groups[club.chat_id]
    group.is_forum = True
    group.permissions = group.permissions | {"can_manage_topics"}
    return club


async def heard(bot: Bot) -> list[Message]:
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return [update.message for update in updates if update.message is not None]


async def test_a_topic_is_the_number_of_the_message_that_tells_of_it(
    bot: Bot, forum: InGroup
) -> None:
    topic = await bot.create_forum_topic(forum.chat_id, " News ", icon_color=COLORS[2])
    assert (topic.name, topic.icon_color, topic.icon_custom_emoji_id) == ("News", COLORS[2], None)
    told = await forum.sees(where=lambda one: one.id == topic.message_thread_id)
    assert told.message.forum_topic_created is not None
    assert told.message.forum_topic_created.name == "News"
    assert (told.message.is_topic_message, told.thread_id) == (True, told.id)
    assert [one["name"] for one in await forum.topics()] == ["General", "News"]


async def test_people_write_in_topics_and_replies_stay_there(
    bot: Bot, forum: InGroup, town: Playground
) -> None:
    news = await forum.makes_topic("News", icon="💡")
    [created] = await heard(bot)
    assert created.forum_topic_created is not None
    assert created.forum_topic_created.icon_custom_emoji_id == "5312536423851630001"
    said = await news.says("@helper_bot hello")
    [message] = await heard(bot)
    assert (message.is_topic_message, message.message_thread_id) == (True, created.message_id)
    assert message.reply_to_message is not None
    assert message.reply_to_message.forum_topic_created is not None, "the implicit reply"
    await bot.send_message(
        forum.chat_id, "hi", reply_parameters=ReplyParameters(message_id=said.id)
    )
    answer = await news.sees("hi")
    assert answer.message.reply_to_message is not None
    assert answer.message.reply_to_message.message_id == said.id
    await message.answer("there").as_(bot)
    assert (await news.sees("there")).thread_id == created.message_id


async def test_general_has_no_number_and_hears_nothing_of_others(bot: Bot, forum: InGroup) -> None:
    news = await forum.makes_topic("News")
    general = await forum.in_topic("General")
    said = await general.says("plain")
    assert (said.thread_id, said.message.message_thread_id) == (None, None)
    await bot.send_message(forum.chat_id, "in news", message_thread_id=news.thread_id)
    await news.sees("in news")
    with pytest.raises(NotSeen):
        await general.sees("in news", timeout_s=0)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(forum.chat_id, "x", message_thread_id=1)
    assert await bot.send_chat_action(forum.chat_id, "typing", message_thread_id=1)
    answered = await general.replies(said, "a thread of its own")
    assert answered.message.message_thread_id == said.id
    assert not answered.message.is_topic_message


async def test_a_closed_topic_is_for_those_who_manage_it(
    bot: Bot, forum: InGroup, bob: Person, town: Playground
) -> None:
    topic = await bot.create_forum_topic(forum.chat_id, "News")
    bobs = await bob.in_group("club").in_topic("News")
    await bobs.says("before")
    await bot.close_forum_topic(forum.chat_id, topic.message_thread_id)
    assert [one["is_closed"] for one in await forum.topics()] == [False, True]
    with pytest.raises(Refused, match="closed"):
        await bobs.says("after")
    with pytest.raises(Refused, match="may not change"):
        await bobs.reopens_topic()
    news = await forum.in_topic("News")
    await news.says("the owner may")
    await bot.send_message(forum.chat_id, "so may I", message_thread_id=topic.message_thread_id)
    await forum.makes(bot.id, "member")
    assert await bot.reopen_forum_topic(forum.chat_id, topic.message_thread_id), "its creator"
    await bobs.says("again")


async def test_who_made_a_topic_may_change_it(
    bot: Bot, forum: InGroup, bob: Person, town: Playground
) -> None:
    carol = town.user("carol")
    bobs = await bob.in_group("club").makes_topic("Mine")
    changed = await bobs.changes_topic(name="Ours", icon="🔥")
    assert (changed["name"], changed["icon"]) == ("Ours", "🔥")
    edited = next(one for one in reversed(await heard(bot)) if one.forum_topic_edited)
    assert edited.forum_topic_edited is not None
    assert edited.forum_topic_edited.name == "Ours"
    assert edited.message_thread_id == bobs.thread_id
    carols = await carol.in_group("club").in_topic("Ours")
    with pytest.raises(Refused, match="may not change"):
        await carols.changes_topic(name="Hers")


async def test_topics_need_a_forum_and_a_right(
    server: Running, bot: Bot, club: InGroup, bob: Person
) -> None:
    with pytest.raises(Refused, match="no topics"):
        await club.makes_topic("News")
    server.town.chats.groups[club.chat_id].is_forum = True
    bobs = bob.in_group("club")
    with pytest.raises(Refused, match="may not make"):
        await bobs.makes_topic("News")
    await bot.set_chat_permissions(
        club.chat_id, ChatPermissions(can_send_messages=True, can_manage_topics=True),
        use_independent_chat_permissions=True,
    )  # fmt: skip
    await bobs.makes_topic("News")


async def test_a_deleted_topic_takes_its_messages_along(bot: Bot, forum: InGroup) -> None:
    news = await forum.makes_topic("News")
    said, plain = await news.says("in it"), await forum.says("outside")
    assert await bot.delete_forum_topic(forum.chat_id, news.thread_id or 0)
    await forum.sees_gone(said)
    assert [one["name"] for one in await forum.topics()] == ["General"]
    left = [one["message_id"] for one in (await forum.chat())["messages"]]
    assert plain.id in left
    assert not {said.id, news.thread_id} & set(left)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(forum.chat_id, "x", message_thread_id=news.thread_id)


async def test_general_is_closed_hidden_and_named(bot: Bot, forum: InGroup, bob: Person) -> None:
    assert await bot.hide_general_forum_topic(forum.chat_id)
    [general] = await forum.topics()
    assert (general["is_hidden"], general["is_closed"]) == (True, True)
    with pytest.raises(Refused, match="closed"):
        await bob.in_group("club").says("hello")
    assert await bot.reopen_general_forum_topic(forum.chat_id)
    [general] = await forum.topics()
    assert (general["is_hidden"], general["is_closed"]) == (False, False)
    assert await bot.edit_general_forum_topic(forum.chat_id, "Lounge")
    assert [one["name"] for one in await forum.topics()] == ["Lounge"]
    await forum.sees(where=lambda one: one.message.forum_topic_edited is not None)
    shown = [one.message for one in forum.history()]
    assert [one.content_type for one in shown if one.from_user and one.from_user.is_bot] == [
        "general_forum_topic_hidden", "forum_topic_reopened", "forum_topic_edited",
    ]  # fmt: skip


async def test_pins_belong_to_their_topic(bot: Bot, forum: InGroup) -> None:
    news = await forum.makes_topic("News")
    inside, outside = await news.says("in it"), await forum.says("outside")
    for one in (inside, outside):
        await bot.pin_chat_message(forum.chat_id, one.id)
    pin = await news.sees(where=lambda one: one.message.pinned_message is not None)
    assert pin.thread_id == news.thread_id
    assert await bot.unpin_all_forum_topic_messages(forum.chat_id, news.thread_id or 0)
    assert (await forum.chat())["pins"] == [outside.id]
    assert await bot.unpin_all_general_forum_topic_messages(forum.chat_id)
    assert (await forum.chat())["pins"] == []


async def test_messages_are_forwarded_and_copied_into_topics(
    bot: Bot, forum: InGroup, alice: Person
) -> None:
    said = await alice.says("from elsewhere")
    news = await forum.makes_topic("News")
    await bot.forward_message(forum.chat_id, alice.id, said.id, message_thread_id=news.thread_id)
    await bot.copy_message(forum.chat_id, alice.id, said.id, message_thread_id=news.thread_id)
    await news.sees("from elsewhere")
    shown = [one for one in news.history() if one.text == "from elsewhere"]
    assert {one.thread_id for one in shown} == {news.thread_id}


async def test_icons_can_be_fetched_and_used(server: Running, bot: Bot, forum: InGroup) -> None:
    icons = await bot.get_forum_topic_icon_stickers()
    assert icons == await bot.get_forum_topic_icon_stickers()
    assert await bot.download(icons[0].file_id)
    topic = await bot.create_forum_topic(
        forum.chat_id, "News", icon_custom_emoji_id=icons[0].custom_emoji_id
    )
    assert topic.icon_custom_emoji_id == icons[0].custom_emoji_id
    params: dict[str, str | int | None] = {
        "chat_id": forum.chat_id, "message_thread_id": topic.message_thread_id,
        "icon_custom_emoji_id": "",
    }  # fmt: skip
    async with httpx.AsyncClient(base_url=server.base) as client:  # aiogram leaves "" out
        path = f"/bot{server.token}/editForumTopic"
        assert (await client.get(path, params=params)).json() == {"ok": True, "result": True}
    assert [one["icon"] for one in await forum.topics()] == [None, None]


async def test_a_private_chat_has_topics_when_its_bot_wants_that(
    town: Playground, server: Running, alice: Person
) -> None:
    made = await town.new_bot("threads_bot", has_topics_enabled=True)
    async with bot_of(server, made["token"]) as bot:
        me = await bot.get_me()
        assert (me.has_topics_enabled, me.allows_users_to_create_topics) == (True, True)
        chat = alice.with_bot(me.id)
        thread = await chat.makes_topic()
        created, said = (await heard(bot)), await thread.says("hello")
        assert created[0].forum_topic_created is not None
        assert created[0].forum_topic_created.is_name_implicit
        [message] = await heard(bot)
        assert (message.message_thread_id, message.is_topic_message) == (said.thread_id, True)
        await bot.edit_forum_topic(alice.id, thread.thread_id or 0, name="Soup")
        second = await bot.create_forum_topic(alice.id, "Salad")
        for draft, number in enumerate((thread.thread_id, second.message_thread_id), 1):
            await bot.send_message_draft(
                alice.id, draft_id=draft, text="Cut", message_thread_id=number
            )
        drafts = {one["thread_id"]: one["draft_id"] for one in (await chat.chat())["drafts"]}
        assert drafts == {thread.thread_id: 1, second.message_thread_id: 2}
        await message.answer("Ready").as_(bot)
        assert (await thread.sees("Ready")).thread_id == thread.thread_id
        assert [one["thread_id"] for one in (await chat.chat())["drafts"]] == [
            second.message_thread_id
        ]
        assert [one["name"] for one in await chat.topics()] == ["Soup", "Salad"]
        await (await chat.in_topic("Soup")).deletes_topic()
        assert [one["name"] for one in await chat.topics()] == ["Salad"]


async def test_a_bot_may_keep_topics_to_itself(
    town: Playground, server: Running, alice: Person
) -> None:
    made = await town.new_bot(
        "strict_bot", has_topics_enabled=True, allows_users_to_create_topics=False
    )
    chat = alice.with_bot(made["user"]["id"])
    await chat.says("/start")
    with pytest.raises(Refused, match="lets nobody"):
        await chat.makes_topic("Mine")
    async with bot_of(server, made["token"]) as bot:
        await bot.create_forum_topic(alice.id, "Mine")
    assert [one["name"] for one in await chat.topics()] == ["Mine"]


async def test_comments_of_a_channel_are_threads_but_no_topics(
    server: Running, bot: Bot, club: InGroup, alice: Person, town: Playground
) -> None:
    channel = await town.new_group("News", alice, type="channel", linked=club.chat_id)
    post = await alice.in_group(channel).says("Soup is out")
    brought = await club.sees("Soup is out", from_bot=False, where=lambda one: one.id != post.id)
    comment = await club.replies(brought, "At last")
    assert (comment.message.message_thread_id, comment.thread_id) == (brought.id, None)
    answer = await club.replies(comment, "Indeed")
    assert answer.message.message_thread_id == brought.id
    sent = await bot.send_message(club.chat_id, "Thanks", message_thread_id=brought.id)
    assert (sent.message_thread_id, sent.is_topic_message) == (brought.id, None)
    assert (await club.chat())["topics"] == []


async def test_topics_are_switched_on_by_whoever_may(club: InGroup, bob: Person) -> None:
    path = f"/sim/users/{bob.id}/chats/{club.chat_id}"
    with pytest.raises(Refused):
        await club.town.request("PATCH", path, json={"is_forum": True})
    path = f"/sim/users/{club.id}/chats/{club.chat_id}"
    shown = await club.town.request("PATCH", path, json={"is_forum": True})
    assert shown["is_forum"]
    assert [one["is_general"] for one in shown["topics"]] == [True]
