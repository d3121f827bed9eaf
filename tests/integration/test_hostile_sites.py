import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from services.adapters.http import robots
from services.adapters.http.bodies import bounded
from services.adapters.http.guard import AddressRules, guarded_client, networks
from services.adapters.http.pages import PageReader
from services.adapters.http.robots import Robots
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.skips import SkipCode
from tests.fakes.clock import FakeClock

TEXT = "Щи варят сорок минут. " * 4
Answer = Callable[[str], bytes]


def said(status: str, body: bytes, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", "content-type: text/plain", "connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


@asynccontextmanager
async def site(answer: Answer, *, endless: bool = False) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that says what it likes; it notes the heads of what it is asked."""
    heads: list[str] = []
    begun: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun.append(writer)
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(answer(heads[-1].split()[1]))
        try:
            while endless and heads[-1].split()[1] == "/":
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            return
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heads
        for writer in begun:
            writer.transport.abort()


async def read(url: str) -> ReadSource:
    async with guarded_client(
        AddressRules(allowed=networks("127.0.0.0/8")), user_agent="test"
    ) as client:
        return await PageReader(client).read(url)


async def test_a_packed_page_is_read() -> None:
    body = gzip.compress(TEXT.encode())
    async with site(lambda _: said("200 OK", body, "content-encoding: gzip")) as (base, heads):
        found = await read(base + "/")
    assert [block.text for block in found.documents[0].blocks] == [TEXT.strip()]
    assert "accept-encoding: gzip\r\n" in heads[0].lower()


async def test_a_page_packed_twice_is_not_unpacked() -> None:
    body = gzip.compress(gzip.compress(TEXT.encode()))
    async with site(lambda _: said("200 OK", body, "content-encoding: gzip, gzip")) as (base, _):
        found = await read(base + "/")
    assert found.skipped[0].code is SkipCode.PAGE_UNREACHABLE


async def test_what_arrives_at_once_is_not_unpacked_at_once() -> None:
    packed = httpx.ByteStream(gzip.compress(b"\0" * 20_000_000))
    answer = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=packed)
    sizes = [len(piece) async for piece in (await bounded(answer)).aiter_bytes()]
    assert sum(sizes) == 20_000_000
    assert max(sizes) <= 1024 * 1024


async def test_a_page_that_unpacks_beyond_the_limit_is_not_read() -> None:
    body = gzip.compress(b"\0" * 25_000_000)
    async with site(lambda _: said("200 OK", body, "content-encoding: gzip")) as (base, _):
        found = await read(base + "/")
    assert found.skipped[0].code is SkipCode.TOO_LARGE


async def test_a_broken_packing_is_told() -> None:
    async with site(lambda _: said("200 OK", b"no gzip", "content-encoding: gzip")) as (base, _):
        found = await read(base + "/")
    assert found.skipped[0].code is SkipCode.PAGE_UNREACHABLE


async def test_the_endless_body_of_a_redirect_is_not_waited_for() -> None:
    def answer(path: str) -> bytes:
        if path == "/":
            return said("302 Found", b"", "location: /there")
        return said("200 OK", TEXT.encode())

    async with site(answer, endless=True) as (base, heads):
        async with asyncio.timeout(10):
            found = await read(base + "/")
    assert found.documents
    assert [head.split()[1] for head in heads] == ["/", "/there"]


async def test_a_cookie_of_one_page_is_not_told_with_the_next() -> None:
    def answer(path: str) -> bytes:
        del path
        return said("200 OK", TEXT.encode(), "set-cookie: who=alice; path=/")

    async with site(answer) as (base, heads):
        rules = AddressRules(allowed=networks("127.0.0.0/8"))
        async with guarded_client(rules, user_agent="test") as client:
            reader = PageReader(client)
            await reader.read(base + "/a")
            await reader.read(base + "/b")
    assert [head.split()[1] for head in heads] == ["/a", "/b"]
    assert "alice" not in heads[1]


async def test_an_address_with_a_password_is_not_read() -> None:
    async with site(lambda _: said("200 OK", TEXT.encode())) as (base, heads):
        found = await read(base.replace("//", "//alice:secret@") + "/")
    assert found.skipped[0].code is SkipCode.PAGE_UNREACHABLE
    assert heads == []


async def test_rules_of_many_sites_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "_KEPT_BYTES", 3_000)
    rules = "User-agent: *\n" + "".join(f"Disallow: /{n}\n" for n in range(50))
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=rules))
    async with httpx.AsyncClient(transport=transport) as client:
        asked = Robots(client=client, clock=FakeClock())
        for number in range(10):
            assert await asked.allows(f"http://{number}.example/a")
            assert not await asked.allows(f"http://{number}.example/7")
    assert 0 < sum(kept.size for kept in asked._kept.values()) <= 3_000


async def test_a_host_that_no_name_can_be_is_told() -> None:
    assert (await read("http://xn--/")).skipped[0].code is SkipCode.PAGE_UNREACHABLE
