"""The whole demo as a newcomer sees it: ``samovar demo``, a browser, questions and answers.

The pictures of the README are made here; ``make pictures`` puts them in their place.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person
from tests.support.processes import Process, free_port

pytestmark = pytest.mark.services

ANSWER_MS = 60_000


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """``samovar demo`` on a machine that has never run it; gives the address it prints."""
    with tempfile.TemporaryDirectory(prefix="samovar-demo-") as data:
        process = Process(
            ("demo", "--headless", "--port", str(free_port())),
            variables={"SAMOVAR_DATA": data, "REDIS_URL": "", "DATABASE_URL": "", "BOT_TOKEN": ""},
            log=Path(data) / "said.txt",
        )
        process.start()
        try:
            process.until(lambda: "\nready\n" in process.said())
            yield process.said().splitlines()[0].rstrip("/")
        finally:
            assert process.stop() == 0


async def test_alice_asks_bob_asks_and_plain_talk_is_left_alone(
    demo: str, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(demo, language="ru-RU", people=["alice", "bob"], height=900)
    page.set_default_timeout(ANSWER_MS)
    expect.set_options(timeout=ANSWER_MS)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")

    await alice.opens("Samovar")
    await alice.says("/start")
    await alice.sees("I am Samovar")
    await alice.says("Как приготовить щи?")
    with_cabbage = await alice.sees("капусту и варите щи")
    await expect(with_cabbage).to_contain_text(re.compile(r"\[1\]|¹"))
    opened = await with_cabbage.get_by_role("link", name="[1]").first.get_attribute("href")
    assert opened is not None
    async with httpx.AsyncClient(trust_env=False) as client:
        article = await client.get(opened)
    assert article.is_success
    assert 'id="приготовление-по-шагам"' in article.text
    assert "нашинкованную капусту" in article.text
    await expect(page.get_by_role("log")).to_contain_text("капусту и варите щи")
    await alice.says("а без капусты?")
    without = await alice.sees("Щи без капусты варят из щавеля")
    await expect(without).to_contain_text(re.compile(r"\[1\]|¹"))
    await expect(without).not_to_contain_text("нашинкованную капусту")
    await keep_picture(page, "alice")

    await bob.opens("Club")
    await bob.says("Доброе утро! Кто будет чай?")
    await bob.says("@samovar_bot как заварить чай в самоваре?")
    await bob.sees("Чтобы заварить чай")
    answers = bob.column.locator(".message:not(.own)", has_text="[1]")
    await expect(answers).to_have_count(1)
    await keep_picture(page, "group")

    narrow = await page_of(
        demo, language="ru-RU", people=["alice"], width=400, height=860, scheme="dark"
    )
    await Person(narrow, "Alice").sees("Щи без капусты варят из щавеля")
    assert not await narrow.evaluate("document.documentElement.scrollWidth > innerWidth")
    await keep_picture(narrow, "phone")
