"""Where a message was first: what a forward says of it, and whether it may be forwarded."""

from aiogram.types import (
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from playground.state.places import Place
from playground.town import Town

AnyOrigin = MessageOriginUser | MessageOriginHiddenUser | MessageOriginChat | MessageOriginChannel


def origin_of(message: Message) -> AnyOrigin:
    """Give the ``MessageOrigin`` of a message; a forward keeps the first one."""
    if message.forward_origin is not None:
        return message.forward_origin
    chat = message.sender_chat
    if chat is not None and message.chat.type == "channel":
        return MessageOriginChannel(
            date=message.date, chat=message.chat, message_id=message.message_id,
            author_signature=message.author_signature,
        )  # fmt: skip
    if chat is not None:
        return MessageOriginChat(
            date=message.date, sender_chat=chat, author_signature=message.author_signature
        )
    if message.from_user is None:
        return MessageOriginHiddenUser(date=message.date, sender_user_name="")
    return MessageOriginUser(date=message.date, sender_user=message.from_user)


def is_protected(town: Town, place: Place, message: Message) -> bool:
    """Whether a message may not be forwarded or saved."""
    if message.has_protected_content:
        return True
    return not place.is_private and town.group_at(place).protected
