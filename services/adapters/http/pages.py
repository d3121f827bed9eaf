import asyncio
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

import httpx

from services.knowledge.readers.html import read_html
from services.knowledge.readers.markdown import read_markdown
from services.knowledge.readers.models import ReadSource, unreadable
from services.knowledge.readers.plain import read_plain
from services.knowledge.readers.reading import TextReader

_MOST_BYTES: Final = 20 * 1024 * 1024
_SILENCE_S: Final = 20.0
_WHOLE_S: Final = 120.0
_READERS: Final[dict[str, TextReader]] = {
    "text/html": read_html,
    "application/xhtml+xml": read_html,
    "text/markdown": read_markdown,
    "text/plain": read_plain,
}


class _TooLargeError(Exception):
    """The page does not end within the limit."""


class PageReader:
    """Fetches web pages and texts that the owner names, and reads them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def read(self, url: str) -> ReadSource:
        """Read a page; whatever is wrong with it is told, not raised."""
        try:
            async with asyncio.timeout(_WHOLE_S):
                return await self._read(url)
        except _TooLargeError:
            return unreadable(url, "it is larger than 20 MB")
        except (TimeoutError, httpx.TimeoutException):
            return unreadable(url, "the server did not answer in time")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return unreadable(url, f"it cannot be fetched: {type(error).__name__}")

    async def _read(self, url: str) -> ReadSource:
        async with self._client.stream(
            "GET", url, follow_redirects=True, timeout=_SILENCE_S
        ) as answer:
            if not answer.is_success:
                return unreadable(url, f"the server answered {answer.status_code}")
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            reader = _READERS.get(kind)
            if reader is None:
                return unreadable(url, f"pages of the kind {kind or 'unknown'} cannot be read yet")
            data = bytearray()
            async for part in answer.aiter_bytes():
                data += part
                if len(data) > _MOST_BYTES:
                    raise _TooLargeError
            # Links are to open what was named, also where the server moved it for this time.
            return await asyncio.to_thread(reader, url, _name(url), bytes(data), url=url)


def _name(url: str) -> str:
    parts = urlsplit(url)
    return unquote(PurePosixPath(parts.path).stem) or parts.netloc
