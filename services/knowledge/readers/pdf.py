"""PDF: text by page, as far as the file tells it; only in the child process."""

import math
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError
from pypdf.generic import Destination

from services.knowledge.models import SourceDocument
from services.knowledge.readers.apart import ApartRequest
from services.knowledge.readers.broken import SkipError
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.pdf_layout import Line, blocks_of_pages
from services.knowledge.readers.skips import SkipCode
from services.knowledge.sentences import has_words

_MB: Final = 1024 * 1024
_HEADER_BYTES: Final = 1024
_FORGET_EVERY_PAGES: Final = 100
_LOOK_FOR_PICTURES: Final = 20
_DEEPEST_OUTLINE: Final = 6
_MOST_OUTLINE: Final = 5_000
_NO_TITLE: Final = re.compile(
    r"^(?:microsoft word|untitled|документ\d*$|document\d*$|без имени|slide 1$)"
    r"|\.(?:docx?|tex|dvi|indd|pdf|odt|rtf|qxd)$",
    re.IGNORECASE,
)


def read_apart(request: ApartRequest, file: BinaryIO) -> ReadSource:
    """Read a PDF; each block's anchor opens its page.

    Raises:
        SkipError: It needs a password, has no text, or is larger than the limits.
    """
    if b"%PDF-" not in file.read(_HEADER_BYTES):
        raise SkipError(SkipCode.WRONG_KIND, kind="PDF")
    file.seek(0)
    reader = _opened(file)
    count = len(reader.pages)
    if count > request.limits.pages:
        raise SkipError(SkipCode.TOO_MANY_PAGES, limit=request.limits.pages)
    pages = list(_pages(reader, request.limits.text_mb * _MB))
    if not any(has_words(line.text) for page in pages for line in page):
        raise SkipError(SkipCode.SCANNED if _has_pictures(reader) else SkipCode.NO_TEXT)
    blocks = blocks_of_pages(pages, _outline(reader))
    title = _title(reader) or next((b.text for b in blocks if b.level), "") or request.name
    document = SourceDocument(
        source=request.source, title=title, url=request.url, blocks=tuple(blocks)
    )
    return ReadSource(documents=(document,))


def _opened(file: BinaryIO) -> PdfReader:
    reader = PdfReader(file, strict=False)
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("")
        except (DependencyError, NotImplementedError):
            opened = None
        if not opened:
            raise SkipError(SkipCode.ENCRYPTED, kind="PDF")
    return reader


def _pages(reader: PdfReader, most_bytes: int) -> Iterator[list[Line]]:
    filled = 0
    for number, page in enumerate(reader.pages, start=1):
        lines = _lines(page)
        filled += sum(len(line.text) for line in lines)
        if filled > most_bytes:
            raise SkipError(SkipCode.TOO_MUCH_TEXT, limit_mb=most_bytes // _MB)
        yield lines
        if number % _FORGET_EVERY_PAGES == 0:
            # It keeps every object that it has met.
            reader.resolved_objects.clear()


class _Lines:
    """Collects a page's text in lines, with size, weight and height of each."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._parts: list[str] = []
        self._size = 0.0
        self._bold = True
        self._y = 0.0

    def take(self, text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:  # noqa: ANN401  the library's
        first, *others = text.split("\n")
        self._add(first, cm, tm, font, size)
        for other in others:
            self.end()
            self._add(other, cm, tm, font, size)

    def end(self) -> None:
        text = " ".join("".join(self._parts).split())
        if text:
            self.lines.append(Line(text=text, size=self._size, bold=self._bold, y=self._y))
        self._parts, self._size, self._bold = [], 0.0, True

    def _add(self, text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:  # noqa: ANN401  the library's
        if not text.strip():
            self._parts.append(text)
            return
        if not self._size:
            self._y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
        self._size = max(self._size, round(2 * abs(float(size)) * scale) / 2)
        name = str((font or {}).get("/BaseFont", ""))
        self._bold = self._bold and any(part in name for part in ("Bold", "Black", "Heavy"))
        self._parts.append(text)


def _lines(page: PageObject) -> list[Line]:
    lines = _Lines()
    page.extract_text(visitor_text=lines.take)
    lines.end()
    return lines.lines


def _has_pictures(reader: PdfReader) -> bool:
    for page in reader.pages[:_LOOK_FOR_PICTURES]:
        resources: Any = page.get("/Resources")
        objects: Any = (resources.get_object() if resources else {}).get("/XObject")
        if objects:
            return True
    return False


def _title(reader: PdfReader) -> str:
    found = reader.metadata.title if reader.metadata else None
    title = " ".join(str(found or "").split())
    return title if has_words(title) and not _NO_TITLE.search(title) else ""


def _outline(reader: PdfReader) -> dict[str, int]:
    """Read the names of the bookmarks with their depth; none when they are broken."""
    try:
        return dict(_entries(reader.outline, 1))
    except Exception:  # noqa: BLE001  the library fails in many ways on broken ones
        return {}


def _entries(outline: Any, depth: int) -> Iterator[tuple[str, int]]:  # noqa: ANN401  lists in lists
    for entry in outline[:_MOST_OUTLINE]:
        if isinstance(entry, Destination):
            yield " ".join(str(entry.title).split()).casefold(), depth
        elif depth < _DEEPEST_OUTLINE:
            yield from _entries(entry, depth + 1)
