"""Reactions that bots set."""

from typing import Final

from aiogram import methods
from aiogram.types import ReactionTypeEmoji

from playground.methods.addressing import reachable
from playground.post import react
from playground.refusals import bad_request
from playground.registry import Area, Caller

area = Area()
EMOJI: Final = (
    "❤ ❤️ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 "
    "🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 "
    "😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 "
    "🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡 "
)
ALLOWED: Final = frozenset(EMOJI.split())


@area.answers_to(methods.SetMessageReaction)
def set_message_reaction(caller: Caller, call: methods.SetMessageReaction) -> bool:
    """Set the bot's one reaction, or take it back."""
    place = reachable(caller, call.chat_id)
    if caller.town.messages.find(place, call.message_id) is None:
        raise bad_request("message to react not found")
    chosen = call.reaction or []
    if len(chosen) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    emoji = tuple(one.emoji for one in chosen if isinstance(one, ReactionTypeEmoji))
    if len(emoji) != len(chosen) or not ALLOWED.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    react(caller.town, place, call.message_id, caller.bot.user, emoji)
    return True
