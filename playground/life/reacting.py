"""Reactions appear, change and go; those who may know hear of it."""

from typing import Final

from aiogram.types import (
    Message,
    MessageReactionCountUpdated,
    MessageReactionUpdated,
    ReactionCount,
    ReactionTypeEmoji,
    User,
)

from playground.encoding import encode, moment
from playground.life.authors import author_fields
from playground.state.places import Place
from playground.state.users import BotAccount
from playground.town import Town

MOST: Final = 1
MOST_PREMIUM: Final = 3


def target(town: Town, place: Place, message: Message) -> int:
    """Tell which message carries a reaction: of an album it is the first one left."""
    album = message.media_group_id
    if album is None:
        return message.message_id
    together = town.messages.at(place, lambda one: one.media_group_id == album)
    return min(one.message_id for one in together)


def is_available(town: Town, place: Place, emoji: str) -> bool:
    """Whether the chat allows this reaction."""
    if place.is_private:
        return True
    allowed = town.group_at(place).available_reactions
    return allowed is None or emoji in allowed


def react(town: Town, place: Place, message_id: int, user: User, emoji: tuple[str, ...]) -> None:
    """Put somebody's reactions in place of those before.

    Administrators among the bots, and the bot of a private chat, hear of people's reactions; of
    those in a channel, which are anonymous, only the numbers.
    """
    old = town.reactions.of(place, message_id, user.id)
    if old == emoji:
        return
    show(town, place, message_id, user, emoji)
    if not place.is_private and town.group_at(place).is_channel:
        _tell_counts(town, place, message_id)
    elif not user.is_bot:
        _tell_change(town, place, message_id, user, old)


def show(town: Town, place: Place, message_id: int, user: User, emoji: tuple[str, ...]) -> None:
    """Show people somebody's reactions in place of those before; bots are not told."""
    town.reactions.put(place, message_id, user.id, emoji)
    town.events.add(
        "reactions", to=town.people_at(place), chat=place.peer_id, message_id=message_id,
        reactions=town.reactions.as_json(place, message_id),
    )  # fmt: skip


def _tell_change(
    town: Town, place: Place, message_id: int, user: User, old: tuple[str, ...]
) -> None:
    author, new = author_fields(town, place, user), town.reactions.of(place, message_id, user.id)
    hidden = author.get("sender_chat")
    who = {"actor_chat": hidden} if hidden is not None else {"user": author["from_user"]}
    changed = MessageReactionUpdated(
        chat=town.chat_at(place), message_id=message_id, date=moment(town.now()),
        old_reaction=[ReactionTypeEmoji(emoji=one) for one in old],
        new_reaction=[ReactionTypeEmoji(emoji=one) for one in new], **who,
    )  # fmt: skip
    for bot in _who_may_know(town, place):
        town.queues[bot.id].put("message_reaction", encode(changed))


def _tell_counts(town: Town, place: Place, message_id: int) -> None:
    counts = [
        ReactionCount(type=ReactionTypeEmoji(emoji=one["emoji"]), total_count=len(one["by"]))
        for one in town.reactions.as_json(place, message_id)
    ]
    changed = MessageReactionCountUpdated(
        chat=town.chat_at(place), message_id=message_id, date=moment(town.now()), reactions=counts
    )
    for bot in _who_may_know(town, place):
        town.queues[bot.id].put("message_reaction_count", encode(changed))


def _who_may_know(town: Town, place: Place) -> list[BotAccount]:
    bots = town.bots_at(place)
    if place.is_private:
        return bots
    members = town.group_at(place).members
    return [bot for bot in bots if members[bot.id].is_admin]
