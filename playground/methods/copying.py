"""Forwards and copies."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from aiogram import methods
from aiogram.types import Dice, Message, MessageId

from playground.formatting.texts import caption_text
from playground.life.mentions import with_people
from playground.life.origins import is_protected, origin_of
from playground.life.post import is_service
from playground.methods.addressing import addressed, reachable
from playground.methods.albums import new_album
from playground.methods.deleting import checked_ids
from playground.methods.places import rolled
from playground.methods.polls import copied_poll
from playground.methods.speaking import CAPTION, CAPTIONED, MEDIA, say, say_several
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.places import Place

area = Area()
CONTENT: Final = (
    "text", "entities", "link_preview_options", "rich_message", *CAPTION, *MEDIA, "location",
    "venue", "contact", "dice", "poll", "game", "checklist", "story", "invoice",
)  # fmt: skip
UNCOPIED: Final = ("paid_media", "giveaway", "giveaway_winners", "invoice")


def _source(caller: Caller, chat_id: int | str, message_id: int, doing: str) -> Message:
    place = reachable(caller, chat_id)
    message = caller.town.messages.find(place, message_id)
    if message is None:
        raise bad_request(f"message to {doing} not found")
    if not _may(caller, place, message, doing):
        raise bad_request(f"the message can't be {'copied' if doing == 'copy' else 'forwarded'}")
    return message


def _may(caller: Caller, place: Place, message: Message, doing: str) -> bool:
    """Whether a message can be forwarded, or copied: copies may be made of protected ones."""
    if is_service(message):
        return False
    if doing == "copy":
        return not any(getattr(message, name) for name in UNCOPIED)
    return not is_protected(caller.town, place, message)


def content_of(message: Message) -> dict[str, Any]:
    """Give the fields of a message that go with it elsewhere."""
    return {name: getattr(message, name) for name in CONTENT}


def forwarded(message: Message) -> dict[str, Any]:
    """Give the fields of a forward."""
    return {
        "forward_origin": origin_of(message), "via_bot": message.via_bot, **content_of(message)
    }  # fmt: skip


def _copied(caller: Caller, message: Message) -> dict[str, Any]:
    """Give the fields of a copy; dice are rolled anew."""
    content = content_of(message)
    if message.dice is not None:
        content["dice"] = Dice(
            emoji=message.dice.emoji, value=rolled(caller.town, message.dice.emoji)
        )
    return content


@area.answers_to(methods.ForwardMessage)
def forward_message(caller: Caller, call: methods.ForwardMessage) -> Message:
    """Show a message elsewhere, with its author."""
    message = _source(caller, call.from_chat_id, call.message_id, "forward")
    return say(caller, addressed(caller, call), None, **forwarded(message))


@area.answers_to(methods.ForwardMessages)
def forward_messages(caller: Caller, call: methods.ForwardMessages) -> list[MessageId]:
    """Show several messages elsewhere; those that are not there are skipped."""
    envelope = addressed(caller, call)
    messages = _several(caller, call.from_chat_id, call.message_ids, "forward")
    contents = [forwarded(message) for message in messages]
    return _ids(say_several(caller, envelope, grouped(messages, contents)))


@area.answers_to(methods.CopyMessages)
def copy_messages(caller: Caller, call: methods.CopyMessages) -> list[MessageId]:
    """Send several messages again as one's own; those that are not there are skipped."""
    envelope = addressed(caller, call)
    messages = _several(caller, call.from_chat_id, call.message_ids, "copy")
    bare = {"caption": None, "caption_entities": None} if call.remove_caption else {}
    contents = [
        _copied(caller, message) | bare | copied_poll(caller, envelope.place, message)
        for message in messages
    ]
    return _ids(say_several(caller, envelope, grouped(messages, contents)))


def grouped(
    messages: Sequence[Message], contents: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Keep albums together: what was one album is a new one, where more than one item goes on."""
    groups = [message.media_group_id for message in messages]
    new = {group: new_album() for group in groups if group and groups.count(group) > 1}
    return [
        content | ({"media_group_id": new[group]} if group in new else {})
        for group, content in zip(groups, contents, strict=True)
    ]


def _ids(messages: Sequence[Message]) -> list[MessageId]:
    return [MessageId(message_id=message.message_id) for message in messages]


def _several(
    caller: Caller, chat_id: int | str, message_ids: Sequence[int], doing: str
) -> list[Message]:
    ids = list(checked_ids(message_ids))
    if any(one >= following for one, following in pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    source = reachable(caller, chat_id)
    found = (caller.town.messages.find(source, message_id) for message_id in ids)
    messages = [one for one in found if one is not None and _may(caller, source, one, doing)]
    if not messages:
        raise bad_request("there are no messages to forward")
    return messages


@area.answers_to(methods.CopyMessage)
def copy_message(caller: Caller, call: methods.CopyMessage) -> MessageId:
    """Send a message again as one's own, with another caption if given."""
    message = _source(caller, call.from_chat_id, call.message_id, "copy")
    envelope = addressed(caller, call)
    content = _copied(caller, message) | copied_poll(caller, envelope.place, message)
    if call.caption is not None and any(content[name] for name in CAPTIONED):
        caption, entities = caption_text(call.caption, call.parse_mode, call.caption_entities)
        above = call.show_caption_above_media is True
        content |= {
            "caption": caption, "caption_entities": with_people(caller.town, entities),
            "show_caption_above_media": above,
        }  # fmt: skip
    sent = say(caller, envelope, call.reply_markup, **content)
    return MessageId(message_id=sent.message_id)
