"""Pages of the open web: the article without what stands around it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

from trafilatura import bare_extraction, load_html

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.apart import ApartRequest
from services.knowledge.readers.html import read_html
from services.knowledge.readers.models import ReadSource

_SHORTEST: Final = 80
"""Characters; an article shorter than that has probably not been found."""


def read_apart(request: ApartRequest, file: BinaryIO) -> ReadSource:
    """Read a page in the child; only there are the libraries for it loaded."""
    return read_web_page(request.source, request.name, file.read(), url=request.url)


def read_web_page(source: str, name: str, data: bytes, *, url: str | None = None) -> ReadSource:
    """Read the article of a page; CPU work of some tens of milliseconds.

    Where no article can be told from what stands around it, the page is read as any HTML.

    Args:
        source: Identity of the document.
        name: Title when the page has none.
        data: The page; its encoding is taken from itself.
        url: Where it can be opened; headings with an id are opened directly.
    """
    plain = read_html(source, name, data, url=url)
    found: Any = bare_extraction(
        data, url=url, include_comments=False, include_tables=True, with_metadata=True
    )
    if found is None or found.body is None:
        return plain
    blocks = tuple(_blocks(found.body, _anchors(load_html(data))))
    if sum(len(block.text) for block in blocks) < _SHORTEST:
        return plain
    title = found.title or next((document.title for document in plain.documents), "") or name
    document = SourceDocument(
        source=source, title=title, url=url, blocks=blocks, posted_at=_day(found.date)
    )
    return ReadSource(documents=(document,))


def _anchors(root: Any) -> dict[str, str]:  # noqa: ANN401  lxml has no types
    """Find the fragment of each heading that has an id, by its text."""
    if root is None:
        return {}
    headings = root.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4][@id]")
    return {_line(heading): f"#{heading.get('id')}" for heading in headings}


def _blocks(
    body: Any,  # noqa: ANN401  lxml has no types
    anchors: dict[str, str],
) -> Iterator[Block]:
    anchor = ""
    for element in body:
        if element.tag == "head":
            anchor = anchors.get(_line(element), anchor)
        for kind, text in _parts(element):
            if text:
                level = int(element.get("rend", "h2")[-1]) if kind is BlockKind.HEADING else 0
                yield Block(kind=kind, text=text, level=level, anchor=anchor)


def _parts(element: Any) -> Iterator[tuple[BlockKind, str]]:  # noqa: ANN401  lxml has no types
    match element.tag:
        case "head":
            yield BlockKind.HEADING, _line(element)
        case "list":
            for item in element.iter("item"):
                yield BlockKind.LIST_ITEM, _line(item)
        case "table":
            for row in _rows([list(row.iter("cell")) for row in element.iter("row")]):
                yield BlockKind.LIST_ITEM, row
        case "code":
            yield BlockKind.CODE, "".join(element.itertext()).strip("\n")
        case _:
            yield BlockKind.PARAGRAPH, _line(element)


def _rows(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Say each row in words: a value alone does not tell what it is of."""
    names: list[str] = []
    for cells in rows:
        values = [_line(cell) for cell in cells]
        if cells and all(cell.get("role") == "head" for cell in cells):
            names = values
        elif len(names) == len(values):
            yield "; ".join(
                f"{name}: {value}" if name else value
                for name, value in zip(names, values, strict=True)
                if value
            )
        else:
            yield "; ".join(value for value in values if value)


def _line(element: Any) -> str:  # noqa: ANN401  lxml has no types
    return " ".join("".join(element.itertext()).split())


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
