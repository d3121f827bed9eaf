"""What a message replies to: a message here or elsewhere, a part of it, an ephemeral one."""

from dataclasses import dataclass
from typing import Any, Final

from aiogram.types import (
    ExternalReplyInfo,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
    TextQuote,
)

from playground.formatting.texts import parsed
from playground.formatting.utf16 import cut, trimmed, width
from playground.life.origins import origin_of
from playground.refusals import bad_request
from playground.registry import Caller
from playground.state.ephemerals import Ephemeral
from playground.state.places import Place

QUOTABLE: Final = frozenset({
    "bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "date_time",
})  # fmt: skip
LONGEST_QUOTE: Final = 1024
ANSWERED_WITHIN_S: Final = 15.0
NOT_FOUND: Final = "message to be replied not found"
CARRIED: Final = (
    "animation", "audio", "document", "live_photo", "paid_media", "photo", "sticker", "story",
    "video", "video_note", "voice", "has_media_spoiler", "checklist", "contact", "dice", "game",
    "giveaway", "invoice", "location", "poll", "venue",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call replies to.

    Attributes:
        message: The message in the same chat, without what it replied to itself.
        external: What is told of a message in another chat.
        quote: The part that is quoted.
        ephemeral: The person's ephemeral message that is answered.
    """

    message: Message | None = None
    external: ExternalReplyInfo | None = None
    quote: TextQuote | None = None
    ephemeral: Ephemeral | None = None

    def fields(self) -> dict[str, Any]:
        """Give the fields of ``Message``."""
        return {
            "reply_to_message": self.message, "external_reply": self.external,
            "quote": self.quote,
        }  # fmt: skip


def alone(message: Message) -> Message:
    """Give a message as it is shown in a reply: without the one it replied to itself."""
    return message.model_copy(update={"reply_to_message": None, "reply_markup": None})


def reply_of(
    caller: Caller, place: Place, elsewhere: Place | None, parameters: ReplyParameters | None,
    old_style_id: int | None = None,
) -> Reply:  # fmt: skip
    """Read what a call replies to.

    Args:
        caller: The bot.
        place: Where it sends.
        elsewhere: The chat that ``parameters`` name, if it is another one.
        parameters: ``reply_parameters``.
        old_style_id: ``reply_to_message_id``.

    Raises:
        Refusal: There is no such message, and the bot did not allow that; or it holds no such
            quote.
    """
    if parameters is not None and parameters.ephemeral_message_id:
        return _to_ephemeral(caller, place, parameters.ephemeral_message_id)
    message_id = parameters.message_id if parameters is not None else old_style_id
    if not message_id:
        return Reply()
    message = caller.town.messages.find(elsewhere or place, message_id)
    if message is None:
        if parameters is None or parameters.allow_sending_without_reply is not True or elsewhere:
            raise bad_request(NOT_FOUND)
        return Reply()
    quote = _quote(message, parameters) if parameters is not None and parameters.quote else None
    if elsewhere is None:
        return Reply(alone(message), quote=quote)
    return Reply(external=_external(message), quote=quote or _whole(message))


def _to_ephemeral(caller: Caller, place: Place, number: int) -> Reply:
    found = caller.town.ephemerals.find(place, number)
    now = caller.town.now()
    if found is None or not found.is_command or found.bot != caller.bot.id:
        raise bad_request(NOT_FOUND)
    if now - found.message.date.timestamp() > ANSWERED_WITHIN_S:
        raise bad_request(NOT_FOUND)
    return Reply(alone(found.message), ephemeral=found)


def _external(message: Message) -> ExternalReplyInfo:
    is_public = message.chat.type in {"supergroup", "channel"}
    facts: dict[str, Any] = {name: getattr(message, name) for name in CARRIED}
    if isinstance(message.link_preview_options, LinkPreviewOptions):
        facts["link_preview_options"] = message.link_preview_options
    return ExternalReplyInfo(
        origin=origin_of(message), chat=message.chat if is_public else None,
        message_id=message.message_id if is_public else None, **facts,
    )  # fmt: skip


def _whole(message: Message) -> TextQuote | None:
    """A reply in another chat quotes the text by itself."""
    text, marks = _said(message)
    if not text:
        return None
    return TextQuote(text=text, position=0, entities=_quotable(marks) or None)


def _said(message: Message) -> tuple[str, list[MessageEntity]]:
    text = message.text or message.caption or ""
    return text, list(message.entities or message.caption_entities or ())


def _quotable(marks: list[MessageEntity]) -> list[MessageEntity]:
    return [mark for mark in marks if mark.type in QUOTABLE]


def _quote(message: Message, parameters: ReplyParameters) -> TextQuote:
    text, marks = parsed(
        parameters.quote or "", parameters.quote_parse_mode, parameters.quote_entities
    )
    text, marks = trimmed(text, _quotable(marks))
    if width(text) > LONGEST_QUOTE:
        raise bad_request("QUOTE_TEXT_INVALID")
    said, said_marks = _said(message)
    wanted = max(parameters.quote_position or 0, 0)
    starts = _places(said, text)
    fitting = [at for at in starts if _marked_alike(said_marks, marks, at, width(text))]
    if not text or not fitting:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = min(fitting, key=lambda at: abs(at - wanted))
    return TextQuote(text=text, position=position, entities=marks or None, is_manual=True)


def _places(said: str, text: str) -> list[int]:
    """Where a text occurs, in UTF-16 units."""
    length = width(text)
    return [at for at in range(width(said) - length + 1) if cut(said, at, length) == text]


def _marked_alike(
    said: list[MessageEntity], quoted: list[MessageEntity], at: int, length: int
) -> bool:
    """Whether a stretch of a text has the formatting that a quote says."""
    covered = []
    for mark in _quotable(said):
        start = max(mark.offset, at) - at
        stop = min(mark.offset + mark.length, at + length) - at
        if start < stop:
            covered.append((mark.type, start, stop - start))
    return sorted(covered) == sorted((mark.type, mark.offset, mark.length) for mark in quoted)
