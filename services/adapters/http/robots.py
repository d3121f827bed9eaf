"""May a page be read by a program? What robots.txt of its site says (RFC 9309)."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import httpx
from protego import Protego

from services.adapters.http.guard import ForbiddenAddressError
from services.clock import Clock

AGENT: Final = "SamovarBot"
USER_AGENT: Final = f"Mozilla/5.0 (compatible; {AGENT}/1.0; reads pages that people ask for)"
_KEPT_S: Final = 24 * 3600.0
_SITES: Final = 500
_KEPT_BYTES: Final = 2 * 1024 * 1024
"""Of all rules together; taken apart they need twenty times as much."""
_MOST_BYTES: Final = 500 * 1024
_WHOLE_S: Final = 10.0
_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class _Kept:
    """Rules of a site; None forbids everything."""

    since: float
    rules: Protego | None = None
    size: int = 0


@dataclass(kw_only=True)
class Robots:
    """Asks each site once a day; a site whose rules cannot be had is left alone."""

    client: httpx.AsyncClient
    clock: Clock
    _kept: "OrderedDict[str, _Kept]" = field(default_factory=OrderedDict, init=False)

    async def allows(self, url: str) -> bool:
        """Tell whether the page may be read.

        Raises:
            httpx.ConnectError: There is no server; see also ``ForbiddenAddressError``.
        """
        site = _site(url)
        known = self._kept.get(site)
        if known is None or self.clock.monotonic() - known.since > _KEPT_S:
            known = await self._fetch(site)
            self._keep(site, known)
        return known.rules is not None and bool(known.rules.can_fetch(url, AGENT))

    def _keep(self, site: str, known: _Kept) -> None:
        self._kept.pop(site, None)
        self._kept[site] = known
        size = sum(one.size for one in self._kept.values())
        while len(self._kept) > _SITES or size > _KEPT_BYTES:
            size -= self._kept.popitem(last=False)[1].size

    async def _fetch(self, site: str) -> _Kept:
        """Read the rules; there are none where the site is in trouble, which forbids everything."""
        since = self.clock.monotonic()
        try:
            async with (
                asyncio.timeout(_WHOLE_S),
                self.client.stream("GET", f"{site}/robots.txt", timeout=_WHOLE_S) as answer,
            ):
                if answer.status_code >= _SERVER_ERROR:
                    return _Kept(since)
                text = await _beginning(answer) if answer.is_success else ""
        except (ForbiddenAddressError, httpx.ConnectError):
            # Nobody was asked: that is not the site's word, and is to be said as what it is.
            raise
        except (TimeoutError, httpx.HTTPError):
            return _Kept(since)
        return _Kept(since, await asyncio.to_thread(Protego.parse, text), len(text))


async def _beginning(answer: httpx.Response) -> str:
    data = bytearray()
    async for part in answer.aiter_bytes():
        data += part
        if len(data) >= _MOST_BYTES:
            break
    return bytes(data[:_MOST_BYTES]).decode("utf-8", "replace")


def _site(url: str) -> str:
    parts = httpx.URL(url)
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.host}]" if ":" in parts.host else parts.host
    return f"{parts.scheme}://{host}{port}"
