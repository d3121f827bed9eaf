"""How messages become pinned, by bots and people alike."""

from aiogram.types import Message, User

from playground.encoding import moment
from playground.life.authors import acting
from playground.life.post import post
from playground.life.threads import beside
from playground.life.views import announce
from playground.state.chats import Group
from playground.state.places import Place
from playground.town import Town


def right_to_pin(group: Group) -> str:
    """Name the right that one needs in order to pin."""
    return "can_edit_messages" if group.is_channel else "can_pin_messages"


def pin(town: Town, place: Place, user: User, message: Message) -> None:
    """Pin a message and tell everybody; nothing happens to one that is pinned already."""
    pins = town.chats.pins.setdefault(place, [])
    if message.message_id in pins:
        return
    pins.append(message.message_id)
    told = Message(
        message_id=town.messages.next_id(place), chat=town.chat_at(place),
        date=moment(town.now()), **acting(town, place, user),
        pinned_message=message.model_copy(update={"reply_to_message": None}), **beside(message),
    )  # fmt: skip
    post(town, place, told, author=user.id)
    announce(town, place)
