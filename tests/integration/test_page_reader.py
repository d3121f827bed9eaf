import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.adapters.http import pages
from services.adapters.http.guard import AddressRules, guarded_client, networks
from services.adapters.http.pages import PageReader
from services.adapters.http.robots import Robots
from services.knowledge.readers.skips import SkipCode
from tests.fakes.clock import FakeClock

PAGES = {
    "/soup": ("200 OK", "text/html; charset=utf-8", "<h1 id=a>Щи</h1><p>Варят час.</p>"),
    "/notes.md": ("200 OK", "text/markdown", "# Чай\n\nЖдут пять минут."),
    "/picture": ("200 OK", "image/png", "x"),
    "/endless": ("200 OK", "text/plain", "щи " * 10_000),
    "/broken.pdf": ("200 OK", "application/pdf", "%PDF-1.7 broken"),
    "/gone": ("404 Not Found", "text/html", "нет"),
    "/secret/plan": ("200 OK", "text/plain", "тайна"),
    "/round": ("302 Found\r\nlocation: /round", "text/plain", ""),
    "/inside": ("302 Found\r\nlocation: http://169.254.169.254/latest/meta-data", "text/plain", ""),
    "/robots.txt": ("200 OK", "text/plain", "User-agent: *\nDisallow: /secret/\n"),
}
HERE = AddressRules(allowed=networks("127.0.0.0/8"))


class Site:
    """A small web server that counts what it is asked; ``/silent`` never answers."""

    def __init__(self) -> None:
        self.base = ""
        self.asked: list[str] = []
        self.robots = PAGES["/robots.txt"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split()[1]
        self.asked.append(path)
        if path == "/silent":
            await reader.read()
        else:
            status, kind, text = self.robots if path == "/robots.txt" else PAGES[path]
            body = text.encode()
            answer = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n"
            writer.write(answer.encode() + b"connection: close\r\n\r\n" + body)
        writer.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    async with server:
        site.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield site


@asynccontextmanager
async def reading(rules: AddressRules = HERE) -> AsyncIterator[PageReader]:
    async with guarded_client(rules, user_agent="test") as client:
        yield PageReader(client, Robots(client=client, clock=FakeClock()))


async def test_pages_are_read_by_kind_and_open_where_they_stand(site: Site) -> None:
    async with reading() as reader:
        (soup,) = (await reader.read(f"{site.base}/soup")).documents
        (tea,) = (await reader.read(f"{site.base}/notes.md")).documents
    assert (soup.source, soup.url, soup.title) == (f"{site.base}/soup", f"{site.base}/soup", "Щи")
    assert soup.blocks[1].anchor == "#a"
    assert (tea.title, [b.text for b in tea.blocks]) == ("Чай", ["Чай", "Ждут пять минут."])
    assert site.asked.count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/picture", SkipCode.PAGE_OF_OTHER_KIND), ("/endless", SkipCode.TOO_LARGE),
        ("/gone", SkipCode.PAGE_NOT_FOUND), ("/silent", SkipCode.PAGE_SILENT),
        (":bad", SkipCode.PAGE_UNREACHABLE), ("/secret/plan", SkipCode.PAGE_FORBIDDEN),
        ("/round", SkipCode.PAGE_ROUND), ("/broken.pdf", SkipCode.BROKEN),
    ],
)  # fmt: skip
async def test_what_cannot_be_fetched_is_skipped_with_a_reason(
    site: Site, path: str, code: SkipCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_MB", 1_000)
    monkeypatch.setattr(pages, "_SILENCE_S", 0.2)
    async with reading() as reader:
        read = await reader.read(site.base + path)
    assert read.documents == ()
    assert read.skipped[0].code is code


async def test_a_page_that_robots_txt_forbids_is_not_asked_for(site: Site) -> None:
    async with reading() as reader:
        read = await reader.read(f"{site.base}/secret/plan")
    assert read.skipped[0].code is SkipCode.PAGE_FORBIDDEN
    assert site.asked == ["/robots.txt"]


async def test_a_site_whose_rules_are_in_trouble_is_left_alone(site: Site) -> None:
    site.robots = ("503 Service Unavailable", "text/plain", "")
    async with reading() as reader:
        assert (await reader.read(f"{site.base}/soup")).documents == ()
    assert site.asked == ["/robots.txt"]


async def test_a_private_address_is_asked_nothing(site: Site) -> None:
    async with reading(AddressRules()) as reader:
        read = await reader.read(f"{site.base}/soup")
        by_name = await reader.read(site.base.replace("127.0.0.1", "localhost") + "/soup")
    assert site.asked == []
    assert [one.skipped[0].code for one in (read, by_name)] == [SkipCode.PAGE_PRIVATE] * 2
    assert read.documents == by_name.documents == ()


async def test_a_redirect_into_a_private_network_is_not_followed(site: Site) -> None:
    async with guarded_client(HERE, user_agent="test") as client:
        read = await PageReader(client).read(f"{site.base}/inside")
    assert read.skipped[0].code is SkipCode.PAGE_PRIVATE


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1", "fec0::1",
        "64:ff9b:1::7f00:1", "::ffff:0:7f00:1", "5f00::1",
    ],
)  # fmt: skip
def test_addresses_that_lead_inside_are_refused(address: str) -> None:
    assert not AddressRules().admits(ip_address(address), 443)


@pytest.mark.parametrize(("port", "admitted"), [(443, True), (80, True), (8080, True), (25, False)])
def test_public_addresses_are_asked_where_pages_stand(port: int, *, admitted: bool) -> None:
    assert AddressRules().admits(ip_address("93.184.216.34"), port) is admitted


def _private() -> Iterator[str]:
    yield from ("10.0.0.0/8", "127.0.0.0/8", "192.168.0.0/16")


@given(st.sampled_from(list(_private())).flatmap(lambda n: st.ip_addresses(v=4, network=n)))
def test_no_private_address_passes_in_any_wrapping(address: object) -> None:
    bare = ip_address(str(address))
    wrapped = ip_address(f"::ffff:{bare}")
    assert not AddressRules().admits(bare, 443)
    assert not AddressRules().admits(wrapped, 443)
    assert AddressRules(allowed=networks("0.0.0.0/0")).admits(wrapped, 443)
