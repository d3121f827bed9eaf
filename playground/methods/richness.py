"""What a bot sends as a rich message, as people and bots receive it."""

from collections.abc import Mapping
from typing import Any, Final

from aiogram.types import InputRichMessage, RichMessage

from playground.encoding import Json, encode
from playground.formatting.rich.blocks import received
from playground.formatting.rich.html import html_blocks
from playground.formatting.rich.inline import joined
from playground.formatting.rich.limits import MEDIA, check_limits, walk
from playground.formatting.rich.markdown import markdown_html
from playground.life.attaching import PERMISSION, media_fields
from playground.life.rights import may_send
from playground.methods.uploading import ATTACHED, facts_of, file_of
from playground.refusals import bad_request
from playground.registry import Caller
from playground.state.places import Place
from playground.state.users import public
from playground.town import Town

FILE_LINKS: Final = ("tg://photo?id=", "tg://video?id=", "tg://audio?id=", "tg://document?id=")
KINDS: Final = {"img": "photo", "video": "video", "audio": "audio", "tg-document": "document"}
STORED: Final = {"voice_note": "voice"}
RECEIVED: Final = {"voice": "voice_note"}
SHOWN: Final = frozenset({"photo", "video", "animation"})


def rich_of(caller: Caller, given: InputRichMessage, *, is_draft: bool = False) -> RichMessage:
    """Read a rich message.

    Raises:
        Refusal: It has no content or too much, its markup is broken, or a file is not there.
    """
    blocks = _Reader(caller, given, is_draft=is_draft).blocks()
    check_limits(blocks)
    if not is_draft and any(block.get("type") == "thinking" for block in walk(blocks)):
        raise bad_request("RICH_MESSAGE_BLOCK_INVALID")
    known: list[Json] = with_known_people(caller.town, blocks)
    rtl = {"is_rtl": True} if given.is_rtl else {}
    return RichMessage.model_validate({"blocks": known, **rtl})


class _Reader:
    def __init__(self, caller: Caller, given: InputRichMessage, *, is_draft: bool) -> None:
        self.caller = caller
        self.given = given
        self.is_draft = is_draft
        self.media: Mapping[str, Any] = {one.id: one.media for one in given.media or ()}

    def blocks(self) -> list[Json]:
        given = self.given
        finds = not given.skip_entity_detection
        used = [one for one in (given.html, given.markdown, given.blocks) if one is not None]
        if len(used) != 1:
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        if given.html is not None:
            return html_blocks(given.html, self.linked, finds=finds)
        if given.markdown is not None:
            html = markdown_html(given.markdown)
            return html_blocks(html, self.linked, finds=finds, lenient=True)
        return self.given_blocks(finds=finds)

    def given_blocks(self, *, finds: bool) -> list[Json]:
        sent = [_plain(block) for block in self.given.blocks or ()]
        return received(sent, self.file, finds=finds)

    def linked(self, tag: str, source: str) -> Json:
        """Give the block of a file that HTML or Markdown names by its address."""
        for link in FILE_LINKS:
            name = source.removeprefix(link)
            if name != source and name in self.media:
                media = self.media[name]
                kind = str(media.type)
                return {"type": kind} | self.file(kind, _plain(media))
        kind = KINDS[tag]
        return {"type": kind} | self.file(kind, {"media": source})

    def file(self, kind: str, media: Json) -> Json:
        """Give the fields of a received block for an ``InputMedia``."""
        source = str(media["media"])
        if self.is_draft and (source.startswith(ATTACHED) or "://" in source):
            raise bad_request("wrong remote file identifier specified: Wrong padding in the string")
        stored_kind = STORED.get(kind, kind)
        stored = file_of(self.caller, stored_kind, source, facts=facts_of(self.caller, _Bag(media)))
        real = stored.kind if stored.kind in PERMISSION else stored_kind
        carried = media_fields(real, stored)[real]
        name = RECEIVED.get(real, real)
        hidden = {"has_spoiler": True} if media.get("has_spoiler") and name in SHOWN else {}
        return {"type": name, name: encode(carried), **hidden}


class _Bag:
    """An object's JSON with its values as attributes."""

    def __init__(self, values: Json) -> None:
        for name, value in values.items():
            if name != "photo":
                setattr(self, name, value)


def _plain(model: Any) -> Json:  # noqa: ANN401 - any model of the Bot API
    encoded: Json = encode(model)
    return encoded


def with_known_people(town: Town, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Fill in who is mentioned; a mention of nobody known is plain text."""
    if isinstance(value, list):
        filled = [with_known_people(town, one) for one in value]
        return joined(filled) if any(isinstance(one, str) for one in filled) else filled
    if not isinstance(value, dict):
        return value
    if value.get("type") == "text_mention":
        user = town.users.find(int(value["user"]["id"]))
        text = with_known_people(town, value["text"])
        return value | {"text": text, "user": encode(public(user))} if user else text
    return {name: with_known_people(town, one) for name, one in value.items()}


def check_media_rights(caller: Caller, place: Place, rich: RichMessage) -> None:
    """Check that the bot may send the files of a rich message in a group.

    Raises:
        Refusal: It may not.
    """
    if place.is_private:
        return
    group = caller.town.group_at(place)
    for block in walk(_plain(rich)["blocks"]):
        kind = str(block.get("type"))
        permission = PERMISSION.get(STORED.get(kind, kind))
        is_file = kind in MEDIA and permission is not None
        if is_file and not may_send(caller.town, group, caller.bot.id, permission or ""):
            raise bad_request(f"not enough rights to send {kind.replace('_', ' ')}s to the chat")
