"""DOCX: paragraphs, headings, lists and tables of the main text; only in the child process.

Pictures, macros, comments, deleted text and everything outside the file are left alone.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.apart import ApartRequest
from services.knowledge.readers.broken import SkipError
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.skips import SkipCode
from services.knowledge.readers.tables import row_text, rows_as_blocks
from services.knowledge.readers.xml import Package
from services.knowledge.sentences import has_words

_KIND: Final = "DOCX"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MAIN: Final = "word/document.xml"
_STYLES: Final = "word/styles.xml"
_CORE: Final = "docProps/core.xml"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_OLE: Final = "EncryptedPackage".encode("utf-16-le")
_LEFT_OUT: Final = frozenset(
    {"del", "moveFrom", "pPr", "rPr", "Fallback", "instrText", "txbxContent", "footnoteReference"}
)
_BREAKS: Final = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
_HEADING: Final = re.compile(r"^(?:heading|заголовок) ?([1-9])$", re.IGNORECASE)
_DEEPEST: Final = 6


def read_apart(request: ApartRequest, file: BinaryIO) -> ReadSource:
    """Read a DOCX file.

    Raises:
        SkipError: It is encrypted, broken or something else.
    """
    package = Package(_opened(file), _KIND)
    styles = _styles(package)
    root = package.tree(_MAIN)
    body = next((child for child in root if _name(child) == "body"), None)
    blocks = [] if body is None else list(_blocks(body, styles))
    if not any(has_words(block.text) for block in blocks):
        raise SkipError(SkipCode.NO_TEXT)
    heading = next((b.text for b in blocks if b.kind is BlockKind.HEADING), "")
    document = SourceDocument(
        source=request.source, title=_title(package) or heading or request.name,
        url=request.url, blocks=tuple(blocks),
    )  # fmt: skip
    return ReadSource(documents=(document,))


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    start = file.read(len(_OLE))
    if start == _OLE:
        encrypted = _ENCRYPTED_OLE in file.read()
        raise SkipError(SkipCode.ENCRYPTED if encrypted else SkipCode.WRONG_KIND, kind=_KIND)
    if not start.startswith(b"PK"):
        raise SkipError(SkipCode.WRONG_KIND, kind=_KIND)
    archive = zipfile.ZipFile(file)
    if _MAIN not in archive.NameToInfo:
        raise SkipError(SkipCode.WRONG_KIND, kind=_KIND)
    return archive


def _title(package: Package) -> str:
    if not package.has(_CORE):
        return ""
    return " ".join((package.tree(_CORE).findtext(_TITLE) or "").split())


def _styles(package: Package) -> dict[str, int]:
    """Find the heading level of each paragraph style; 0 is a list's."""
    if not package.has(_STYLES):
        return {}
    levels: dict[str, int] = {}
    for style in package.tree(_STYLES):
        id_ = _value(style, "styleId")
        name = next((_value(child, "val") for child in style if _name(child) == "name"), "")
        if found := _HEADING.match(name):
            levels[id_] = int(found[1])
        elif name.casefold() == "title":
            levels[id_] = 1
        elif name.casefold().startswith("list"):
            levels[id_] = 0
    return levels


def _blocks(parent: Any, styles: Mapping[str, int]) -> Iterator[Block]:  # noqa: ANN401  lxml has no types
    for element in parent:
        name = _name(element)
        if name == "p":
            yield from _paragraph(element, styles)
        elif name == "tbl":
            yield from rows_as_blocks(_rows(element))
        elif name in {"sdt", "sdtContent", "ins", "moveTo", "AlternateContent", "Choice"}:
            yield from _blocks(element, styles)


def _paragraph(element: Any, styles: Mapping[str, int]) -> Iterator[Block]:  # noqa: ANN401  lxml has no types
    text = _text(element).strip()
    if not text:
        return
    kind, level = BlockKind.PARAGRAPH, 0
    properties = next((child for child in element if _name(child) == "pPr"), ())
    for setting in properties:
        name = _name(setting)
        if name == "pStyle" and _value(setting, "val") in styles:
            level = styles[_value(setting, "val")]
            kind = BlockKind.HEADING if level else BlockKind.LIST_ITEM
        elif name == "numPr" and kind is BlockKind.PARAGRAPH:
            kind = BlockKind.LIST_ITEM
        elif name == "outlineLvl" and _value(setting, "val").isdecimal():
            outline = int(_value(setting, "val")) + 1
            if outline <= _DEEPEST:
                kind, level = BlockKind.HEADING, outline
    if kind is BlockKind.HEADING:
        text = " ".join(text.split())
    yield Block(kind=kind, text=text, level=level)


def _rows(table: Any) -> Iterator[list[str]]:  # noqa: ANN401  lxml has no types
    for row in table:
        if _name(row) == "tr":
            yield [
                " ".join(_cell(cell).split())
                for cell in row.iter(f"{_W}tc", f"{_STRICT}tc")
                if cell.getparent() is row or _name(cell.getparent()) == "sdtContent"
            ]


def _cell(cell: Any) -> str:  # noqa: ANN401  lxml has no types
    parts: list[str] = []
    for element in cell:
        if _name(element) == "tbl":
            parts += [row_text((), row) for row in _rows(element)]
        elif _name(element) not in _LEFT_OUT:
            parts.append(_text(element))
    return " ".join(parts)


def _text(element: Any) -> str:  # noqa: ANN401  lxml has no types
    parts: list[str] = []
    for child in element:
        name = _name(child)
        if name in {"t", "delText"}:
            parts.append(child.text or "")
        elif name in _BREAKS:
            parts.append(_BREAKS[name])
        elif name not in _LEFT_OUT:
            parts.append(_text(child))
    return "".join(parts)


def _name(element: Any) -> str:  # noqa: ANN401  lxml has no types
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: Any, name: str) -> str:  # noqa: ANN401  lxml has no types
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT}{name}") or ""
