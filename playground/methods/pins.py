"""Pinned messages."""

from aiogram import methods

from playground.life import pinning
from playground.life.post import is_service
from playground.life.views import announce
from playground.methods.addressing import reachable
from playground.methods.groups import demand
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.places import Place

area = Area()
NO_RIGHT = "not enough rights to manage pinned messages in the chat"


def _pinnable(caller: Caller, chat_id: int | str) -> Place:
    place = reachable(caller, chat_id)
    if not place.is_private:
        group = caller.town.group_at(place)
        demand(caller, group, pinning.right_to_pin(group), NO_RIGHT)
    return place


@area.answers_to(methods.PinChatMessage)
def pin_chat_message(caller: Caller, call: methods.PinChatMessage) -> bool:
    """Pin a message; everybody is told."""
    place = reachable(caller, call.chat_id)
    message = caller.town.messages.find(place, call.message_id)
    if message is None:
        raise bad_request("message to pin not found")
    _pinnable(caller, call.chat_id)
    if is_service(message):
        raise bad_request("service messages can't be pinned")
    pinning.pin(caller.town, place, caller.bot.user, message)
    return True


@area.answers_to(methods.UnpinChatMessage)
def unpin_chat_message(caller: Caller, call: methods.UnpinChatMessage) -> bool:
    """Take one pin away: this one, or that of the newest message."""
    town, place = caller.town, reachable(caller, call.chat_id)
    message_id = call.message_id or town.chats.pinned(place)
    if message_id is None or town.messages.find(place, message_id) is None:
        raise bad_request("message to unpin not found")
    _pinnable(caller, call.chat_id)
    town.chats.unpin(place, message_id)
    announce(town, place)
    return True


@area.answers_to(methods.UnpinAllChatMessages)
def unpin_all_chat_messages(caller: Caller, call: methods.UnpinAllChatMessages) -> bool:
    """Take all pins away."""
    place = _pinnable(caller, call.chat_id)
    caller.town.chats.unpin(place)
    announce(caller.town, place)
    return True
