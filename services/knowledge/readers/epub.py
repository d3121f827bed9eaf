"""EPUB: chapters in reading order; only in the child process."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, Final
from urllib.parse import unquote

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.apart import ApartRequest
from services.knowledge.readers.broken import SkipError
from services.knowledge.readers.html import read_html
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.skips import SkipCode
from services.knowledge.readers.xml import Package

_KIND: Final = "EPUB"
_MB: Final = 1024 * 1024
_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_HARMLESS: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_CHAPTERS: Final = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})
# In HTML these have no short form, and would swallow the chapter.
_SHORT: Final = re.compile(rb"<(title|script|style|iframe|textarea)\b([^<>]*)/>", re.IGNORECASE)


def read_apart(request: ApartRequest, file: BinaryIO) -> ReadSource:
    """Read a book; a chapter without a heading gets its name from the table of contents.

    Raises:
        SkipError: It is encrypted, broken, too large or something else.
    """
    if not file.read(2).startswith(b"PK"):
        raise SkipError(SkipCode.WRONG_KIND, kind=_KIND)
    package = Package(zipfile.ZipFile(file), _KIND)
    if not package.has(_CONTAINER):
        raise SkipError(SkipCode.WRONG_KIND, kind=_KIND)
    _refuse_protected(package)
    book = _Book(package, request)
    blocks = tuple(book.blocks())
    if not blocks:
        raise SkipError(SkipCode.NO_TEXT)
    document = SourceDocument(
        source=request.source, title=book.title() or request.name, url=request.url, blocks=blocks
    )
    return ReadSource(documents=(document,))


def _refuse_protected(package: Package) -> None:
    """Fonts may be scrambled in any book; anything else that is, only a seller's program opens."""
    if not package.has(_ENCRYPTION):
        return
    for element in package.tree(_ENCRYPTION).iter():
        if _name(element) == "EncryptionMethod" and element.get("Algorithm") not in _HARMLESS:
            inside_key = any(_name(above) == "EncryptedKey" for above in element.iterancestors())
            if not inside_key:
                raise SkipError(SkipCode.PROTECTED_BOOK)


class _Book:
    def __init__(self, package: Package, request: ApartRequest) -> None:
        self._package = package
        self._limits = request.limits
        path = next(
            (
                element.get("full-path")
                for element in package.tree(_CONTAINER).iter()
                if _name(element) == "rootfile"
            ),
            None,
        )
        if not path:
            raise SkipError(SkipCode.BROKEN, kind=_KIND)
        self._folder = posixpath.dirname(path)
        self._root = package.tree(path)
        self._items = {item.get("id"): item for item in self._root.iter() if _name(item) == "item"}

    def title(self) -> str:
        """Give the author and the title."""
        parts = (self._root.findtext(f".//{_DC}{name}") or "" for name in ("creator", "title"))
        return ": ".join(" ".join(part.split()) for part in parts if part.strip())

    def blocks(self) -> Iterator[Block]:
        """Give the blocks of all chapters in the order of the spine."""
        names = self._contents()
        chapters = list(self._chapters())
        if len(chapters) > self._limits.pages:
            raise SkipError(SkipCode.TOO_MANY_PAGES, limit=self._limits.pages)
        filled = 0
        for path in chapters:
            data = _SHORT.sub(rb"<\1\2></\1>", self._package.part(path))
            read = read_html(path, "", data)
            for document in read.documents:
                name = names.get(path, "")
                headed = any(b.kind is BlockKind.HEADING for b in document.blocks[:3])
                if name and not headed:
                    yield Block(kind=BlockKind.HEADING, text=name, level=1)
                for block in document.blocks:
                    filled += len(block.text)
                    yield replace(block, anchor="")
            if filled > self._limits.text_mb * _MB:
                raise SkipError(SkipCode.TOO_MUCH_TEXT, limit_mb=self._limits.text_mb)

    def _chapters(self) -> Iterator[str]:
        for reference in self._root.iter():
            if _name(reference) != "itemref":
                continue
            item = self._items.get(reference.get("idref"))
            if item is not None and item.get("media-type") in _CHAPTERS:
                path = self._path(item.get("href") or "")
                if self._package.has(path) and "nav" not in (item.get("properties") or ""):
                    yield path

    def _contents(self) -> dict[str, str]:
        """Read the names of chapters from the table of contents, of either edition."""
        names: dict[str, str] = {}
        for item in self._items.values():
            path = self._path(item.get("href") or "")
            if not self._package.has(path):
                continue
            if item.get("media-type") == "application/x-dtbncx+xml":
                names |= self._ncx(path)
            elif "nav" in (item.get("properties") or ""):
                names |= self._nav(path)
        return names

    def _ncx(self, path: str) -> dict[str, str]:
        names: dict[str, str] = {}
        for point in self._package.tree(path).iter():
            if _name(point) != "navPoint":
                continue
            label = next((e for e in point.iter() if _name(e) == "text"), None)
            content = next((e for e in point.iter() if _name(e) == "content"), None)
            if label is not None and content is not None:
                target = self._target(path, content.get("src") or "")
                names.setdefault(target, _line(label))
        return names

    def _nav(self, path: str) -> dict[str, str]:
        names: dict[str, str] = {}
        for link in self._package.tree(path).iter():
            if _name(link) == "a" and link.get("href"):
                names.setdefault(self._target(path, link.get("href")), _line(link))
        return names

    def _target(self, base: str, href: str) -> str:
        relative = unquote(href.partition("#")[0])
        return posixpath.normpath(posixpath.join(posixpath.dirname(base), relative))

    def _path(self, href: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, unquote(href)))


def _line(element: Any) -> str:  # noqa: ANN401  lxml has no types
    return " ".join("".join(element.itertext()).split())


def _name(element: Any) -> str:  # noqa: ANN401  lxml has no types
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
