"""Rows of tables to list items that name their columns, and files that are one table."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain, islice
from typing import Final

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.encodings import decoded
from services.knowledge.readers.models import ReadSource, skipped
from services.knowledge.readers.skips import SkipCode
from services.knowledge.sentences import has_words

_DELIMITERS: Final = ",;\t|"
_SAMPLE_ROWS: Final = 50
_SAMPLE_CHARACTERS: Final = 64 * 1024
_LONGEST_HEADER: Final = 100
_LONGEST_VALUE: Final = 2_000
_LONGEST_ROW: Final = 8_000
_LONGEST_FIELD: Final = 64 * 1024 * 1024


def read_table(source: str, name: str, data: bytes, *, url: str | None = None) -> ReadSource:
    """Read CSV with any of the usual delimiters and encodings; a row is a list item.

    Args:
        source: Identity of the document.
        name: Its title.
        data: The file.
        url: Where it can be opened.
    """
    if not data.strip():
        return skipped(source, SkipCode.EMPTY)
    text = decoded(data)
    if text is None:
        return skipped(source, SkipCode.NOT_TEXT)
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        rows = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
        blocks = tuple(rows_as_blocks([" ".join(v.split()) for v in row] for row in rows))
    except csv.Error:
        return skipped(source, SkipCode.BROKEN, kind="CSV")
    if not any(has_words(block.text) for block in blocks):
        return skipped(source, SkipCode.NO_TEXT)
    document = SourceDocument(source=source, title=name, url=url, blocks=blocks)
    return ReadSource(documents=(document,))


def rows_as_blocks(rows: Iterable[Sequence[str]]) -> Iterator[Block]:
    """Give each row as ``column: value; column: value``, or its values where no row names them.

    Args:
        rows: From the top; the first one is taken for names when it looks like them.
    """
    given = iter(rows)
    start = list(islice((row for row in given if any(row)), 2))
    header = start[0] if len(start) > 1 and _names_columns(start[0]) else ()
    for row in chain(start[1:] if header else start, given):
        if text := row_text(header, row):
            yield Block(kind=BlockKind.LIST_ITEM, text=text)


def row_text(header: Sequence[str], row: Sequence[str]) -> str:
    """Write a row as one line; long values are cut."""
    values = [
        f"{header[index]}: {_cut(value)}" if index < len(header) and header[index] else _cut(value)
        for index, value in enumerate(row)
        if value
    ]
    text = "; ".join(values)
    return text if len(text) <= _LONGEST_ROW else text[: _LONGEST_ROW - 1] + "…"


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"


def _names_columns(row: Sequence[str]) -> bool:
    """Tell whether a first row looks like names: short words, none twice, more than one."""
    names = [cell for cell in row if cell]
    return (
        len(names) > 1
        and len(set(names)) == len(names)
        and all(len(cell) <= _LONGEST_HEADER and has_words(cell) for cell in names)
    )


def _delimiter(text: str) -> str:
    """Find the delimiter that cuts the first rows most evenly into the most columns."""
    lines = text[:_SAMPLE_CHARACTERS].splitlines(keepends=True)[:-1] or [text[:_SAMPLE_CHARACTERS]]

    def evenness(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), _SAMPLE_ROWS)]
        usual = max(set(widths), key=widths.count, default=0)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    return max(_DELIMITERS, key=evenness)
