"""Forwards and copies."""

from collections.abc import Sequence
from typing import Any, Final

from aiogram import methods
from aiogram.types import Message, MessageId, MessageOriginUser

from playground.formatting.texts import caption_text
from playground.mentions import with_people
from playground.methods.addressing import addressed, reachable
from playground.methods.speaking import (
    MEDIA,
    say,
    say_several,
)
from playground.post import is_service
from playground.refusals import bad_request
from playground.registry import Area, Caller

area = Area()
CONTENT: Final = ("poll", "text", "entities", "caption", "caption_entities", *MEDIA)


def _source(caller: Caller, chat_id: int | str, message_id: int, doing: str) -> Message:
    message = caller.town.messages.find(reachable(caller, chat_id), message_id)
    if message is None:
        raise bad_request(f"message to {doing} not found")
    if is_service(message):
        raise bad_request(f"message can't be {'copied' if doing == 'copy' else 'forwarded'}")
    return message


def _content(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in CONTENT}


def _forwarded(message: Message) -> dict[str, Any]:
    origin = message.forward_origin
    if origin is None and message.from_user is not None:
        origin = MessageOriginUser(date=message.date, sender_user=message.from_user)
    return {"forward_origin": origin, **_content(message)}


@area.answers_to(methods.ForwardMessage)
def forward_message(caller: Caller, call: methods.ForwardMessage) -> Message:
    """Show a message elsewhere, with its author."""
    message = _source(caller, call.from_chat_id, call.message_id, "forward")
    return say(caller, addressed(caller, call), None, **_forwarded(message))


@area.answers_to(methods.ForwardMessages)
def forward_messages(caller: Caller, call: methods.ForwardMessages) -> list[MessageId]:
    """Show several messages elsewhere; those that are not there are skipped."""
    envelope = addressed(caller, call)
    messages = _several(caller, call.from_chat_id, call.message_ids)
    return _ids(say_several(caller, envelope, [_forwarded(message) for message in messages]))


@area.answers_to(methods.CopyMessages)
def copy_messages(caller: Caller, call: methods.CopyMessages) -> list[MessageId]:
    """Send several messages again as one's own; those that are not there are skipped."""
    envelope = addressed(caller, call)
    messages = _several(caller, call.from_chat_id, call.message_ids)
    return _ids(say_several(caller, envelope, [_content(message) for message in messages]))


def _ids(messages: Sequence[Message]) -> list[MessageId]:
    return [MessageId(message_id=message.message_id) for message in messages]


def _several(caller: Caller, chat_id: int | str, message_ids: Sequence[int]) -> list[Message]:
    source = reachable(caller, chat_id)
    found = (caller.town.messages.find(source, message_id) for message_id in message_ids)
    return [message for message in found if message is not None and not is_service(message)]


@area.answers_to(methods.CopyMessage)
def copy_message(caller: Caller, call: methods.CopyMessage) -> MessageId:
    """Send a message again as one's own, with another caption if given."""
    message = _source(caller, call.from_chat_id, call.message_id, "copy")
    envelope = addressed(caller, call)
    content = _content(message)
    if call.caption is not None:
        caption, entities = caption_text(call.caption, call.parse_mode, call.caption_entities)
        content |= {"caption": caption, "caption_entities": with_people(caller.town, entities)}
    sent = say(caller, envelope, call.reply_markup, **content)
    return MessageId(message_id=sent.message_id)
