"""Stored files as the fields of a message."""

from typing import Any, Final

from aiogram.types import Animation, Audio, Document, PhotoSize, Sticker, Video, VideoNote, Voice

from playground.media import picture_size, sound_seconds
from playground.refusals import bad_request
from playground.state.files import StoredFile, Upload

MOST_PHOTO_BYTES: Final = 10 * 1024 * 1024
LONGEST_SIDES: Final = 10_000
STEEPEST: Final = 20
UNKNOWN_SIZE: Final = (512, 512)
PERMISSION: Final = {
    "photo": "can_send_photos", "voice": "can_send_voice_notes", "audio": "can_send_audios",
    "document": "can_send_documents", "video": "can_send_videos",
    "video_note": "can_send_video_notes", "animation": "can_send_other_messages",
    "sticker": "can_send_other_messages",
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


def media_fields(  # noqa: PLR0911 - one return for each kind reads best
    kind: str, stored: StoredFile, duration: int | None = None
) -> dict[str, Any]:
    """Give the fields of ``Message`` that carry a file."""
    width, height = picture_size(stored.upload.content) or UNKNOWN_SIZE
    ids = {"file_id": stored.id, "file_unique_id": stored.unique_id, "file_size": stored.size}
    sides = {"width": width, "height": height}
    named = {"file_name": stored.upload.name, "mime_type": stored.mime}
    length = {
        "duration": duration if duration is not None else sound_seconds(stored.upload.content)
    }
    match kind:
        case "photo":
            return {"photo": [PhotoSize.model_validate(ids | sides)]}
        case "voice":
            return {"voice": Voice.model_validate(ids | length | {"mime_type": "audio/ogg"})}
        case "audio":
            return {"audio": Audio.model_validate(ids | length | named)}
        case "video":
            return {"video": Video.model_validate(ids | sides | length | named)}
        case "video_note":
            round_ = {"length": min(sides.values())}
            return {"video_note": VideoNote.model_validate(ids | length | round_)}
        case "animation":
            return {
                "animation": Animation.model_validate(ids | sides | length | named),
                "document": Document.model_validate(ids | named),
            }
        case "sticker":
            flags = {"is_animated": False, "is_video": False, "type": "regular"}
            return {"sticker": Sticker.model_validate(ids | sides | flags)}
        case _:
            return {"document": Document.model_validate(ids | named)}
