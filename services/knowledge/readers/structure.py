"""Structure of texts that have no markup: one line is one block."""

import re
from collections.abc import Sequence
from typing import Final

from services.knowledge.models import Block, BlockKind
from services.knowledge.sentences import has_words, without_links

_BULLET: Final = re.compile(r"^\s*(?:[-*•–—▪◦·+✅✔➡️👉]|\d{1,3}[.)])\s+\S")
_LONGEST_HEADING: Final = 90
_SHORTEST_BODY: Final = 100
_ENDS_SENTENCE: Final = (".", "!", "…", ":", ";", ",", "؟", "۔", "؛", "،")


def blocks_of_lines(
    text: str, *, anchor: str = "", headings: frozenset[str] = frozenset()
) -> list[Block]:
    """Make a block of each line that is not blank.

    Args:
        text: Plain text; a line is a paragraph, as messengers and copied pages write it.
        anchor: Goes on every block.
        headings: Lines known to be headings, for example because they are all bold.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [
        Block(
            kind=_kind(lines, index, headings), text=line, anchor=anchor,
            level=2 if _kind(lines, index, headings) is BlockKind.HEADING else 0,
        )
        for index, line in enumerate(lines)
    ]  # fmt: skip


def _kind(lines: Sequence[str], index: int, headings: frozenset[str]) -> BlockKind:
    line = lines[index]
    if _BULLET.match(line):
        return BlockKind.LIST_ITEM
    if index + 1 < len(lines) and (line in headings or _looks_like_heading(line, lines[index + 1])):
        return BlockKind.HEADING
    return BlockKind.PARAGRAPH


def _looks_like_heading(line: str, following: str) -> bool:
    """A short line without an end, above a paragraph: "What is under the hood"."""
    return (
        len(line) <= _LONGEST_HEADING
        and len(following) >= _SHORTEST_BODY
        and not line.endswith(_ENDS_SENTENCE)
        and without_links(line) == line
        and has_words(line)
        and not _BULLET.match(following)
    )


def without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """Leave out lines that stood earlier in the same text: copied previews and footers."""
    seen: set[str] = set()
    kept: list[Block] = []
    for block in blocks:
        key = " ".join(block.text.split())
        if key not in seen:
            seen.add(key)
            kept.append(block)
    return kept
