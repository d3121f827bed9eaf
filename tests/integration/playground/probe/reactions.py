"""Reactions."""

from aiogram import methods
from aiogram.types import ReactionTypeEmoji

from tests.integration.playground.probe.frame import Probe


async def probe(p: Probe) -> None:
    said = await p.club.says("hello")
    group, like = p.club.chat_id, ReactionTypeEmoji(emoji="👍")
    await p(methods.SetMessageReaction(chat_id=group, message_id=said.id, reaction=[like]))
    await p.club.reacts(said, "🔥")
    heard = [update.event_type for update in await p.hears()]
    assert heard == ["message", "message_reaction"]
    await p(methods.DeleteMessageReaction(chat_id=group, message_id=said.id, user_id=p.alice.id))
    await p(methods.DeleteAllMessageReactions(chat_id=group, user_id=p.bot.id))
    assert (await p.club.chat())["reactions"] == {}
