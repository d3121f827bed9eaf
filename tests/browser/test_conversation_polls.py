"""Polls and quizzes as people answer and make them."""

import re

import pytest
from aiogram.types import InputPollOption
from playwright.async_api import expect

from playground.server import Running
from tests.browser.bots import quiet_bot
from tests.browser.conftest import KeepPicture, PageOf
from tests.browser.hands import Person


def _options(*texts: str) -> list[InputPollOption | str]:
    return [InputPollOption(text=text) for text in texts]


async def test_two_people_vote_and_one_takes_it_back(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await bob.opens("Club")
    async with quiet_bot(town) as bot:
        await bot.send_poll(town.seed.groups["club"], "Tea?", _options("Yes", "No"))
    await expect(alice.message("Tea?")).to_contain_text("Anonymous poll")
    await alice.message("Tea?").get_by_role("button", name="Yes").click()
    results = alice.message("Tea?").get_by_role("list", name="Results")
    await expect(results.get_by_role("listitem")).to_have_text(["100%Yes1 vote", "0%No0 votes"])
    await expect(results.get_by_label("Your choice")).to_be_visible()
    await expect(bob.message("Tea?").get_by_role("group", name="Options")).to_be_visible()
    await expect(bob.message("Tea?")).to_contain_text("1 vote")
    await bob.message("Tea?").get_by_role("button", name="No").click()
    await expect(results.get_by_role("listitem")).to_have_text(["50%Yes1 vote", "50%No1 vote"])
    await keep_picture(page, "poll-results")

    await alice.message("Tea?").locator(".poll-question").click(button="right")
    await page.get_by_role("menuitem", name="Take the vote back").click()
    await expect(alice.message("Tea?").get_by_role("button", name="Yes")).to_be_visible()


async def test_several_answers_are_ticked_and_sent_together(town: Running, page_of: PageOf) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await bob.opens("Club")
    async with quiet_bot(town) as bot:
        await bot.send_poll(
            town.seed.groups["club"], "With what?", _options("Milk", "Lemon", "Sugar"),
            allows_multiple_answers=True,
        )  # fmt: skip
    asked = alice.message("With what?")
    await expect(asked.get_by_role("button", name="Vote")).to_be_disabled()
    await asked.get_by_role("checkbox", name="Milk").check()
    await bob.message("With what?").get_by_role("checkbox", name="Sugar").check()
    await bob.message("With what?").get_by_role("button", name="Vote").click()
    await expect(asked).to_contain_text("1 vote")
    await expect(asked.get_by_role("checkbox", name="Milk")).to_be_checked()
    await asked.get_by_role("checkbox", name="Sugar").check()
    await asked.get_by_role("button", name="Vote").click()
    await expect(asked.get_by_role("listitem")).to_have_text(
        ["50%Milk1 vote", "0%Lemon0 votes", "100%Sugar2 votes"]
    )


async def test_a_wrong_answer_is_explained(
    town: Running, page_of: PageOf, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice"])
    alice = Person(page, "Alice")
    await alice.opens("Club")
    async with quiet_bot(town) as bot:
        await bot.send_poll(
            town.seed.groups["club"], "Where is Tula?", _options("Russia", "Italy"), type="quiz",
            correct_option_ids=[0], explanation="South of Moscow", open_period=60,
        )  # fmt: skip
    quiz = alice.message("Where is Tula?")
    await expect(quiz.get_by_text("South of Moscow")).to_have_count(0)
    await quiz.get_by_role("button", name="Italy").click()
    await expect(quiz.get_by_label("Wrong answer")).to_be_visible()
    await expect(quiz.get_by_label("Right answer")).to_be_visible()
    await expect(quiz.get_by_text("South of Moscow")).to_be_visible()
    await keep_picture(page, "quiz")


@pytest.mark.parametrize("kind", ["regular", "quiz"])
async def test_people_make_polls(
    town: Running, page_of: PageOf, kind: str, keep_picture: KeepPicture
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await bob.opens("Club")
    await alice.column.get_by_role("button", name="Attach", exact=True).click()
    await page.get_by_role("menuitem", name="Poll").click()
    maker = page.get_by_role("dialog", name="New poll")
    await expect(maker.get_by_label("Question")).to_be_focused()
    await page.keyboard.type("How many cups?")
    await maker.get_by_role("textbox", name="Option 1").fill("One")
    await maker.get_by_role("button", name="Send the poll").click()
    await expect(maker.get_by_role("alert")).to_have_text("A poll needs at least two options.")
    await maker.get_by_role("textbox", name="Option 2").fill("Two")
    if kind == "quiz":
        await maker.get_by_role("checkbox", name="Quiz: one right answer").check()
        await maker.get_by_role("checkbox", name="Right answer", exact=True).last.check()
    await keep_picture(page, f"poll-maker-{kind}")
    await maker.get_by_role("button", name="Send the poll").click()
    await expect(maker).to_have_count(0)
    await bob.message("How many cups?").get_by_role("button", name="Two").click()
    await expect(bob.message("How many cups?").get_by_role("listitem").last).to_contain_text("100%")

    await alice.message("How many cups?").locator(".poll-question").click(button="right")
    await page.get_by_role("menuitem", name="Close the poll").click()
    await expect(bob.message("How many cups?")).to_contain_text("Final results")


async def test_who_voted_in_an_open_poll_is_seen_after_voting(
    town: Running, page_of: PageOf
) -> None:
    page = await page_of(town.base, people=["alice", "bob"], width=1440)
    alice, bob = Person(page, "Alice"), Person(page, "Bob")
    await alice.opens("Club")
    await bob.opens("Club")
    async with quiet_bot(town) as bot:
        await bot.send_poll(
            town.seed.groups["club"], "Tea?", _options("Yes", "No"), is_anonymous=False
        )
    await alice.message("Tea?").get_by_role("button", name="Yes").click()
    await expect(bob.message("Tea?")).to_contain_text("1 vote")
    await expect(bob.message("Tea?").get_by_role("button", name="Who voted")).to_have_count(0)
    await bob.message("Tea?").get_by_role("button", name="Yes").click()
    await bob.message("Tea?").get_by_role("button", name="Who voted").click()
    chose = page.get_by_role("dialog", name="Who voted").get_by_role("list", name="Yes")
    await expect(chose.get_by_role("listitem")).to_have_text(
        [re.compile("Alice"), re.compile("You")]
    )
    await page.keyboard.press("Escape")
    await expect(bob.message("Tea?").get_by_role("button", name="Who voted")).to_be_focused()
