"""Lines of pages to headings, paragraphs and list items."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from services.knowledge.models import Block, BlockKind
from services.knowledge.readers.structure import is_bullet
from services.knowledge.sentences import has_words

_EDGE_LINES: Final = 3
_RUNNING_SHARE: Final = 0.4
_RUNNING_PAGES: Final = 3
_SAME_HEIGHT: Final = 4.0
_LEADERS: Final = re.compile(r"(?:\. ?|…){4,}\s*(?:\d{1,4}|[ivxl]+)$")
_NUMBER: Final = re.compile(r"\d+")
_PAGE_NUMBER: Final = re.compile(
    r"[\W_]*(?:(?:стр(?:аница|\.)?|page|p\.|с\.)?\s*\d{1,4}\s*(?:(?:of|из|/)\s*\d{1,4})?|[ivxl]{1,6})[\W_]*",
    re.IGNORECASE,
)
_ENDS_SENTENCE: Final = re.compile(r"[.!?…:;][\"'»”’)\]]*$")
_HYPHENS: Final = "-\u00ad\u2010"
_KEEPS_HYPHEN: Final = re.compile(r"(?:то|либо|нибудь|таки)\b")
_LARGER: Final = 1.15
_WIDER_LEADING: Final = 1.4
_SHORT_LINE: Final = 0.75
_LONGEST_HEADING: Final = 150
_LONGEST_BOLD_HEADING: Final = 90
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page.

    Attributes:
        size: Of the largest letters, in points; 0 where the file does not tell.
        bold: All of it is.
        y: Height on the page, in points from its bottom.
    """

    text: str
    size: float = 0.0
    bold: bool = False
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual in this document."""

    size: float
    bold: bool
    width: int
    leading: float
    levels: Mapping[float, int]
    outline: Mapping[str, int]

    def level(self, line: Line) -> int:
        """Give the level of a heading, 0 for other lines."""
        if len(line.text) > _LONGEST_HEADING or not has_words(line.text):
            return 0
        if line.text.casefold() in self.outline:
            return min(_DEEPEST, self.outline[line.text.casefold()])
        if line.size in self.levels:
            return self.levels[line.size]
        stands_out = line.bold and not self.bold and len(line.text) <= _LONGEST_BOLD_HEADING
        if stands_out and not is_bullet(line.text) and not _ENDS_SENTENCE.search(line.text):
            return min(_DEEPEST, len(self.levels) + 1)
        return 0


@dataclass(slots=True)
class _Open:
    """A block that the next line may go on with."""

    kind: BlockKind
    text: str
    level: int
    page: int
    last: Line
    last_page: int

    def block(self) -> Block:
        return Block(
            kind=self.kind, text=self.text.replace("\u00ad", ""), level=self.level,
            anchor=f"#page={self.page}",
        )  # fmt: skip


def blocks_of_pages(pages: Sequence[Sequence[Line]], outline: Mapping[str, int]) -> list[Block]:
    """Make blocks of lines: running heads left out, paragraphs joined, also over a page's end.

    Args:
        pages: Lines in reading order.
        outline: Names of bookmarks, case-folded, with their depth from 1.

    Returns:
        Blocks whose anchors are ``#page=<n>``, the page on which each begins.
    """
    kept = _without_running(pages)
    style = _style([line for page in kept for line in page], outline)
    return [block for block in _joined(kept, style) if block.text.strip()]


def _without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out what is no text: heads and feet of many pages, folios, tables of contents.

    A head stands at the same height of many pages and differs only in its numbers.
    """
    counts = Counter(
        key for page in pages for key in {_running_key(line) for _, line in _edges(page)}
    )
    most = max(_RUNNING_PAGES, _RUNNING_SHARE * len(pages))
    kept: list[list[Line]] = []
    for page in pages:
        dropped = {
            index
            for index, line in _edges(page)
            if counts[_running_key(line)] >= most
            or (index in {0, len(page) - 1} and _PAGE_NUMBER.fullmatch(line.text))
        }
        kept.append(
            [
                line
                for index, line in enumerate(page)
                if index not in dropped and not _LEADERS.search(line.text)
            ]
        )
    return kept


def _edges(page: Sequence[Line]) -> list[tuple[int, Line]]:
    return [
        (index, line)
        for index, line in enumerate(page)
        if index < _EDGE_LINES or index >= len(page) - _EDGE_LINES
    ]


def _running_key(line: Line) -> tuple[str, int]:
    return _NUMBER.sub("#", line.text.casefold()), round(line.y / _SAME_HEIGHT)


def _style(lines: Sequence[Line], outline: Mapping[str, int]) -> _Style:
    sizes: Counter[float] = Counter()
    bold = 0
    for line in lines:
        sizes[line.size] += len(line.text)
        bold += len(line.text) if line.bold else 0
    size = sizes.most_common(1)[0][0] if sizes else 0.0
    large = sorted({s for s in sizes if size and s >= _LARGER * size}, reverse=True)
    lengths = sorted(len(line.text) for line in lines if line.size == size) or [0]
    return _Style(
        size=size, bold=2 * bold > sum(sizes.values()), width=lengths[len(lengths) * 9 // 10],
        leading=_leading(lines), outline=outline,
        levels={s: min(_DEEPEST, level) for level, s in enumerate(large, start=1)},
    )  # fmt: skip


def _leading(lines: Sequence[Line]) -> float:
    gaps = Counter(
        round(one.y - other.y)
        for one, other in pairwise(lines)
        if one.size == other.size and one.y > other.y
    )
    return float(gaps.most_common(1)[0][0]) if gaps else 0.0


def _joined(pages: Iterable[Sequence[Line]], style: _Style) -> Iterator[Block]:
    current: _Open | None = None
    for number, page in enumerate(pages, start=1):
        for line in page:
            level = style.level(line)
            if current is not None and _goes_on(current, line, level, number, style):
                current.text = _with(current.text, line.text)
                current.last, current.last_page = line, number
                continue
            if current is not None:
                yield current.block()
            current = _Open(_kind(line, level), line.text, level, number, line, number)
    if current is not None:
        yield current.block()


def _kind(line: Line, level: int) -> BlockKind:
    if level:
        return BlockKind.HEADING
    return BlockKind.LIST_ITEM if is_bullet(line.text) else BlockKind.PARAGRAPH


def _goes_on(current: _Open, line: Line, level: int, page: int, style: _Style) -> bool:
    if level or current.level:
        same = level == current.level and line.size == current.last.size
        return same and page == current.last_page and len(current.text) <= _LONGEST_HEADING
    if is_bullet(line.text):
        return False
    ended = _ENDS_SENTENCE.search(current.text) is not None
    if page != current.last_page:
        return not ended and line.text[:1].islower()
    gap = current.last.y - line.y
    if style.leading and gap > _WIDER_LEADING * style.leading:
        return False
    return not (ended and len(current.last.text) < _SHORT_LINE * style.width)


def _with(text: str, line: str) -> str:
    """Put a line behind a text; a word that was divided at the end of the line is one again."""
    if text[-1:] == "\u00ad":
        return text[:-1] + line
    if text[-1:] in _HYPHENS and text[-2:-1].isalpha() and line[:1].islower():
        return (text if _KEEPS_HYPHEN.match(line) else text[:-1]) + line
    return f"{text} {line}"
