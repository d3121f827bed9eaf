"""Rich messages given as blocks: what is sent becomes what is received."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from playground.encoding import Json
from playground.formatting.rich.inline import RichText, found, joined
from playground.formatting.rich.lists import BULLET, ordered_item

FileOf = Callable[[str, Any], Json]
"""Gives the fields of a received block for the file of a sent one, by its kind."""
MAP: Final = {"zoom": 15, "width": 600, "height": 400}
MEDIA: Final = frozenset({"photo", "video", "audio", "animation", "voice_note", "document"})
TEXTS: Final = ("text", "summary", "credit")
QUIET: Final = frozenset({
    "code", "url", "email_address", "phone_number", "bank_card_number", "mention", "hashtag",
    "cashtag", "bot_command", "button", "anchor_link", "reference_link", "text_mention",
    "custom_emoji", "mathematical_expression", "anchor",
})  # fmt: skip


def received(blocks: Sequence[Json], file: FileOf, *, finds: bool = True) -> list[Json]:
    """Turn sent blocks, as JSON, into received ones.

    Args:
        blocks: The blocks.
        file: Gives the fields that carry a file.
        finds: Whether links, mentions and the like are found in the text.

    Raises:
        Refusal: A file is not there.
    """
    return [_block(block, file, finds=finds) for block in blocks]


def _block(block: Json, file: FileOf, *, finds: bool) -> Json:
    kind = str(block["type"])
    made = dict(block)
    if "blocks" in made:
        made["blocks"] = received(made["blocks"], file, finds=finds)
    if kind == "list":
        made["items"] = _items(made["items"], file, finds=finds)
    if kind == "map":
        made = {"type": kind} | MAP | made
    if kind in MEDIA:
        carried = file(kind, block[kind])
        made = {name: value for name, value in made.items() if name != kind} | carried
    if finds and kind != "pre":
        made |= {name: detected(made[name]) for name in TEXTS if name in made}
    return made


def _items(items: Sequence[Json], file: FileOf, *, finds: bool) -> list[Json]:
    made: list[Json] = []
    number = 0
    for item in items:
        full = item | {"blocks": received(item["blocks"], file, finds=finds)}
        if "value" in item or "type" in item:
            number = int(item.get("value", number + 1))
            made.append(ordered_item(full, number, str(item.get("type", "1"))))
        else:
            made.append({"label": BULLET} | full)
    return made


def detected(text: RichText) -> RichText:
    """Find links, mentions and the like in the plain parts of a text."""
    if isinstance(text, str):
        return found(text)
    if isinstance(text, list):
        return joined(detected(part) for part in text)
    if text["type"] in QUIET or "text" not in text:
        return text
    return text | {"text": detected(text["text"])}
