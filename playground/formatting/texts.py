"""The text of a bot's message: parsed, trimmed, measured."""

from collections.abc import Sequence
from typing import Final

from aiogram.client.default import Default
from aiogram.types import MessageEntity

from playground.formatting.found import found_entities
from playground.formatting.html import parse_html
from playground.formatting.legacy import parse_legacy
from playground.formatting.markdown import parse_markdown
from playground.formatting.utf16 import trimmed, width
from playground.refusals import bad_request

LONGEST_TEXT: Final = 4096
LONGEST_CAPTION: Final = 1024
"""In characters: an emoji counts once here and twice in offsets (measured at Telegram:
https://github.com/FerroxLabs/wayland/issues/934)."""
MOST_BYTES: Final = 2**15

Formatted = tuple[str, list[MessageEntity]]


def parsed(
    text: str, parse_mode: object = None, entities: Sequence[MessageEntity] | None = None
) -> Formatted:
    """Read a text in its parse mode, or with explicit entities.

    Raises:
        Refusal: The formatting is broken or the mode is unknown.
    """
    if len(text.encode()) > MOST_BYTES:
        raise bad_request("text is too long")
    is_given = parse_mode and not isinstance(parse_mode, Default)
    mode = str(parse_mode).lower() if is_given else ""
    if mode == "html":
        plain, marks = parse_html(text)
    elif mode == "markdownv2":
        plain, marks = parse_markdown(text)
    elif mode == "markdown":
        plain, marks = parse_legacy(text)
    elif not mode or mode == "none":
        plain, marks = text, list(entities or ())
    else:
        raise bad_request("unsupported parse_mode")
    plain, marks = trimmed(plain, _inside(marks, width(plain)))
    return plain, found_entities(plain, marks)


def _inside(entities: Sequence[MessageEntity], end: int) -> list[MessageEntity]:
    for entity in entities:
        if entity.offset < 0 or entity.length < 0 or entity.offset + entity.length > end:
            raise bad_request(
                f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the"
                f" text at UTF-16 offset {entity.offset + entity.length}"
            )
    return list(entities)


def message_text(
    text: str | None, parse_mode: object = None, entities: Sequence[MessageEntity] | None = None
) -> Formatted:
    """Give the text of a message.

    Length is counted in UTF-16 units: where Telegram counts characters, this is the stricter
    measure, so that a bot which passes here passes there.

    Raises:
        Refusal: It is empty, too long or broken.
    """
    if not text:
        raise bad_request("message text is empty")
    formatted = parsed(text, parse_mode, entities)
    if not formatted[0]:
        raise bad_request("text must be non-empty")
    if len(formatted[0]) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return formatted


def caption_text(
    caption: str | None,
    parse_mode: object = None,
    entities: Sequence[MessageEntity] | None = None,
    *,
    too_long: str = "message caption is too long",
) -> Formatted:
    """Give the caption of a message, which may be empty.

    Args:
        caption: What the bot gave.
        parse_mode: How it marks parts of it.
        entities: Or the parts themselves.
        too_long: What is said of one that is too long; edits have other words.

    Raises:
        Refusal: It is too long or broken.
    """
    formatted = parsed(caption or "", parse_mode, entities)
    if len(formatted[0]) > LONGEST_CAPTION:
        raise bad_request(too_long)
    return formatted
