"""Paid media: people see that there is something, and how much it costs."""

from typing import Any, Final

from aiogram import methods
from aiogram.types import (
    Message,
    PaidMediaInfo,
    PaidMediaLivePhoto,
    PaidMediaPhoto,
    PaidMediaPreview,
    PaidMediaVideo,
)

from playground.formatting.texts import caption_text
from playground.life.attaching import PERMISSION, media_fields
from playground.life.mentions import with_people
from playground.methods.addressing import addressed
from playground.methods.speaking import say
from playground.methods.uploading import facts_of, file_of
from playground.refusals import bad_request
from playground.registry import Area, Caller

area = Area()
MOST: Final = 10
MOST_STARS: Final = 25_000
LONGEST_PAYLOAD: Final = 128
NOT_FOUND: Final = "can't parse InputPaidMedia: media not found"
AnyPaid = PaidMediaPhoto | PaidMediaVideo | PaidMediaLivePhoto | PaidMediaPreview


@area.answers_to(methods.SendPaidMedia)
def send_paid_media(caller: Caller, call: methods.SendPaidMedia) -> Message:
    """Send files that are shown to those who pay; here nobody can."""
    _check(call)
    envelope = addressed(caller, call, PERMISSION["photo"])
    caption, entities = caption_text(call.caption, call.parse_mode, call.caption_entities)
    media = [_paid(caller, item) for item in call.media]
    info = PaidMediaInfo(star_count=call.star_count, paid_media=media)
    above = call.show_caption_above_media is True
    return say(
        caller, envelope, call.reply_markup, paid_media=info, caption=caption,
        caption_entities=with_people(caller.town, entities), show_caption_above_media=above,
    )  # fmt: skip


def _check(call: methods.SendPaidMedia) -> None:
    if not call.media:
        raise bad_request("there are no media to send")
    if len(call.media) > MOST:
        raise bad_request("too many media to send")
    if not 1 <= call.star_count <= MOST_STARS:
        raise bad_request("STARS_AMOUNT_INVALID")
    if len((call.payload or "").encode()) > LONGEST_PAYLOAD:
        raise bad_request("PAYLOAD_INVALID")


def _paid(caller: Caller, item: Any) -> AnyPaid:  # noqa: ANN401 - an InputPaidMedia
    stored = file_of(caller, item.type, item.media, facts=facts_of(caller, item), missing=NOT_FOUND)
    fields = media_fields(item.type, stored)
    if item.type == "photo":
        return PaidMediaPhoto(photo=fields["photo"])
    if item.type == "video":
        return PaidMediaVideo(video=fields["video"])
    return PaidMediaLivePhoto(live_photo=fields["live_photo"])
