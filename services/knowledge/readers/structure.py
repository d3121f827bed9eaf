"""Structure of texts that have no markup: one line is one block."""

import re
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Final

from services.knowledge.models import Block, BlockKind
from services.knowledge.sentences import has_words, without_links

_BULLET: Final = re.compile(r"^\s*(?:[-*•–—▪◦·+✅✔➡️👉]|\d{1,3}[.)])\s+\S")
_LONGEST_HEADING: Final = 90
_SHORTEST_BODY: Final = 100
_LONGEST_LINE: Final = 10_000
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
    # Line by line: one call that splits a whole book would hold up the event loop.
    lines = [
        part
        for row in StringIO(text)
        for line in row.splitlines()
        if line.strip()
        for part in _parts(line.strip())
    ]
    blocks: list[Block] = []
    for index, line in enumerate(lines):
        kind = _kind(lines, index, headings)
        level = 2 if kind is BlockKind.HEADING else 0
        blocks.append(Block(kind=kind, text=line, anchor=anchor, level=level))
    return blocks


def _parts(line: str) -> Iterator[str]:
    """Cut a line that is longer than any paragraph, between words where there are some."""
    while len(line) > _LONGEST_LINE:
        space = line.rfind(" ", _LONGEST_LINE // 2, _LONGEST_LINE)
        end = _LONGEST_LINE if space < 0 else space
        yield line[:end]
        line = line[end:].lstrip()
    if line:
        yield line


def is_bullet(line: str) -> bool:
    """Tell whether a line begins as an item of a list does."""
    return _BULLET.match(line) is not None


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
