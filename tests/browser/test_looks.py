from typing import Literal

import pytest
from playwright.async_api import Page, expect

from playground.server import Running, running_playground
from playground.sim.gathering import add_person
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.echo import echo_bot
from tests.browser.hands import Person

# What is read, and what it stands on.
PAIRS = (
    ("--ink", "--card"), ("--ink", "--paper"), ("--ink", "--bubble"), ("--ink", "--bubble-own"),
    ("--ink-2", "--card"), ("--ink-2", "--card-2"), ("--ink-2", "--paper"), ("--ink-2", "--bubble"),
    ("--bubble-own-2", "--bubble-own"), ("--link", "--bubble"), ("--link", "--bubble-own"),
    ("--link", "--accent-soft"), ("--ink-2", "--accent-soft"), ("--accent-ink", "--accent"),
    ("--bad", "--card"), ("--bad", "--bad-soft"), ("--good", "--card"),
)  # fmt: skip


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def _contrast(page: Page, text: str, ground: str) -> float:
    colours = await page.evaluate(
        "names => names.map(name => getComputedStyle(document.documentElement)"
        ".getPropertyValue(name).trim())",
        [text, ground],
    )
    lighter, darker = sorted(map(_luminance, colours), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


async def test_a_narrow_window_shows_one_thing_at_a_time(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, width=400, height=800)
        alice = Person(page, "Alice")
        await alice.says("rich")
        await alice.sees("underlined")
        await alice.says("/start " + "long" * 60)
        await alice.sees("Welcome!")
        await keep_picture(page, "narrow")
        assert await page.evaluate("document.documentElement.scrollWidth") == 400
        wide = await page.evaluate(
            "[...document.querySelectorAll('.bubble, .key, .composer *')]"
            ".filter(part => part.getBoundingClientRect().right > 400.5).length"
        )
        assert wide == 0

        await alice.column.get_by_role("button", name="Back to the chats").click()
        await expect(alice.column.locator(".conversation")).to_have_count(0)
        await keep_picture(page, "narrow-list")
        await page.get_by_role("group", name="People").get_by_role("button", name="Bob").click()
        await expect(Person(page, "Bob").field).to_be_visible()
        await expect(alice.column).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_colours_can_be_read(
    town: Running, page_of: PageOf, keep_picture: KeepPicture, scheme: Literal["light", "dark"]
) -> None:
    async with echo_bot(town) as echo:
        echo.may_answer.set()
        people = ["alice", "bob", "carol"]
        page = await page_of(town.base, width=1440, height=900, scheme=scheme, people=people)
        alice, bob = Person(page, "Alice"), Person(page, "Bob")
        carol = Person(page, "Carol")
        await alice.says("rich")
        await alice.sees("underlined")
        await bob.says("/start")
        await bob.sees("Welcome!")
        await carol.opens("Club")
        await carol.says("Good morning, @helper_bot")
        await carol.sees("At your service")
        await keep_picture(page, f"side-by-side-{scheme}")
        nameless = await page.evaluate(
            "[...document.querySelectorAll('button, input, textarea, img')]"
            ".filter(part => part.checkVisibility())"
            ".filter(part => !(part.ariaLabel || part.alt || part.textContent.trim()))"
            ".filter(part => part.ariaHidden !== 'true').map(part => part.outerHTML)"
        )
        assert nameless == []
        ratios = {pair: await _contrast(page, *pair) for pair in PAIRS}
        assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


async def test_the_page_speaks_russian(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, language="ru-RU", people=["alice"])
    assert await page.title() == "Самовар · площадка"
    await expect(page.get_by_role("textbox", name="Сообщение")).to_be_visible()
    await page.get_by_role("button", name="Мастерская").click()
    await page.get_by_role("tab", name="Управление").click()
    await keep_picture(page, "workshop-russian")
    script = await page.request.get(f"{town.base}/js/texts.js")
    assert script.headers["cache-control"] == "no-cache"
    missing = await page.evaluate(
        "async () => { const { TEXTS } = await import('/js/texts.js');"
        "const [en, ru] = [new Set(Object.keys(TEXTS.en)), new Set(Object.keys(TEXTS.ru))];"
        "return [...en].filter(k => !ru.has(k)).concat([...ru].filter(k => !en.has(k))); }"
    )
    assert missing == []


async def test_a_page_at_rest_does_nothing(town: Running, page_of: PageOf) -> None:
    async with echo_bot(town):
        page = await page_of(town.base, people=["alice", "bob"])
        alice = Person(page, "Alice")
        await alice.says("hello")
        await alice.sees("You said: hello")
        asked = await page.evaluate(
            """() => new Promise(done => {
                const frame = window.requestAnimationFrame.bind(window);
                const rest = (left, then) => frame(() => left ? rest(left - 1, then) : then());
                let calls = 0;
                rest(30, () => {
                    window.requestAnimationFrame = work => { calls += 1; return frame(work); };
                    rest(30, () => done(calls));
                });
            })"""
        )
        assert asked == 0


async def test_a_crowd_fits_into_the_bar_of_people(town: Running, page_of: PageOf) -> None:
    for number in range(30):
        add_person(town.town, f"Tester{number}")
    page = await page_of(town.base, width=900)
    await page.get_by_role("button", name="Everybody").click()
    await page.get_by_role("dialog").get_by_role("button", name="Tester29").click()
    start = Person(page, "Tester29").column.get_by_role("button", name="Start")
    await expect(start).to_be_visible()


async def test_the_page_comes_back_when_the_playground_does(
    page_of: PageOf, complaints: list[str]
) -> None:
    async with running_playground() as first:
        page = await page_of(first.base, people=["alice"])
        await Person(page, "Alice").says("before the storm")
        port = int(first.base.rsplit(":", 1)[1])
    lost = page.get_by_text("No connection to the playground")
    await expect(lost).to_be_visible()
    async with running_playground(port=port):
        await expect(lost).to_be_hidden()
        alice = Person(page, "Alice")
        await alice.says("after the storm")
        await alice.sees("after the storm")
        await expect(alice.column.get_by_text("before the storm")).to_have_count(0)
        await page.close()
    complaints.clear()
