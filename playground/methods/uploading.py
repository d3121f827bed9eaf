"""What a bot names as a file: an upload of this call, an id, or an address."""

import re
from datetime import datetime, timedelta
from typing import Any, Final

from aiogram.types import InputFile, PhotoSize

from playground.encoding import LATEST
from playground.life.attaching import check_photo, photo_sizes
from playground.refusals import Refusal, bad_request
from playground.registry import Caller
from playground.state.files import Facts, StoredFile
from playground.state.media import picture_size

MOST_UPLOAD_BYTES: Final = 50 * 1024 * 1024
ATTACHED: Final = "attach://"
OWN_FILE: Final = re.compile(r"/(?:sim/files/(?P<id>[\w-]+)|file/bot[^/]+/(?P<path>.+))$")
NAMES: Final = {
    "photo": "Photo", "voice": "VoiceNote", "audio": "Audio", "document": "Document",
    "video": "Video", "video_note": "VideoNote", "animation": "Animation", "sticker": "Sticker",
    "live_photo": "Video", "thumbnail": "Thumbnail",
}  # fmt: skip


def file_of(
    caller: Caller, kind: str, given: object, *, facts: Facts | None = None,
    missing: str | None = None,
) -> StoredFile:  # fmt: skip
    """Find what a bot sends.

    Args:
        caller: The bot, with the uploads of this call.
        kind: What it is sent as.
        given: ``attach://name``, an id, or an address.
        facts: What the call tells of it; of a file known already other facts are kept.
        missing: The refusal's words where no such upload came.

    Raises:
        Refusal: It is not there, too large, or not what it should be.
    """
    name = _name(given)
    if name.startswith(ATTACHED):
        words = missing or f"there is no {kind.replace('_', ' ')} in the request"
        return _uploaded(caller, kind, name.removeprefix(ATTACHED), facts or Facts(), words)
    stored = _at_address(caller, name) if "://" in name else caller.town.files.find(name)
    if stored is None:
        raise bad_request("wrong remote file identifier specified: Wrong padding in the string")
    if (kind == "photo") != (stored.kind == "photo"):
        raise bad_request(f"can't use file of type {NAMES[stored.kind]} as {NAMES[kind]}")
    return stored


def _name(given: object) -> str:
    return given.filename or "" if isinstance(given, InputFile) else str(given)


def _at_address(caller: Caller, url: str) -> StoredFile | None:
    """Fetch from an address: of this server's own files; nothing outside can be reached."""
    own = OWN_FILE.search(url) if caller.base and url.startswith(caller.base) else None
    if own is None:
        raise bad_request("failed to get HTTP URL content")
    files = caller.town.files
    return files.find(own["id"]) if own["id"] else files.at(own["path"])


def _uploaded(caller: Caller, kind: str, part: str, facts: Facts, missing: str) -> StoredFile:
    upload = caller.uploads.get(part)
    if upload is None:
        raise bad_request(missing)
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MOST_UPLOAD_BYTES:
        raise Refusal.unworded(413, "Request Entity Too Large")
    if kind == "photo":
        check_photo(upload)
    return caller.town.files.store(kind, upload, facts)


def facts_of(caller: Caller, call: Any) -> Facts:  # noqa: ANN401 - a sending method or an InputMedia
    """Read what a call tells of the file it sends."""

    def given(name: str) -> Any:  # noqa: ANN401 - a parameter of the Bot API
        return getattr(call, name, None)

    return Facts(
        duration=_seconds(given("duration")), width=given("width") or given("length"),
        height=given("height"), title=given("title"), performer=given("performer"),
        emoji=given("emoji"), thumbnail=thumbnail_in(caller, given("thumbnail")),
        cover=_cover(caller, given("cover")), start_timestamp=_seconds(given("start_timestamp")),
        still=_cover(caller, given("photo")) if given("live_photo") or _is_live(call) else None,
    )  # fmt: skip


def _is_live(call: object) -> bool:
    return getattr(call, "type", None) == "live_photo"


def _seconds(value: datetime | timedelta | int | None) -> int | None:
    if isinstance(value, datetime):
        value = int(value.timestamp())
    elif isinstance(value, timedelta):
        value = int(value.total_seconds())
    return None if value is None else min(max(0, value), LATEST)


def thumbnail_in(caller: Caller, given: InputFile | str | None) -> PhotoSize | None:
    """Keep the small picture that came with a file; what is no picture is ignored."""
    upload = caller.uploads.get(_name(given).removeprefix(ATTACHED)) if given else None
    if upload is None or picture_size(upload.content) is None:
        return None
    return photo_sizes(caller.town.files.store("thumbnail", upload))[-1]


def _cover(caller: Caller, given: object) -> list[PhotoSize] | None:
    return photo_sizes(file_of(caller, "photo", given)) if given else None
