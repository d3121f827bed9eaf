"""Deletions."""

from collections.abc import Sequence
from typing import Final

from aiogram import methods
from aiogram.types import Message

from playground.encoding import moment
from playground.life.authors import author_of
from playground.life.post import unpost
from playground.methods.addressing import reachable
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.places import Place

area = Area()
MOST_AT_ONCE: Final = 100
DELETABLE_S: Final = 48 * 3600
DICE_STAYS_S: Final = 24 * 3600
CREATED: Final = (
    "supergroup_chat_created", "channel_chat_created", "forum_topic_created",
    "migrate_from_chat_id",
)  # fmt: skip


def checked_ids(message_ids: Sequence[int]) -> Sequence[int]:
    """Check how many messages are named.

    Raises:
        Refusal: None, or more than 100.
    """
    if not message_ids:
        raise bad_request("message identifiers are not specified")
    if len(message_ids) > MOST_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    if any(message_id <= 0 for message_id in message_ids):
        raise bad_request("invalid message identifier specified")
    return message_ids


@area.answers_to(methods.DeleteMessage)
def delete_message(caller: Caller, call: methods.DeleteMessage) -> bool:
    """Delete one message."""
    if not call.message_id:
        raise bad_request("message identifier is not specified")
    place = reachable(caller, call.chat_id)
    message = caller.town.messages.find(place, call.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(caller, place, message):
        raise bad_request("message can't be deleted")
    unpost(caller.town, place, [call.message_id])
    return True


@area.answers_to(methods.DeleteMessages)
def delete_messages(caller: Caller, call: methods.DeleteMessages) -> bool:
    """Delete several; those that are not there are skipped, and one that must stay saves all."""
    message_ids = checked_ids(call.message_ids)
    place = reachable(caller, call.chat_id)
    found = _present(caller, place, message_ids)
    if not all(_may_delete(caller, place, message) for message in found):
        raise bad_request("message can't be deleted")
    unpost(caller.town, place, [message.message_id for message in found])
    return True


def _present(caller: Caller, place: Place, message_ids: Sequence[int]) -> list[Message]:
    found = (caller.town.messages.find(place, message_id) for message_id in message_ids)
    return [message for message in found if message is not None]


def _may_delete(caller: Caller, place: Place, message: Message) -> bool:
    now = caller.town.now()
    if message.date <= moment(now - DELETABLE_S):
        return False
    if place.is_private:
        return message.dice is None or message.date < moment(now - DICE_STAYS_S)
    if any(getattr(message, name) for name in CREATED):
        return False
    member = caller.town.group_at(place).members[caller.bot.id]
    if member.has_right("can_delete_messages"):
        return True
    is_own = author_of(caller.town, place, message) == caller.bot.id
    return is_own and (message.chat.type != "channel" or member.has_right("can_post_messages"))
