"""Topics."""

from collections.abc import Awaitable, Callable

from tests.integration.playground.refusals.case import Case, Scene

MANAGER = "https://github.com/tdlib/td/blob/master/td/telegram/ForumTopicManager.cpp"
EDITING = "https://core.telegram.org/method/messages.editForumTopic"
THREAD = "https://github.com/tdlib/telegram-bot-api/issues/472"


def in_forum(
    act: Callable[[Scene, int], Awaitable[object]],
) -> Callable[[Scene], Awaitable[object]]:
    """The club is a forum, and Alice has made a topic there."""

    async def staged(s: Scene) -> object:
        s.server.town.chats.groups[s.club.chat_id].is_forum = True
        topic = await s.club.makes_topic("Hers")
        return await act(s, topic.thread_id or 0)

    return staged


def unentitled(
    act: Callable[[Scene, int], Awaitable[object]],
) -> Callable[[Scene], Awaitable[object]]:
    """And the bot has no right to change it."""

    async def staged(s: Scene, thread_id: int) -> object:
        await s.demote_bot()
        return await act(s, thread_id)

    return in_forum(staged)


async def _closed_twice(s: Scene, thread_id: int) -> object:
    await s.bot.close_forum_topic(s.club.chat_id, thread_id)
    return await s.bot.close_forum_topic(s.club.chat_id, thread_id)


async def _written_closed(s: Scene, thread_id: int) -> object:
    await s.bot.close_forum_topic(s.club.chat_id, thread_id)
    await s.demote_bot()
    return await s.bot.send_message(s.club.chat_id, "x", message_thread_id=thread_id)


async def _written_hidden(s: Scene, _thread_id: int) -> object:
    await s.bot.hide_general_forum_topic(s.club.chat_id)
    await s.demote_bot()
    return await s.bot.send_message(s.club.chat_id, "x")


CASES = [
    Case(
        "the chat is not a forum",
        lambda s: s.bot.create_forum_topic(s.club.chat_id, "News"),
        MANAGER,
    ),
    Case(
        "the chat is not a forum",
        lambda s: s.bot.create_forum_topic(s.alice.id, "News"),
        MANAGER,
    ),
    Case(
        "title must be non-empty",
        in_forum(lambda s, _: s.bot.create_forum_topic(s.club.chat_id, " ")),
        MANAGER,
    ),
    Case(
        "invalid icon color specified",
        in_forum(lambda s, _: s.bot.create_forum_topic(s.club.chat_id, "x", icon_color=-1)),
        MANAGER,
    ),
    Case(
        "not enough rights to create a topic",
        unentitled(lambda s, _: s.bot.create_forum_topic(s.club.chat_id, "News")),
        MANAGER,
    ),
    Case(
        "not enough rights to edit the topic",
        unentitled(lambda s, it: s.bot.edit_forum_topic(s.club.chat_id, it, name="Mine")),
        MANAGER,
    ),
    Case(
        "not enough rights to close or open the topic",
        unentitled(lambda s, it: s.bot.close_forum_topic(s.club.chat_id, it)),
        MANAGER,
    ),
    Case(
        "not enough rights to delete the topic",
        unentitled(lambda s, it: s.bot.delete_forum_topic(s.club.chat_id, it)),
        MANAGER,
    ),
    Case("TOPIC_NOT_MODIFIED", in_forum(_closed_twice), EDITING),
    Case(
        "TOPIC_NOT_MODIFIED",
        in_forum(lambda s, it: s.bot.edit_forum_topic(s.club.chat_id, it, name="Hers")),
        EDITING,
    ),
    Case(
        "TOPIC_ID_INVALID",
        in_forum(lambda s, it: s.bot.edit_forum_topic(s.club.chat_id, it + 99, name="x")),
        EDITING,
    ),
    Case(
        "invalid forum topic identifier specified",
        in_forum(lambda s, _: s.bot.close_forum_topic(s.club.chat_id, 0)),
        MANAGER,
    ),
    Case(
        "message thread not found",
        in_forum(lambda s, it: s.bot.send_message(s.club.chat_id, "x", message_thread_id=it + 99)),
        THREAD,
    ),
    Case(
        "message thread not found",
        in_forum(lambda s, _: s.bot.send_message(s.club.chat_id, "x", message_thread_id=1)),
        "https://github.com/tdlib/telegram-bot-api/issues/798",
    ),
    Case(
        "message thread not found",
        lambda s: s.bot.send_message(s.alice.id, "x", message_thread_id=s.hers),
        "https://github.com/tdlib/telegram-bot-api/issues/854",
    ),
    Case(
        "TOPIC_CLOSED",
        in_forum(_written_closed),
        "https://github.com/rteixeirax/qbittorrent_telegram_notification/issues/12",
    ),
    Case(
        "TOPIC_CLOSED",
        in_forum(_written_hidden),
        "https://github.com/userbotindo/Anjani/issues/366",
    ),
]
