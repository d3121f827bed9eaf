"""The labels of list items."""

from collections.abc import Sequence
from typing import Final

from playground.encoding import Json
from playground.formatting.rich.tree import Node

BULLET: Final = "•"
ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
LETTERS: Final = 26


def labelled(node: Node, items: Sequence[Json]) -> list[Json]:
    """Give the items of a ``ul`` or an ``ol`` with their labels."""
    if node.tag == "ul":
        return [{"label": BULLET} | _unordered(item) for item in items]
    start, step = node.attributes.get("start", ""), -1 if node.flag("reversed") else 1
    number = int(start) if start.lstrip("-").isdigit() else len(items) if step < 0 else 1
    made: list[Json] = []
    for item in items:
        value = str(item.get("value", ""))
        number = int(value) if value.lstrip("-").isdigit() else number
        kind = str(item.get("type") or node.attributes.get("type", "1"))
        made.append(ordered_item(item, number, kind))
        number += step
    return made


def ordered_item(item: Json, number: int, kind: str) -> Json:
    """Give an item of an ordered list with its label."""
    kept = _unordered(item)
    return {"label": f"{numeral(number, kind)}."} | kept | {"value": number, "type": kind}


def _unordered(item: Json) -> Json:
    return {name: value for name, value in item.items() if name not in {"value", "type"}}


def numeral(number: int, kind: str) -> str:
    """Write a number as decimal, letters or Roman numerals: ``1``, ``a``, ``A``, ``i``, ``I``."""
    if kind in {"a", "A"} and number > 0:
        text = _letters(number)
    elif kind in {"i", "I"} and number > 0:
        text = _roman(number)
    else:
        return str(number)
    return text.upper() if kind.isupper() else text


def _letters(number: int) -> str:
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, LETTERS)
        text = chr(ord("a") + rest) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, letters in ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text
