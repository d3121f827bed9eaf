"""Finding the group that a call is about, and somebody in it."""

from typing import Final

from playground.methods.addressing import reachable
from playground.refusals import bad_request
from playground.registry import Caller
from playground.state.chats import Group
from playground.state.members import Member
from playground.state.places import Place

ONLY_SUPERGROUPS: Final = "method is available only in supergroups"
ONLY_GROUPS: Final = "method is available only in groups and supergroups"
NO_BASIC_GROUPS: Final = "method is available only in supergroup and channel chats"
NO_RIGHT_TO_RESTRICT: Final = "not enough rights to restrict/unrestrict chat member"


def group_of(
    caller: Caller, chat_id: int | str, *, private: str = "chat is a private chat"
) -> Group:
    """Find a group in which the bot is.

    Args:
        caller: The bot.
        chat_id: What it names.
        private: What is said of a private chat.

    Raises:
        Refusal: There is none, or the bot is not in it.
    """
    place = reachable(caller, chat_id)
    if place.is_private:
        raise bad_request(private)
    return caller.town.group_at(place)


def readable(caller: Caller, chat_id: int | str) -> Place:
    """Find a chat of which the bot may know: where it is, or a public one.

    Raises:
        Refusal: There is none, or it is closed to the bot.
    """
    town = caller.town
    place = town.place_for_bot(caller.bot.id, chat_id)
    if place.is_private or not town.group_at(place).username:
        return reachable(caller, chat_id)
    is_kicked = town.group_at(place).member(caller.bot.user, now=town.now()).status == "kicked"
    return reachable(caller, chat_id) if is_kicked else place


def own_place(caller: Caller, group: Group) -> Member:
    """Give the bot's own place in a group."""
    return group.member(caller.bot.user, now=caller.town.now())


def demand(caller: Caller, group: Group, right: str, words: str) -> None:
    """Check a right of the bot; what plain members may do does not extend to bots.

    Raises:
        Refusal: With these words.
    """
    if not own_place(caller, group).has_right(right):
        raise bad_request(words)


def member_of(caller: Caller, group: Group, user_id: int) -> Member:
    """Find somebody's place in a group, past members and strangers included.

    Raises:
        Refusal: Nobody has this id.
    """
    user = caller.town.users.find(user_id)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return group.member(user, now=caller.town.now())
