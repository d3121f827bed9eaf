"""How large a rich message may be."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from playground.encoding import Json
from playground.formatting.rich.inline import plain
from playground.refusals import bad_request

MOST_LETTERS: Final = 32_768
MOST_BLOCKS: Final = 500
DEEPEST: Final = 16
MOST_MEDIA: Final = 50
MOST_COLUMNS: Final = 20
MOST_BUTTONS: Final = 8
MEDIA: Final = frozenset({"photo", "video", "audio", "animation", "voice_note", "document"})
TEXTS: Final = ("text", "summary", "caption", "credit", "expression")


def check_limits(blocks: Sequence[Json]) -> None:
    """Check the size of a rich message.

    Raises:
        Refusal: It is empty, or too large in one of its measures.
    """
    everything = list(walk(blocks))
    if not everything:
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    kinds = [block.get("type") for block in everything]
    columns = [len(row) for block in everything for row in block.get("cells", ())]
    rows = [len(block["buttons"]) for block in everything if block.get("type") == "buttons"]
    if sum(len(_letters(block)) for block in everything) > MOST_LETTERS:
        raise bad_request("RICH_MESSAGE_TEXT_TOO_LONG")
    if len(everything) + len(columns) > MOST_BLOCKS:
        raise bad_request("RICH_MESSAGE_TOO_MANY_BLOCKS")
    if _depth(blocks) > DEEPEST:
        raise bad_request("RICH_MESSAGE_TOO_DEEP")
    if sum(kind in MEDIA for kind in kinds) > MOST_MEDIA:
        raise bad_request("RICH_MESSAGE_TOO_MUCH_MEDIA")
    if max(columns, default=0) > MOST_COLUMNS:
        raise bad_request("RICH_MESSAGE_TOO_MANY_COLUMNS")
    if any(not 1 <= row <= MOST_BUTTONS for row in rows):
        raise bad_request("RICH_MESSAGE_BUTTONS_INVALID")


def walk(blocks: Sequence[Json]) -> Iterator[Json]:
    """Give all blocks and list items, the outer before the inner."""
    for block in blocks:
        yield block
        yield from walk(block.get("blocks", ()))
        yield from walk(block.get("items", ()))


def plain_text(blocks: Sequence[Json]) -> str:
    """Give the letters of a rich message, a line for each block."""
    lines = [_letters(block) for block in walk(blocks)]
    return "\n".join(line for line in lines if line)


def _letters(block: Json) -> str:
    texts: list[Any] = [block.get(name) for name in TEXTS]
    cells = [cell.get("text") for row in block.get("cells", ()) for cell in row]
    buttons = [one.get("text") for one in block.get("buttons", ())]
    return "".join(_plain(text) for text in [*texts, *cells, *buttons])


def _plain(text: Any) -> str:  # noqa: ANN401 - a text, or a caption with a credit
    if isinstance(text, dict) and "type" not in text:
        return plain(text.get("text")) + plain(text.get("credit"))
    return plain(text)


def _depth(blocks: Sequence[Json]) -> int:
    inner = [[*block.get("blocks", ()), *block.get("items", ())] for block in blocks]
    return max((1 + _depth(below) for below in inner), default=0)
