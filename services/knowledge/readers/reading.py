"""Files and folders to documents, by kind of file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from services.knowledge.readers.html import read_html
from services.knowledge.readers.markdown import read_markdown
from services.knowledge.readers.models import ReadSource, unreadable
from services.knowledge.readers.plain import read_plain
from services.knowledge.readers.telegram_export import read_telegram_export

MOST_BYTES: Final = 512 * 1024 * 1024
_PLAIN: Final = frozenset({".txt", ".text", ".log", ".rst", ""})
_MARKDOWN: Final = frozenset({".md", ".markdown"})
_HTML: Final = frozenset({".html", ".htm", ".xhtml"})
_KNOWN: Final = _PLAIN | _MARKDOWN | _HTML

TextReader = Callable[..., ReadSource]


def read_path(path: Path, *, link: str | None = None) -> Iterator[ReadSource]:
    """Read a file, or all files of known kinds below a folder, in order of their names.

    A file is read whole, so one above 512 MB is skipped.

    Raises:
        InvalidInputError: ``link`` does not fit.
    """
    if path.is_dir():
        files = sorted(
            p for p in path.rglob("*") if p.is_file() and _is_source(p.relative_to(path))
        )
        if not files:
            yield unreadable(str(path), "there is no file of a known kind in this folder")
        for file in files:
            yield read_file(file, link=link)
    else:
        yield read_file(path, link=link)


def read_file(path: Path, *, link: str | None = None, source: str | None = None) -> ReadSource:
    """Read one file.

    Args:
        path: The file.
        link: Address of the chat that an export is of.
        source: Identity of the document; the file's absolute path by default.
    """
    shown = source or str(path)
    suffix = path.suffix.lower()
    reader = reader_of(suffix)
    if reader is None and suffix != ".json":
        return unreadable(shown, f"files of the kind {suffix} cannot be read yet")
    try:
        if path.stat().st_size > MOST_BYTES:
            return unreadable(shown, "it is larger than 512 MB")
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return unreadable(shown, f"it cannot be read: {reason.lower()}")
    if reader is None:
        return read_telegram_export(shown, data, link=link)
    return reader(source or str(path.resolve()), path.stem, data)


def reader_of(suffix: str) -> TextReader | None:
    """Find the reader for a kind of file, None when there is none."""
    if suffix in _MARKDOWN:
        return read_markdown
    if suffix in _HTML:
        return read_html
    return read_plain if suffix in _PLAIN else None


def _is_source(path: Path) -> bool:
    """A file of a known kind, none of whose folders below the one that was given is hidden."""
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and (path.suffix.lower() in _KNOWN - {""} or path.name == "result.json")
