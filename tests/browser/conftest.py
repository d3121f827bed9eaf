"""Chromium for the tests of the page; the pictures of a run stay under var/screenshots.

One browser serves all of these tests, so they and their async fixtures share one event loop:
write ``@pytest_asyncio.fixture(loop_scope="session")`` for a fixture beside them.
"""

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from playground.server import Running, running_playground

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
BINARIES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip
NO_CHROMIUM = "there is no Chromium here; install Debian's package chromium for the browser tests"
PATIENCE_MS = 15_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium for all tests; each page has its own context, so nothing is remembered."""
    binary = next(filter(None, map(shutil.which, BINARIES)), None)
    if binary is None:
        pytest.skip(NO_CHROMIUM)
    async with async_playwright() as play:
        chromium = await play.chromium.launch(executable_path=binary, args=ARGUMENTS)
        yield chromium
        await chromium.close()


class PageOf(Protocol):
    """Opens the page of a playground and waits until its people are shown.

    The test fails at its end when the page wrote an error to the console, threw, or asked another
    host for anything (see ``complaints``).
    """

    async def __call__(
        self, base: str, *, width: int = 1280, height: int = 800,
        scheme: Literal["light", "dark"] = "light", language: str = "en-US",
        people: Sequence[str] = (),
    ) -> Page: ...  # fmt: skip


@pytest.fixture
def complaints() -> list[str]:
    """What the opened pages complained of; a test that provokes a refusal clears it."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def page_of(browser: Browser, complaints: list[str]) -> AsyncIterator[PageOf]:
    """Gives the function that opens pages."""

    async def open_page(
        base: str, *, width: int = 1280, height: int = 800,
        scheme: Literal["light", "dark"] = "light", language: str = "en-US",
        people: Sequence[str] = (),
    ) -> Page:  # fmt: skip
        context = await browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=language
        )
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        _listen(page, base, complaints)
        await page.goto(f"{base}/?people={','.join(people)}" if people else base)
        await page.wait_for_selector(".column .conversation, .column .nothing-open")
        return page

    yield open_page
    for context in browser.contexts:
        await context.close()
    assert complaints == []


def _listen(page: Page, base: str, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(f"threw: {error}"))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    host = urlsplit(base).netloc

    def asked(url: str) -> None:
        if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).netloc != host:
            complaints.append(f"asked another host: {url}")

    page.on("request", lambda request: asked(request.url))


KeepPicture = Callable[[Page, str], Awaitable[Path]]


@pytest.fixture
def keep_picture() -> KeepPicture:
    """Gives the function that keeps a screenshot: ``await keep_picture(page, "group")``."""

    async def keep(page: Page, name: str) -> Path:
        assert re.fullmatch(r"[a-z0-9-]+", name)
        path = SCREENSHOTS / f"{name}.png"
        await page.screenshot(path=path, animations="disabled")
        return path

    return keep


@pytest_asyncio.fixture(loop_scope="session")
async def town() -> AsyncIterator[Running]:
    """A playground in the test's own loop: Alice, Bob, Carol, the Club and one bot."""
    async with running_playground() as running:
        yield running
