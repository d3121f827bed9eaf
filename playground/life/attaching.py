"""Stored files as the fields of a message."""

from typing import Any, Final

from aiogram.types import (
    Animation,
    Audio,
    Document,
    LivePhoto,
    PhotoSize,
    Sticker,
    TelegramObject,
    Video,
    VideoNote,
    Voice,
)

from playground.refusals import bad_request
from playground.state.files import StoredFile, Upload
from playground.state.media import picture_size, sound_seconds

MOST_PHOTO_BYTES: Final = 10 * 1024 * 1024
LONGEST_SIDES: Final = 10_000
STEEPEST: Final = 20
UNKNOWN_SIZE: Final = (512, 512)
SIZES: Final = {"s": 90, "m": 320, "x": 800, "y": 1280}
PERMISSION: Final = {
    "photo": "can_send_photos", "voice": "can_send_voice_notes", "audio": "can_send_audios",
    "document": "can_send_documents", "video": "can_send_videos",
    "video_note": "can_send_video_notes", "animation": "can_send_other_messages",
    "sticker": "can_send_other_messages", "live_photo": "can_send_photos",
}  # fmt: skip


def check_photo(upload: Upload) -> None:
    """Check what is sent as a picture.

    Raises:
        Refusal: It is no picture, too large, or has impossible sides.
    """
    if len(upload.content) > MOST_PHOTO_BYTES:
        raise bad_request("file is too big")
    size = picture_size(upload.content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    shorter, longer = sorted(size)
    if shorter < 1 or sum(size) > LONGEST_SIDES or longer > STEEPEST * shorter:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def photo_sizes(stored: StoredFile) -> list[PhotoSize]:
    """Give the sizes of a picture, the smallest first; the last is the picture itself.

    The smaller ones have ids of their own, but the bytes behind them are those of the picture.
    """
    width, height = picture_size(stored.upload.content) or UNKNOWN_SIZE
    longer = max(width, height)
    smaller = [
        _scaled(stored, letter, width * side // longer, height * side // longer)
        for letter, side in SIZES.items()
        if side < longer
    ]
    return [*smaller, _scaled(stored, "", width, height)]


def _scaled(stored: StoredFile, letter: str, width: int, height: int) -> PhotoSize:
    return PhotoSize(
        file_id=stored.id + letter, file_unique_id=stored.unique_id + letter,
        width=max(width, 1), height=max(height, 1), file_size=stored.size,
    )  # fmt: skip


def thumbnail_of(stored: StoredFile) -> PhotoSize | None:
    """Give the small picture of a file: the one that came with it, or of a picture its own."""
    if stored.facts.thumbnail is not None:
        return stored.facts.thumbnail
    if picture_size(stored.upload.content) is None or stored.kind in {"photo", "sticker"}:
        return None
    return photo_sizes(stored)[:2][-1]


def media_fields(kind: str, stored: StoredFile) -> dict[str, Any]:
    """Give the fields of ``Message`` that carry a file sent as ``kind``."""
    if kind == "photo":
        return {"photo": photo_sizes(stored)}
    if kind == "live_photo":
        return {"live_photo": _live_photo(stored), "photo": stored.facts.still}
    model = MODELS[kind]
    known = _facts(kind, stored)
    fields = {name: value for name, value in known.items() if name in model.model_fields}
    carried: dict[str, Any] = {kind: model.model_validate(fields)}
    if kind == "animation":
        document = {name: known[name] for name in Document.model_fields if name in known}
        carried["document"] = Document.model_validate(document)
    return carried


MODELS: Final[dict[str, type[TelegramObject]]] = {
    "voice": Voice, "audio": Audio, "video": Video, "video_note": VideoNote,
    "animation": Animation, "sticker": Sticker, "document": Document,
}  # fmt: skip


def _facts(kind: str, stored: StoredFile) -> dict[str, Any]:
    """All that may be said of a file, by the names that the models of the Bot API use."""
    told = stored.facts
    width, height = picture_size(stored.upload.content) or UNKNOWN_SIZE
    seconds = sound_seconds(stored.upload.content) if told.duration is None else told.duration
    return {
        "file_id": stored.id, "file_unique_id": stored.unique_id, "file_size": stored.size,
        "width": told.width or width, "height": told.height or height, "duration": seconds,
        "length": told.width or min(width, height), "file_name": stored.upload.name,
        "mime_type": "audio/ogg" if kind == "voice" else stored.mime,
        "thumbnail": thumbnail_of(stored), "title": told.title or None,
        "performer": told.performer or None, "cover": told.cover,
        "start_timestamp": told.start_timestamp, "type": "regular", "emoji": told.emoji or None,
        "is_animated": told.sticker_format == "animated",
        "is_video": told.sticker_format == "video",
    }  # fmt: skip


def _live_photo(stored: StoredFile) -> LivePhoto:
    known = _facts("live_photo", stored)
    fields = {name: known[name] for name in LivePhoto.model_fields if name in known}
    return LivePhoto.model_validate(fields | {"photo": stored.facts.still})
