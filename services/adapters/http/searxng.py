"""SearXNG, a metasearch engine that an owner runs: https://docs.searxng.org/dev/search_api.html."""

import asyncio
from datetime import UTC, datetime
from typing import Final

import httpx
import msgspec

from services.answering.websearch import WebResult
from services.errors import UnavailableError

_MOST_BYTES: Final = 4 * 1024 * 1024
_LONGEST_QUERY: Final = 400


class _Result(msgspec.Struct):
    url: str
    title: str = ""
    content: str | None = None
    publishedDate: str | None = None  # noqa: N815  SearXNG's name


class _Results(msgspec.Struct):
    results: list[_Result]


class SearxngSearch:
    """``WebSearch`` by a SearXNG server.

    Args:
        client: Not guarded: the address is the owner's own choice, mostly a private one.
        base: Address of the server.
    """

    def __init__(self, client: httpx.AsyncClient, base: str) -> None:
        self._client = client
        self._address = base.rstrip("/") + "/search"

    async def search(
        self, query: str, *, language: str, limit: int, deadline_s: float
    ) -> list[WebResult]:
        """See ``WebSearch``."""
        parameters = {
            "q": query[:_LONGEST_QUERY], "format": "json", "language": language or "all",
            "safesearch": "1", "categories": "general",
        }  # fmt: skip
        try:
            async with asyncio.timeout(deadline_s):
                data = await self._ask(parameters)
        except (TimeoutError, httpx.HTTPError) as error:
            msg = f"the search engine does not answer ({type(error).__name__})"
            raise UnavailableError(msg, dependency="web") from error
        return _distinct(_read(data), limit)

    async def _ask(self, parameters: dict[str, str]) -> bytes:
        async with self._client.stream("GET", self._address, params=parameters) as answer:
            if answer.status_code == httpx.codes.FORBIDDEN:
                msg = "SearXNG refuses JSON: add json to search.formats in its settings.yml"
                raise UnavailableError(msg, dependency="web")
            if not answer.is_success:
                msg = f"the search engine answers with status {answer.status_code}"
                raise UnavailableError(msg, dependency="web")
            data = bytearray()
            async for part in answer.aiter_bytes():
                data += part
                if len(data) > _MOST_BYTES:
                    msg = "the search engine's answer does not end"
                    raise UnavailableError(msg, dependency="web")
            return bytes(data)


def _read(data: bytes) -> list[_Result]:
    try:
        return msgspec.json.decode(data, type=_Results).results
    except msgspec.MsgspecError as error:
        msg = "the search engine's answer is not SearXNG's JSON"
        raise UnavailableError(msg, dependency="web") from error


def _distinct(results: list[_Result], limit: int) -> list[WebResult]:
    found: dict[str, WebResult] = {}
    for one in results:
        if one.url.startswith(("http://", "https://")):
            found.setdefault(
                one.url,
                WebResult(
                    url=one.url, title=one.title, snippet=one.content or "",
                    published=_moment(one.publishedDate),
                ),
            )  # fmt: skip
    return list(found.values())[:limit]


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
