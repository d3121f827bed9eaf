"""Files: sent by bots as uploads, by id or by address, and given back."""

from typing import Any, Final

from aiogram import methods
from aiogram.types import File, Message

from playground.attaching import PERMISSION, check_photo, media_fields
from playground.formatting.texts import caption_text
from playground.mentions import with_people
from playground.methods.addressing import addressed
from playground.methods.speaking import say
from playground.refusals import Refusal, bad_request
from playground.registry import Area, Caller
from playground.state.files import StoredFile

area = Area()
MOST_DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
MOST_UPLOAD_BYTES: Final = 50 * 1024 * 1024
ATTACHED: Final = "attach://"

SendsFile = (
    methods.SendPhoto
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
    methods.SendSticker: "sticker",
}  # fmt: skip


def file_of(caller: Caller, kind: str, given: object) -> StoredFile:
    """Find what a bot sends: an upload of this call, or a file known by its id.

    Raises:
        Refusal: It is not there, too large, or not what it should be.
    """
    name = str(given)
    if name.startswith(ATTACHED):
        return _uploaded(caller, kind, name.removeprefix(ATTACHED))
    if "://" in name:
        raise bad_request("wrong type of the web page content")
    stored = caller.town.files.find(name)
    if stored is None:
        raise bad_request("wrong remote file identifier specified: Wrong padding in the string")
    if kind not in (stored.kind, "document"):
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored


def _uploaded(caller: Caller, kind: str, part: str) -> StoredFile:
    upload = caller.uploads.get(part)
    if upload is None:
        raise bad_request(f"there is no {kind} in the request")
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MOST_UPLOAD_BYTES:
        raise Refusal.unworded(413, "Request Entity Too Large")
    if kind == "photo":
        check_photo(upload)
    return caller.town.files.store(kind, upload)


def _options(call: Any) -> dict[str, Any]:  # noqa: ANN401 - one of SendsFile, by name
    return {
        "has_media_spoiler": getattr(call, "has_spoiler", None),
        "show_caption_above_media": getattr(call, "show_caption_above_media", None),
    }


@area.answers_to_each(*KINDS)
def send_file(caller: Caller, call: SendsFile) -> Message:
    """Send a file with its caption."""
    kind = KINDS[type(call)]
    envelope = addressed(caller, call, PERMISSION[kind])
    caption, entities = caption_text(
        getattr(call, "caption", None),
        getattr(call, "parse_mode", None),
        getattr(call, "caption_entities", None),
    )
    stored = file_of(caller, kind, getattr(call, kind))
    length = getattr(call, "duration", None)
    fields = media_fields(kind, stored, int(length) if isinstance(length, int) else None)
    return say(
        caller, envelope, call.reply_markup, caption=caption,
        caption_entities=with_people(caller.town, entities),
        **fields, **_options(call),
    )  # fmt: skip


@area.answers_to(methods.GetFile)
def get_file(caller: Caller, call: methods.GetFile) -> File:
    """Tell where a file can be fetched."""
    stored = caller.town.files.find(call.file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > MOST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return File(
        file_id=stored.id,
        file_unique_id=stored.unique_id,
        file_size=stored.size,
        file_path=stored.path,
    )
