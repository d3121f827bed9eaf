"""Reactions that bots set and take away."""

from typing import Final

from aiogram import methods
from aiogram.types import Message, ReactionTypeEmoji

from playground.life.reacting import MOST, is_available, react, show, target
from playground.methods.addressing import reachable
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.places import Place

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
    message = _message(caller, place, call.message_id)
    chosen = call.reaction or []
    if len(chosen) > MOST:
        raise bad_request("REACTIONS_TOO_MANY")
    emoji = tuple(one.emoji for one in chosen if isinstance(one, ReactionTypeEmoji))
    if len(emoji) != len(chosen) or not ALLOWED.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    if not all(is_available(caller.town, place, one) for one in emoji):
        raise bad_request("REACTION_INVALID")
    town = caller.town
    react(town, place, target(town, place, message), caller.bot.user, emoji)
    return True


def _message(caller: Caller, place: Place, message_id: int) -> Message:
    message = caller.town.messages.find(place, message_id)
    if message is None:
        raise bad_request("message to react not found")
    return message


@area.answers_to(methods.DeleteMessageReaction)
def delete_message_reaction(caller: Caller, call: methods.DeleteMessageReaction) -> bool:
    """Take away what somebody set under one message of a group."""
    place = _moderated(caller, call)
    message = _message(caller, place, call.message_id)
    _take_away(caller, place, target(caller.town, place, message), _whose(caller, call))
    return True


@area.answers_to(methods.DeleteAllMessageReactions)
def delete_all_message_reactions(caller: Caller, call: methods.DeleteAllMessageReactions) -> bool:
    """Take away everything that somebody set in a group."""
    place = _moderated(caller, call)
    user_id = _whose(caller, call)
    for message_id in caller.town.reactions.by_user(place, user_id):
        _take_away(caller, place, message_id, user_id)
    return True


Deletion = methods.DeleteMessageReaction | methods.DeleteAllMessageReactions


def _moderated(caller: Caller, call: Deletion) -> Place:
    place = reachable(caller, call.chat_id)
    if place.is_private or caller.town.group_at(place).is_channel:
        raise bad_request("method is available only in supergroups")
    member = caller.town.group_at(place).members[caller.bot.id]
    if not member.has_right("can_delete_messages"):
        raise bad_request("not enough rights")
    return place


def _whose(caller: Caller, call: Deletion) -> int:
    """Find who reacted; nobody reacts in the name of a chat here."""
    if call.user_id is None:
        raise bad_request("invalid user_id specified")
    return caller.town.user(call.user_id).id


def _take_away(caller: Caller, place: Place, message_id: int, user_id: int) -> None:
    if caller.town.reactions.of(place, message_id, user_id):
        show(caller.town, place, message_id, caller.town.user(user_id), ())
