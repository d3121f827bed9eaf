import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.encodings import encoding_of
from services.knowledge.readers.models import ReadSource, skipped
from services.knowledge.readers.skips import SkipCode
from services.knowledge.readers.unseen import drop_unseen

_DROPPED: Final = (
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form",
    "button", "svg", "iframe", "dialog",
)  # fmt: skip
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BLOCKS: Final = frozenset(
    {"p", "li", "pre", "blockquote", "td", "th", "dt", "dd", "figcaption", "div", "section",
     "article", "main", "table", "ul", "ol", "dl", "tr", "body", "caption", "summary", "details",
     "thead", "tbody", "tfoot", "figure", *_HEADINGS}
)  # fmt: skip
_DECLARED: Final = re.compile(rb"charset\s*=|<\?xml[^>]{1,100}encoding", re.IGNORECASE)
_DECLARED_WITHIN: Final = 4096
_SPACE: Final = re.compile(r"\s+")
_SHORTEST_MAIN: Final = 200


def read_html(source: str, name: str, data: bytes, *, url: str | None = None) -> ReadSource:
    """Read the main text of a page: scripts, styles and navigation are left out.

    Args:
        source: Identity of the document.
        name: Title when the page has none.
        data: The page; its encoding is taken from itself.
        url: Where it can be opened; headings with an id are opened directly.
    """
    try:
        root = lxml_html.document_fromstring(
            data, parser=lxml_html.HTMLParser(encoding=_encoding(data))
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return skipped(source, SkipCode.BROKEN, kind="HTML")
    title = _text(root.findtext(".//title") or "")
    etree.strip_elements(root, *_DROPPED, etree.Comment, with_tail=False)
    drop_unseen(root)
    blocks = list(_blocks(_main(root)))
    if not blocks:
        return skipped(source, SkipCode.NO_TEXT)
    heading = next((b.text for b in blocks if b.kind is BlockKind.HEADING), "")
    document = SourceDocument(
        source=source, title=title or heading or name, url=url, blocks=tuple(blocks)
    )
    return ReadSource(documents=(document,))


def _encoding(data: bytes) -> str | None:
    """Say which encoding it is in unless the page does: the parser would take Latin-1."""
    try:
        data.decode()
    except UnicodeDecodeError:
        marked = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
        declared = _DECLARED.search(data[:_DECLARED_WITHIN]) is not None
        return None if marked or declared else encoding_of(data)
    return encoding_of(data) if b"\x00" in data else "utf-8"


def _main(root: Any) -> Any:  # noqa: ANN401  lxml has no types
    for path in (".//main", ".//article", ".//*[@role='main']"):
        found = root.findall(path) if "@" not in path else root.xpath(path)
        if len(found) == 1 and len(_text(found[0].text_content())) >= _SHORTEST_MAIN:
            return found[0]
    body = root.find(".//body")
    return root if body is None else body


class _Reading:
    """Text that has not become a block yet, and the last place with a name."""

    def __init__(self) -> None:
        self.text = ""
        self.anchor = ""


def _blocks(main: Any) -> Iterator[Block]:  # noqa: ANN401  lxml has no types
    reading = _Reading()
    yield from _walk(main, reading, BlockKind.PARAGRAPH, 0)
    yield from _flush(reading, BlockKind.PARAGRAPH, 0)


def _walk(
    element: Any,  # noqa: ANN401  lxml has no types
    reading: _Reading,
    kind: BlockKind,
    level: int,
) -> Iterator[Block]:
    tag = element.tag if isinstance(element.tag, str) else ""
    is_block = tag in _BLOCKS
    if is_block:
        yield from _flush(reading, kind, level)
    own_kind, own_level = _kind(tag, kind, level)
    if own_kind is BlockKind.HEADING and element.get("id"):
        reading.anchor = f"#{element.get('id')}"
    if own_kind is BlockKind.CODE:
        reading.text += "".join(element.itertext())
    else:
        reading.text += "\n" if tag == "br" else element.text or ""
        for child in element:
            yield from _walk(child, reading, own_kind, own_level)
            reading.text += child.tail or ""
    if is_block:
        yield from _flush(reading, own_kind, own_level)


def _kind(tag: str, kind: BlockKind, level: int) -> tuple[BlockKind, int]:
    if tag in _HEADINGS:
        return BlockKind.HEADING, _HEADINGS[tag]
    if tag == "pre":
        return BlockKind.CODE, 0
    if tag == "li":
        return BlockKind.LIST_ITEM, 0
    return (
        (BlockKind.PARAGRAPH, 0) if tag in _BLOCKS and kind is BlockKind.HEADING else (kind, level)
    )


def _flush(reading: _Reading, kind: BlockKind, level: int) -> Iterator[Block]:
    raw, reading.text = reading.text, ""
    text = raw.strip("\n") if kind is BlockKind.CODE else _text(raw)
    if text.strip():
        yield Block(kind=kind, text=text, level=level, anchor=reading.anchor)


def _text(raw: str) -> str:
    return _SPACE.sub(" ", raw).strip()
