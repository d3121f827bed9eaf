"""What the results of inline mode become: messages."""

import struct
import zlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from aiogram.types import (
    Chat,
    Contact,
    Game,
    InlineQueryResultContact,
    InlineQueryResultGame,
    InlineQueryResultLocation,
    InlineQueryResultVenue,
    InputContactMessageContent,
    InputInvoiceMessageContent,
    InputLocationMessageContent,
    InputRichMessageContent,
    InputTextMessageContent,
    InputVenueMessageContent,
    Invoice,
    Location,
    Message,
    Venue,
)

from playground.encoding import encode, moment
from playground.formatting.texts import LONGEST_CAPTION, LONGEST_TEXT, Formatted, parsed
from playground.life.attaching import media_fields
from playground.life.mentions import with_people
from playground.methods.buttons import checked, inline
from playground.methods.places import point
from playground.methods.previews import preview_of
from playground.methods.richness import rich_of
from playground.methods.uploading import file_of
from playground.refusals import PREFIXES, Refusal, bad_request
from playground.registry import Caller
from playground.state.files import Facts, StoredFile, Upload
from playground.state.inline import Offer

CACHED: Final = {
    "photo_file_id": "photo", "gif_file_id": "animation", "mpeg4_file_id": "animation",
    "sticker_file_id": "sticker", "document_file_id": "document", "video_file_id": "video",
    "voice_file_id": "voice", "audio_file_id": "audio",
}  # fmt: skip
LINKED: Final = {
    "photo_url": "photo", "gif_url": "animation", "mpeg4_url": "animation", "video_url": "video",
    "audio_url": "audio", "voice_url": "voice", "document_url": "document",
}  # fmt: skip
MIMES: Final = {
    "photo": "image/jpeg", "animation": "video/mp4", "audio": "audio/mpeg", "voice": "audio/ogg",
}  # fmt: skip
DOCUMENTS: Final = ("application/pdf", "application/zip")
VIDEOS: Final = ("video/mp4", "text/html")
TITLED: Final = {
    "article": "ARTICLE_TITLE_EMPTY", "document": "FILE_TITLE_EMPTY", "video": "VIDEO_TITLE_EMPTY",
}  # fmt: skip
LONGEST_ID_BYTES: Final = 64
STAND_IN: Final = (320, 240)
LARGEST_STAND_IN: Final = 1280


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes messages of the results that one call of a bot brings."""

    caller: Caller

    def offer(self, result: Any) -> Offer:  # noqa: ANN401 - one of aiogram's results
        """Check a result and give what is shown of it and what it becomes.

        Raises:
            Refusal: Its content, its buttons or its file is unusable.
        """
        fields = self._content(result) | {"reply_markup": inline(checked(result.reply_markup))}
        template = Message(
            message_id=0,
            date=moment(self.caller.town.now()),
            chat=Chat(id=self.caller.bot.id, type="private"),
            **{name: value for name, value in fields.items() if value},
        )
        return Offer(result.id, encode(result), template)

    def _content(self, result: Any) -> dict[str, Any]:  # noqa: ANN401 - one of aiogram's results
        given = getattr(result, "input_message_content", None)
        media = self._media(result, is_used=given is None)
        if given is not None:
            return self._given(given)
        if media is not None:
            return media
        if isinstance(result, InlineQueryResultGame):
            return self._game(result.game_short_name)
        return _spot(result)

    def _given(self, content: Any) -> dict[str, Any]:  # noqa: ANN401 - one of aiogram's contents
        match content:
            case InputTextMessageContent():
                return self._text(content)
            case InputRichMessageContent():
                return self._rich(content)
            case InputInvoiceMessageContent():
                total = sum(price.amount for price in content.prices)
                return {"invoice": Invoice(
                    title=content.title, description=content.description, start_parameter="",
                    currency=content.currency, total_amount=total,
                )}  # fmt: skip
            case _:
                return _spot(content)

    def _text(self, content: InputTextMessageContent) -> dict[str, Any]:
        if not content.message_text:
            raise bad_request("can't parse InlineQueryResult: Message text is empty")
        text, entities = _parsed(content.message_text, content.parse_mode, content.entities)
        if not text:
            raise bad_request("message text must be non-empty")
        if len(text) > LONGEST_TEXT:
            raise bad_request("MESSAGE_TOO_LONG")
        return {
            "text": text, "entities": with_people(self.caller.town, entities),
            "link_preview_options": preview_of(content, entities),
        }  # fmt: skip

    def _rich(self, content: InputRichMessageContent) -> dict[str, Any]:
        return {"rich_message": rich_of(self.caller, content.rich_message)}

    def _game(self, short_name: str) -> dict[str, Any]:
        facts = self.caller.town.games.of(self.caller.bot.id, short_name)
        if facts is None:
            raise bad_request("GAME_SHORT_NAME_INVALID")
        return {"game": Game(title=facts.title, description=facts.description, photo=facts.photo)}

    def _media(self, result: Any, *, is_used: bool) -> dict[str, Any] | None:  # noqa: ANN401 - a result
        kind, stored = self._file(result)
        if not kind:
            return None
        caption, entities = _parsed(
            getattr(result, "caption", None) or "", getattr(result, "parse_mode", None),
            getattr(result, "caption_entities", None),
        )  # fmt: skip
        if len(caption) > LONGEST_CAPTION:
            raise bad_request("MEDIA_CAPTION_TOO_LONG")
        if stored is None and is_used:
            raise bad_request("sent message content must be explicitly specified")
        above = getattr(result, "show_caption_above_media", None) is True
        return {
            "caption": caption, "caption_entities": with_people(self.caller.town, entities),
            "show_caption_above_media": above,
            **(media_fields(kind, stored) if stored is not None else {}),
        }  # fmt: skip

    def _file(self, result: Any) -> tuple[str, StoredFile | None]:  # noqa: ANN401 - a result
        for name, kind in CACHED.items():
            if name in type(result).model_fields:
                return kind, file_of(self.caller, kind, getattr(result, name))
        for name, kind in LINKED.items():
            if name in type(result).model_fields:
                return kind, self._linked(result, kind, getattr(result, name))
        return "", None

    def _linked(self, result: Any, kind: str, url: str) -> StoredFile | None:  # noqa: ANN401 - a result
        """Give the file at an address; for one outside a blank, as nothing is fetched."""
        mime = getattr(result, "mime_type", None) or MIMES.get(kind, "")
        if kind == "document" and not mime.startswith(DOCUMENTS):
            raise bad_request("unallowed document MIME type")
        if kind == "video" and not mime.startswith(VIDEOS):
            raise bad_request("unallowed video MIME type")
        parts = _parts(url)
        if mime.startswith("text/html"):
            return None
        if self.caller.base and url.startswith(self.caller.base):
            return file_of(self.caller, kind, url)
        return self._stand_in(
            result, kind, url, Upload(parts.path.rpartition("/")[2] or kind, mime, b"")
        )

    def _stand_in(self, result: Any, kind: str, url: str, empty: Upload) -> StoredFile:  # noqa: ANN401 - a result
        town, facts = self.caller.town, _facts(result)
        address = f"{kind} {facts.width}x{facts.height} {url}"
        known = town.files.find(town.inline.stand_ins.get(address, ""))
        if known is not None:
            return known
        stored = town.files.store(kind, _blank(kind, empty, facts), facts)
        town.inline.stand_in(address, stored.id)
        return stored


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError as error:
        raise bad_request("WEBDOCUMENT_URL_INVALID") from error
    if parts.scheme not in {"http", "https"} or "." not in parts.netloc:
        raise bad_request("WEBDOCUMENT_URL_INVALID")
    return parts


def _facts(result: Any) -> Facts:  # noqa: ANN401 - a result
    def given(name: str) -> Any:  # noqa: ANN401 - a field of a result
        names = (
            f"{prefix}_{name}" for prefix in ("photo", "gif", "mpeg4", "video", "audio", "voice")
        )
        return next((getattr(result, one) for one in names if getattr(result, one, None)), None)

    duration = given("duration")
    seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
    return Facts(
        duration=int(seconds) if seconds is not None else None, width=given("width"),
        height=given("height"), title=getattr(result, "title", None),
        performer=getattr(result, "performer", None),
    )  # fmt: skip


def _blank(kind: str, empty: Upload, facts: Facts) -> Upload:
    if kind != "photo":
        return replace(empty, content=f"a stand-in for {empty.name}".encode())
    wide, high = facts.width or STAND_IN[0], facts.height or STAND_IN[1]
    sides = (min(max(side, 1), LARGEST_STAND_IN) for side in (wide, high))
    return Upload(empty.name, "image/png", _grey(*sides))


def _grey(wide: int, high: int) -> bytes:
    """Draw a grey PNG of one bit a pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", wide, high, 1, 3, 0, 0, 0)
    rows = zlib.compress(bytes(1 + (wide + 7) // 8) * high)
    parts = (b"IHDR", head), (b"PLTE", b"\xc0" * 3), (b"IDAT", rows), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def _parsed(text: str, mode: object, entities: Any) -> Formatted:  # noqa: ANN401 - a list or nothing
    try:
        return parsed(text, mode, entities)
    except Refusal as refusal:
        words = refusal.description.removeprefix(PREFIXES[400])
        said = f"{words[:1].upper()}{words[1:]}"
        raise bad_request(f"can't parse InlineQueryResult: {said}") from refusal


_PLACES: Final = (
    InputLocationMessageContent, InputVenueMessageContent,
    InlineQueryResultLocation, InlineQueryResultVenue,
)  # fmt: skip


def _spot(given: Any) -> dict[str, Any]:  # noqa: ANN401 - a result or a content
    """Give the fields of a location, a venue or a contact."""
    # By type: a hostile caller gives a location the fields of a venue, and aiogram keeps them.
    if isinstance(given, InputContactMessageContent | InlineQueryResultContact):
        return {"contact": _contact(given)}
    if not isinstance(given, _PLACES):
        raise bad_request(
            "can't parse InlineQueryResult: Can't find field \"input_message_content\""
        )
    if isinstance(given, InputVenueMessageContent | InlineQueryResultVenue):
        location = Location(**point(given))
        venue = Venue(
            location=location, title=given.title, address=given.address,
            foursquare_id=given.foursquare_id, foursquare_type=given.foursquare_type,
            google_place_id=given.google_place_id, google_place_type=given.google_place_type,
        )  # fmt: skip
        return {"venue": venue, "location": location}
    live: dict[str, Any] = {
        name: getattr(given, name) or None
        for name in ("live_period", "heading", "proximity_alert_radius")
        if isinstance(given, InputLocationMessageContent) or given.live_period
    }
    return {"location": Location(**point(given), **live)}


def _contact(given: Any) -> Contact:  # noqa: ANN401 - a result or a content
    if not given.phone_number.strip():
        raise bad_request('field "phone_number" must contain a valid phone number')
    if not given.first_name.strip():
        raise bad_request('field "first_name" must be non-empty')
    return Contact(
        phone_number=given.phone_number, first_name=given.first_name,
        last_name=given.last_name or None, vcard=given.vcard or None,
    )  # fmt: skip


def check_facts(results: list[Any]) -> None:
    """Check what Telegram's servers check of all results.

    Raises:
        Refusal: An id is missing, too long or used twice, or a title is missing.
    """
    seen: set[str] = set()
    for result in results:
        if not result.id:
            raise bad_request("RESULT_ID_EMPTY")
        if len(result.id.encode()) > LONGEST_ID_BYTES:
            raise bad_request("RESULT_ID_INVALID")
        if result.id in seen:
            raise bad_request("RESULT_ID_DUPLICATE")
        seen.add(result.id)
        words = TITLED.get(result.type)
        if words is not None and hasattr(result, "title") and not (result.title or "").strip():
            is_optional = not type(result).model_fields["title"].is_required()
            if not is_optional:
                raise bad_request(words)
        if result.type == "photo" and getattr(result, "thumbnail_url", None) == "":
            raise bad_request("PHOTO_THUMB_URL_EMPTY")
