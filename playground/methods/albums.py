"""Several files as one album, and a file exchanged for another."""

import secrets
from typing import Any, Final

from aiogram import methods
from aiogram.types import (
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)

from playground.attaching import PERMISSION, media_fields
from playground.formatting.texts import caption_text
from playground.mentions import with_people
from playground.methods.addressing import addressed
from playground.methods.editing import change, own_message
from playground.methods.media import file_of
from playground.methods.speaking import MEDIA, say_several
from playground.refusals import bad_request
from playground.registry import Area, Caller

area = Area()
FEWEST: Final = 2
MOST: Final = 10
TOGETHER: Final = frozenset({"photo", "video"})
Item = InputMediaPhoto | InputMediaVideo | InputMediaAudio | InputMediaDocument


def _fields(caller: Caller, item: Item) -> dict[str, Any]:
    caption, entities = caption_text(item.caption, item.parse_mode, item.caption_entities)
    stored = file_of(caller, item.type, item.media)
    marks = with_people(caller.town, entities) or None
    return {
        "caption": caption or None, "caption_entities": marks, **media_fields(item.type, stored)
    }  # fmt: skip


def _check(items: list[Item]) -> None:
    if not FEWEST <= len(items) <= MOST:
        raise bad_request(f"group must contain {FEWEST}-{MOST} items")
    kinds = {item.type for item in items}
    if len(kinds) > 1 and not kinds <= TOGETHER:
        raise bad_request("Audio and Document can't be mixed with other media types")


@area.answers_to(methods.SendMediaGroup)
def send_media_group(caller: Caller, call: methods.SendMediaGroup) -> list[Message]:
    """Send an album."""
    items = [item for item in call.media if isinstance(item, Item)]
    if len(items) != len(call.media):
        raise bad_request("can't use a live photo in an album here")
    _check(items)
    envelope = addressed(caller, call, PERMISSION[items[0].type])
    album = {"media_group_id": str(secrets.randbits(62))}
    return say_several(caller, envelope, [album | _fields(caller, item) for item in items])


@area.answers_to(methods.EditMessageMedia)
def edit_message_media(caller: Caller, call: methods.EditMessageMedia) -> Message:
    """Exchange the file of a message, with its caption."""
    place, message = own_message(caller, call.chat_id, call.message_id)
    if not isinstance(call.media, Item):
        raise bad_request(f"can't use {call.media.type} here")
    content = dict.fromkeys(MEDIA) | _fields(caller, call.media)
    if message.text is not None:
        content |= {"text": None, "entities": None}
    return change(caller, place, message, call.reply_markup, **content)
