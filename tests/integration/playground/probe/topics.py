"""Topics."""

from aiogram import Bot, methods

from playground.state.topics import ICONS
from tests.integration.playground.probe.frame import Probe


async def probe(p: Probe) -> None:
    group = p.club.chat_id
    p.server.town.chats.groups[group].is_forum = True
    news = await p.club.makes_topic("News")
    said = await news.says("in it")
    thread = news.thread_id or 0
    for call in (
        methods.GetForumTopicIconStickers(),
        methods.CreateForumTopic(chat_id=group, name="n", icon_custom_emoji_id=min(ICONS)),
        methods.EditForumTopic(chat_id=group, message_thread_id=thread, name="new"),
        methods.CloseForumTopic(chat_id=group, message_thread_id=thread),
        methods.ReopenForumTopic(chat_id=group, message_thread_id=thread),
        methods.PinChatMessage(chat_id=group, message_id=said.id),
        methods.UnpinAllForumTopicMessages(chat_id=group, message_thread_id=thread),
        methods.EditGeneralForumTopic(chat_id=group, name="Lounge"),
        methods.CloseGeneralForumTopic(chat_id=group),
        methods.ReopenGeneralForumTopic(chat_id=group),
        methods.HideGeneralForumTopic(chat_id=group),
        methods.UnhideGeneralForumTopic(chat_id=group),
        methods.UnpinAllGeneralForumTopicMessages(chat_id=group),
        methods.SendMessage(chat_id=group, text="x", message_thread_id=thread),
        methods.SendChatAction(chat_id=group, action="typing", message_thread_id=thread),
        methods.DeleteForumTopic(chat_id=group, message_thread_id=thread),
    ):  # fmt: skip
        await p(call)
    async with p.second_bot("threads_bot", has_topics_enabled=True) as bot:
        await _private(p, bot)


async def _private(p: Probe, bot: Bot) -> None:
    thread = await p.alice.with_bot(bot.id).makes_topic()
    await thread.says("hello")
    number = thread.thread_id
    await p(methods.GetMe(), by=bot)
    await p(
        methods.SendMessageDraft(chat_id=p.alice.id, draft_id=1, message_thread_id=number),
        by=bot,
    )
    await p(methods.SendMessage(chat_id=p.alice.id, text="x", message_thread_id=number), by=bot)
    await thread.says("bye")
    await p.hears(by=bot)
