"""Several files as one album, and a file exchanged for another."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from aiogram import methods
from aiogram.types import Message

from playground.life.attaching import PERMISSION
from playground.methods.addressing import addressed, writable
from playground.methods.editing import answer, change, target
from playground.methods.media import content_of
from playground.methods.speaking import CAPTION, MEDIA, say_several
from playground.refusals import bad_request
from playground.registry import Area, Caller

area = Area()
MOST: Final = 10
ALONE: Final = {"audio": "Audio", "document": "Document"}
EXCHANGED: Final = (
    "text", "rich_message", "photo", "video", "animation", "audio", "document", "live_photo",
)  # fmt: skip
NOT_FOUND: Final = "can't parse InputMedia: media not found"


def check_album(kinds: Sequence[str]) -> None:
    """Check what goes together.

    Raises:
        Refusal: There are none or too many, or audios or documents are mixed with others.
    """
    if not kinds:
        raise bad_request("there are no messages to send")
    if len(kinds) > MOST:
        raise bad_request("too many messages to send as an album")
    for kind, name in ALONE.items():
        if kind in kinds and set(kinds) != {kind}:
            raise bad_request(f"{name.lower()} can't be mixed with other media types")


def new_album() -> str:
    """Give an album a number."""
    return str(secrets.randbits(62))


def _content(caller: Caller, item: Any) -> dict[str, Any]:  # noqa: ANN401 - an InputMedia
    return content_of(caller, item.type, item, item.media, missing=NOT_FOUND)


@area.answers_to(methods.SendMediaGroup)
def send_media_group(caller: Caller, call: methods.SendMediaGroup) -> list[Message]:
    """Send an album."""
    kinds = [item.type for item in call.media]
    check_album(kinds)
    if len({_is_above(item) for item in call.media} - {None}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    for kind in kinds[1:]:
        writable(caller, call.chat_id, PERMISSION[kind])
    envelope = addressed(caller, call, PERMISSION[kinds[0]])
    contents = [_content(caller, item) for item in call.media]
    album = {"media_group_id": new_album()} if len(contents) > 1 else {}
    return say_several(caller, envelope, [album | content for content in contents])


def _is_above(item: Any) -> bool | None:  # noqa: ANN401 - an InputMedia
    """Whether a caption is shown above; None for what has no such choice."""
    if not hasattr(item, "show_caption_above_media"):
        return None
    return item.show_caption_above_media is True


@area.answers_to(methods.EditMessageMedia)
def edit_message_media(caller: Caller, call: methods.EditMessageMedia) -> Message | bool:
    """Exchange the file of a message, with its caption."""
    place, message = target(caller, call)
    content = exchanged(caller, message, call.media)
    return answer(call, change(caller, place, message, call.reply_markup, **content))


def exchanged(caller: Caller, message: Message, media: Any) -> dict[str, Any]:  # noqa: ANN401 - an InputMedia
    """Give the fields of a message whose file is exchanged.

    Raises:
        Refusal: The file is unusable, or does not fit the album.
    """
    if not any(getattr(message, name) for name in EXCHANGED):
        raise bad_request("message media can't be edited")
    if message.media_group_id is not None:
        _check_fits(message, media.type)
    cleared = dict.fromkeys(
        (*MEDIA, *CAPTION, "text", "entities", "link_preview_options", "rich_message")
    )
    return cleared | _content(caller, media)


def _check_fits(message: Message, kind: str) -> None:
    kinds = {"photo", "video", "live_photo"}
    for name in ALONE:
        if getattr(message, name) is not None:
            kinds = {name}
    if kind not in kinds:
        raise bad_request("can't change media type in the album")
