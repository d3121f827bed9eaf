import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from services.adapters.http import pages
from services.adapters.http.pages import PageReader

PAGES = {
    "/soup": ("200 OK", "text/html; charset=utf-8", "<h1 id=a>Щи</h1><p>Варят час.</p>"),
    "/notes.md": ("200 OK", "text/markdown", "# Чай\n\nЖдут пять минут."),
    "/picture": ("200 OK", "image/png", "x"),
    "/endless": ("200 OK", "text/plain", "щи " * 10_000),
    "/gone": ("404 Not Found", "text/html", "нет"),
}


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """A small web server; ``/silent`` never answers."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        if path == "/silent":
            await reader.read()
        else:
            status, kind, text = PAGES[path]
            body = text.encode()
            head = (
                f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_pages_are_read_by_kind_and_open_where_they_stand(site: str) -> None:
    async with httpx.AsyncClient() as client:
        reader = PageReader(client)
        (soup,) = (await reader.read(f"{site}/soup")).documents
        (tea,) = (await reader.read(f"{site}/notes.md")).documents
    assert (soup.source, soup.url, soup.title) == (f"{site}/soup", f"{site}/soup", "Щи")
    assert soup.blocks[1].anchor == "#a"
    assert (tea.title, [b.text for b in tea.blocks]) == ("Чай", ["Чай", "Ждут пять минут."])


@pytest.mark.parametrize("path", ["/picture", "/endless", "/gone", "/silent", ":bad"])
async def test_what_cannot_be_fetched_is_skipped_with_a_reason(
    site: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_MOST_BYTES", 20_000)
    monkeypatch.setattr(pages, "_SILENCE_S", 0.2)
    async with httpx.AsyncClient() as client:
        read = await PageReader(client).read(site + path)
    assert read.documents == ()
    assert read.skipped[0].reason
