import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final
from urllib.parse import unquote, urlsplit

import httpx

from services.adapters.http.guard import ForbiddenAddressError
from services.adapters.http.robots import Robots
from services.knowledge.readers.limits import ReadLimits
from services.knowledge.readers.models import ReadSource, skipped
from services.knowledge.readers.reading import SUFFIXES, read_file, read_page
from services.knowledge.readers.skips import SkipCode

_MOST_MB: Final = 20
_MB: Final = 1024 * 1024
_SILENCE_S: Final = 20.0
_WHOLE_S: Final = 120.0
_AT_ONCE: Final = 2
"""Pages taken apart at the same time, each in a process of its own."""
_PAGE: Final = frozenset({"text/html", "application/xhtml+xml"})
_SUFFIXES: Final = {
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/zip": ".zip",
}
_LIMITS: Final = ReadLimits(
    file_mb=_MOST_MB, text_mb=16, markup_mb=_MOST_MB, pages=2000, archive_files=200, archive_mb=100
)


class _SkippedError(Exception):
    """The page is not read, and why."""

    def __init__(self, code: SkipCode, **parameters: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


class PageReader:
    """Fetches pages and files that people name or a web search finds, and reads them.

    Args:
        client: Guarded (``guarded_client``), for the addresses come from strangers.
        robots: What the sites allow; None where the owner reads a site of their own.
    """

    def __init__(self, client: httpx.AsyncClient, robots: Robots | None = None) -> None:
        self._client = client
        self._robots = robots
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def read(self, url: str, *, whole_s: float = _WHOLE_S) -> ReadSource:
        """Read a page; whatever is wrong with it is told, not raised.

        Args:
            url: Its address.
            whole_s: Seconds for fetching it, and again for taking it apart.
        """
        try:
            with tempfile.TemporaryDirectory(prefix="samovar-page-") as folder:
                async with asyncio.timeout(whole_s):
                    file, kind = await self._fetched(url, Path(folder))
                    await self._places.acquire()
                try:
                    return await asyncio.to_thread(_read, file, kind, url, whole_s)
                finally:
                    self._places.release()
        except _SkippedError as error:
            return skipped(url, error.code, **error.parameters)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return skipped(url, _code(error))

    async def _fetched(self, url: str, folder: Path) -> tuple[Path, str]:
        """Fetch into a file; give it with the suffix that says how it is read, none for a page."""
        if self._robots is not None and not await self._robots.allows(url):
            raise _SkippedError(SkipCode.PAGE_FORBIDDEN)
        async with self._client.stream("GET", url, timeout=_SILENCE_S) as answer:
            if not answer.is_success:
                raise _SkippedError(SkipCode.PAGE_NOT_FOUND, status=answer.status_code)
            kind = _kind(answer, url)
            path = folder / "page"
            with path.open("wb") as file:
                await _save(answer, file)
            return path, kind


async def _save(answer: httpx.Response, file: BinaryIO) -> None:
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > _MOST_MB * _MB:
            raise _SkippedError(SkipCode.TOO_LARGE, limit_mb=_MOST_MB)
        await asyncio.to_thread(file.write, part)


def _kind(answer: httpx.Response, url: str) -> str:
    declared = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared in _PAGE:
        return ""
    suffix = _SUFFIXES.get(declared) or PurePosixPath(urlsplit(url).path).suffix.lower()
    if suffix not in SUFFIXES or declared.startswith(("image/", "audio/", "video/")):
        raise _SkippedError(SkipCode.PAGE_OF_OTHER_KIND)
    return suffix


def _read(path: Path, kind: str, url: str, whole_s: float) -> ReadSource:
    """Take the file apart; a page's links open what was named, also where the server moved it."""
    limits = replace(_LIMITS, seconds=max(1, int(whole_s)))
    if not kind:
        return read_page(path, name=_name(url), url=url, limits=limits)
    portions = list(read_file(path, name=_name(url) + kind, source=url, url=url, limits=limits))
    return ReadSource(
        documents=tuple(document for portion in portions for document in portion.documents),
        skipped=tuple(skip for portion in portions for skip in portion.skipped),
    )


def _code(error: Exception) -> SkipCode:
    match error:
        case TimeoutError() | httpx.TimeoutException():
            return SkipCode.PAGE_SILENT
        case ForbiddenAddressError():
            return SkipCode.PAGE_PRIVATE
        case httpx.TooManyRedirects():
            return SkipCode.PAGE_ROUND
    return SkipCode.PAGE_UNREACHABLE


def _name(url: str) -> str:
    parts = urlsplit(url)
    return unquote(PurePosixPath(parts.path).stem) or parts.netloc
