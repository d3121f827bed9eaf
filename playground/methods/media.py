"""Files: sent by bots as uploads, by id or by address, and given back."""

from typing import Any, Final

from aiogram import methods
from aiogram.types import File, Message

from playground.formatting.texts import caption_text
from playground.life.attaching import PERMISSION, media_fields
from playground.life.mentions import with_people
from playground.methods.addressing import addressed
from playground.methods.speaking import say
from playground.methods.uploading import facts_of, file_of
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.files import ID_LENGTH, StoredFile

area = Area()
MOST_DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
MOST_LIVE_PHOTO_BYTES: Final = 10 * 1024 * 1024
LONGEST_LIVE_PHOTO_S: Final = 10

SendsFile = (
    methods.SendPhoto
    | methods.SendLivePhoto
    | methods.SendVoice
    | methods.SendAudio
    | methods.SendDocument
    | methods.SendVideo
    | methods.SendVideoNote
    | methods.SendAnimation
    | methods.SendSticker
)
KINDS: Final[dict[type[Any], str]] = {
    methods.SendPhoto: "photo", methods.SendVoice: "voice", methods.SendAudio: "audio",
    methods.SendDocument: "document", methods.SendVideo: "video",
    methods.SendVideoNote: "video_note", methods.SendAnimation: "animation",
    methods.SendSticker: "sticker", methods.SendLivePhoto: "live_photo",
}  # fmt: skip
WITH_SPOILER: Final = frozenset({"photo", "video", "animation", "live_photo"})


@area.answers_to_each(*KINDS)
def send_file(caller: Caller, call: SendsFile) -> Message:
    """Send a file with its caption."""
    kind = KINDS[type(call)]
    envelope = addressed(caller, call, PERMISSION[kind])
    content = content_of(caller, kind, call, getattr(call, kind))
    return say(caller, envelope, call.reply_markup, **content)


def content_of(
    caller: Caller, kind: str, item: Any, given: object, *, missing: str | None = None  # noqa: ANN401 - a sending method or an InputMedia
) -> dict[str, Any]:  # fmt: skip
    """Give the fields of ``Message`` for a file, its caption and how both are shown.

    A file known by its id stays what it was: a video sent again as a document is a video.

    Raises:
        Refusal: The file or the caption is unusable.
    """
    caption, entities = caption_text(
        getattr(item, "caption", None),
        getattr(item, "parse_mode", None),
        getattr(item, "caption_entities", None),
    )
    stored = file_of(caller, kind, given, facts=facts_of(caller, item), missing=missing)
    real = _real_kind(kind, stored)
    shown = {
        "has_media_spoiler": getattr(item, "has_spoiler", None) if real in WITH_SPOILER else None,
        "show_caption_above_media": getattr(item, "show_caption_above_media", None) is True or None,
    }
    marks = with_people(caller.town, entities) or None
    return {
        "caption": caption or None, "caption_entities": marks, **shown,
        **media_fields(real, stored), **_of_a_set(caller, real, stored),
    }  # fmt: skip


def _real_kind(kind: str, stored: StoredFile) -> str:
    if stored.kind == "live_photo" or kind == "live_photo":
        _check_live(stored)
    if kind == "document" and stored.kind == "document" and stored.mime == "image/gif":
        return "animation"
    return stored.kind if stored.kind != "thumbnail" else "document"


def _check_live(stored: StoredFile) -> None:
    if stored.size > MOST_LIVE_PHOTO_BYTES:
        raise bad_request("file is too big")


def _of_a_set(caller: Caller, kind: str, stored: StoredFile) -> dict[str, Any]:
    sticker = caller.town.stickers.find(stored.id) if kind == "sticker" else None
    return {"sticker": sticker} if sticker is not None else {}


@area.answers_to(methods.GetFile)
def get_file(caller: Caller, call: methods.GetFile) -> File:
    """Tell where a file can be fetched."""
    stored = caller.town.files.find(call.file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > MOST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return File(
        file_id=call.file_id,
        file_unique_id=stored.unique_id + call.file_id[ID_LENGTH:],
        file_size=stored.size,
        file_path=stored.path,
    )
