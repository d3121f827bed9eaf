"""Files and folders to documents, by kind of file."""

import stat
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from services.knowledge.readers.apart import ReadingApart
from services.knowledge.readers.archive import Allowance, members, opened, unpacked
from services.knowledge.readers.broken import SkipError
from services.knowledge.readers.limits import ReadLimits
from services.knowledge.readers.models import ReadSource, skipped
from services.knowledge.readers.names import clean_name, identity, printable
from services.knowledge.readers.plain import read_plain
from services.knowledge.readers.resuming import Resume, from_the_start
from services.knowledge.readers.skips import SkipCode
from services.knowledge.readers.tables import read_table
from services.knowledge.readers.telegram_export import read_telegram_export

LIMITS: Final = ReadLimits()
_MB: Final = 1024 * 1024
_TEXTS: Final = {".txt": read_plain, ".text": read_plain, ".log": read_plain, ".rst": read_plain,
                 "": read_plain, ".csv": read_table, ".tsv": read_table}  # fmt: skip
_APART: Final = {
    ".pdf": "pdf", ".docx": "docx", ".docm": "docx", ".epub": "epub", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".md": "markdown", ".markdown": "markdown",
}  # fmt: skip
_MARKUP: Final = frozenset({"html", "markdown"})
_EXPORT: Final = ".json"
_ARCHIVE: Final = ".zip"
SUFFIXES: Final = frozenset({*_TEXTS, *_APART, _EXPORT, _ARCHIVE}) - {""}
"""Endings of the names of files that can be read."""

TextReader = Callable[..., ReadSource]


def read_path(
    path: Path,
    *,
    link: str | None = None,
    limits: ReadLimits = LIMITS,
    resume: Resume = from_the_start,
) -> Generator[ReadSource]:
    """Read a file, or all files of known kinds below a folder, in order of their names.

    Of ``.json`` files in a folder only ``result.json`` is read. Links to other places in it are
    named and not followed.

    Raises:
        InvalidInputError: ``link`` does not fit.
    """
    with ReadingApart(limits) as apart:
        reading = _Reading(limits, link, resume, apart)
        if not path.is_dir():
            yield from reading.file(path, path.name, identity(path), None)
            return
        files = sorted(p for p in path.rglob("*") if _is_source(p, p.relative_to(path)))
        if not files:
            yield skipped(identity(path), SkipCode.FOLDER_WITHOUT_SOURCES)
        for file in files:
            if file.is_symlink():
                yield skipped(identity(file), SkipCode.IS_A_LINK)
            else:
                yield from reading.file(file, file.name, identity(file), None)


def read_file(
    path: Path,
    *,
    name: str | None = None,
    source: str | None = None,
    url: str | None = None,
    link: str | None = None,
    limits: ReadLimits = LIMITS,
    resume: Resume = from_the_start,
) -> Generator[ReadSource]:
    """Read one file of any known kind, in portions: the one entry for whoever has a file.

    The file may be broken, huge, encrypted or hostile: what is wrong with it comes as a
    ``SkippedSource`` with a ``SkipCode`` for catalogues, nothing is raised, and a file that is
    skipped has given no documents (of an archive: each file in it for itself). Blocking: take
    each portion in a thread (``await asyncio.to_thread(next, portions, None)``) and hand it to
    ``IngestSources``, which stores it before the next one is read. Close the iterator when you
    stop early: it may hold a child process.

    Args:
        path: Where it lies now; a temporary place is fine.
        name: What it is called for people, with its suffix, which decides how it is read; the
            path's last part by default.
        source: Identity of the document in the library; the absolute path by default. Files of
            an archive are ``<source>/<name>``. A Telegram export has its own,
            ``telegram:<chat id>#<post>``.
        url: Opens the document; pages and headings are opened through their anchors.
        link: Address of the public chat that an export is of.
        limits: How much of it is taken on.
        resume: For exports: where an interrupted ingest goes on (``IngestSources.resume``).

    Raises:
        InvalidInputError: ``link`` is no address of a public chat.
    """
    with ReadingApart(limits) as apart:
        reading = _Reading(limits, link, resume, apart)
        yield from reading.file(path, name or path.name, source or identity(path), url)


def read_page(path: Path, *, name: str, url: str, limits: ReadLimits = LIMITS) -> ReadSource:
    """Read a page of the open web that was fetched into a file: its article alone. Blocking.

    Args:
        path: Where it lies.
        name: Title when the page has none.
        url: Its address, also its identity.
        limits: How much of it is taken on.
    """
    with ReadingApart(limits) as apart:
        return apart.read(path, "page", url, clean_name(name), url)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The readers with what they are given; ``inside`` is set within an archive."""

    limits: ReadLimits
    link: str | None
    resume: Resume
    apart: ReadingApart

    def file(
        self,
        path: Path,
        name: str,
        source: str,
        url: str | None,
        inside: tuple[Allowance, ...] = (),
    ) -> Iterator[ReadSource]:
        suffix = PurePosixPath(name).suffix.lower()
        title = clean_name(PurePosixPath(name).stem)
        try:
            self._check(path, suffix)
            if suffix == _EXPORT:
                with path.open("rb") as file:
                    yield from read_telegram_export(
                        source, file, link=self.link, resume=self.resume
                    )
            elif suffix == _ARCHIVE:
                yield from self._archive(path, source, inside)
            elif suffix in _APART:
                yield self.apart.read(path, _APART[suffix], source, title, url)
            else:
                yield self._text(path, suffix, source, title, url)
        except SkipError as error:
            yield skipped(source, error.code, **error.parameters)
        except OSError as error:
            yield skipped(source, _problem(error))

    def _check(self, path: Path, suffix: str) -> None:
        if suffix not in SUFFIXES and suffix:
            raise SkipError(SkipCode.UNKNOWN_KIND, suffix=clean_name(suffix[:20]))
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise SkipError(SkipCode.IS_A_FOLDER)
        if not stat.S_ISREG(status.st_mode):
            # Opening a pipe waits for a writer that may never come.
            raise SkipError(SkipCode.NOT_A_FILE)
        if not status.st_size:
            raise SkipError(SkipCode.EMPTY)
        if (most := self._most_mb(suffix)) and status.st_size > most * _MB:
            raise SkipError(SkipCode.TOO_LARGE, limit_mb=most)

    def _most_mb(self, suffix: str) -> int:
        """Find the limit for a kind of file; exports and archives have limits of their own."""
        if suffix in {_EXPORT, _ARCHIVE}:
            return 0
        if suffix in _TEXTS:
            return self.limits.text_mb
        in_memory = _APART[suffix] in _MARKUP
        return self.limits.markup_mb if in_memory else self.limits.file_mb

    def _text(
        self, path: Path, suffix: str, source: str, title: str, url: str | None
    ) -> ReadSource:
        return _TEXTS[suffix](source, title, path.read_bytes(), url=url)

    def _archive(
        self, path: Path, source: str, inside: tuple[Allowance, ...]
    ) -> Iterator[ReadSource]:
        if len(inside) > 1:
            raise SkipError(SkipCode.ARCHIVE_NESTED)
        with path.open("rb") as file, opened(file) as archive:
            allowance = inside[0] if inside else Allowance(self.limits)
            found = members(archive, allowance)
            known = [m for m in found if PurePosixPath(m.name).suffix.lower() in SUFFIXES]
            if not known:
                raise SkipError(SkipCode.ARCHIVE_EMPTY)
            for member in known:
                shown = f"{source}/{printable(member.name)}"
                if member.problem is not None:
                    yield skipped(shown, member.problem.code, **member.problem.parameters)
                    continue
                try:
                    with unpacked(archive, member) as place:
                        yield from self.file(place, member.name, shown, None, (*inside, allowance))
                except SkipError as error:
                    yield skipped(shown, error.code, **error.parameters)


def _problem(error: OSError) -> SkipCode:
    for kind, code in (
        (FileNotFoundError, SkipCode.NOT_FOUND),
        (PermissionError, SkipCode.NO_PERMISSION),
        (IsADirectoryError, SkipCode.IS_A_FOLDER),
    ):
        if isinstance(error, kind):
            return code
    return SkipCode.UNREADABLE


def _is_source(path: Path, below: Path) -> bool:
    """A file of a known kind, none of whose folders below the one that was given is hidden."""
    if any(part.startswith(".") for part in below.parts):
        return False
    suffix = path.suffix.lower()
    known = path.name == "result.json" if suffix == _EXPORT else suffix in SUFFIXES
    return known and (path.is_file() or path.is_symlink())
