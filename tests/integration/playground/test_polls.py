"""Polls and quizzes: bots send them, people vote, everybody who should hears of it."""

import pytest
from aiogram import Bot
from aiogram.types import (
    BufferedInputFile,
    InputMediaLink,
    InputMediaLocation,
    InputMediaPhoto,
    InputPollOption,
    Poll,
    Update,
)

from playground.server import running_playground
from playground.users import InGroup, Person, Playground, Refused
from tests.fakes.town_time import FakeTime
from tests.integration.playground.probe.frame import EVERY_UPDATE
from tests.integration.playground.refusals.case import PIXEL
from tests.integration.playground.worlds import bot_of


async def updates(bot: Bot) -> list[Update]:
    """What the bot hears, once."""
    new = await bot.get_updates(allowed_updates=EVERY_UPDATE)
    if new:
        await bot.get_updates(offset=new[-1].update_id + 1, allowed_updates=EVERY_UPDATE)
    return new


def counts(poll: Poll | None) -> list[int]:
    assert poll is not None
    return [option.voter_count for option in poll.options]


async def test_people_vote_change_their_minds_and_take_it_back(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    bobs = bob.in_group(club.chat_id)
    sent = await bot.send_poll(club.chat_id, "Tea?", ["Yes", "No"], is_anonymous=False)
    await updates(bot)
    poll = await club.sees_poll("Tea?")
    assert counts(await club.votes(poll, "Yes")) == [1, 0]
    assert counts(await bobs.votes(await bobs.sees_poll(), "No")) == [1, 1]
    assert counts(await club.votes(poll, "No")) == [0, 2]
    assert counts(await club.votes(poll)) == [0, 1]
    new = await updates(bot)
    answers = [one.poll_answer for one in new if one.poll_answer is not None]
    assert [(one.user.id if one.user else 0, one.option_ids) for one in answers] == [
        (alice.id, [0]), (bob.id, [1]), (alice.id, [1]), (alice.id, []),
    ]  # fmt: skip
    assert [one.option_persistent_ids for one in answers] == [["0"], ["1"], ["1"], []]
    states = [one.poll for one in new if one.poll is not None]
    assert [counts(one) for one in states] == [[1, 0], [1, 1], [0, 2], [0, 1]]
    assert sent.poll is not None
    assert {one.id for one in states} == {sent.poll.id}
    shown = (await club.sees_poll()).message.poll
    assert shown is not None
    assert shown.total_voter_count == 1
    assert (await bobs.chat())["votes"] == {str(poll.id): [1]}


async def test_an_anonymous_poll_tells_only_numbers(bot: Bot, alice: Person) -> None:
    await bot.send_poll(alice.id, "Tea?", ["Yes", "No", "Both"], allows_multiple_answers=True)
    poll = await alice.sees_poll()
    await alice.votes(poll, "Yes", "Both")
    new = await updates(bot)
    assert [one.event_type for one in new] == ["poll"]
    assert counts(new[0].poll) == [1, 0, 1]
    assert new[0].poll is not None
    assert new[0].poll.total_voter_count == 1


async def test_a_quiz_is_answered_once(bot: Bot, alice: Person) -> None:
    await bot.send_poll(
        alice.id, "2 + 2?", [InputPollOption(text="4"), InputPollOption(text="5")], type="quiz",
        correct_option_ids=[0], explanation="<b>Count</b> them", explanation_parse_mode="HTML",
    )  # fmt: skip
    quiz = (await alice.sees_poll()).message.poll
    assert quiz is not None
    assert (quiz.correct_option_ids, quiz.explanation) == ([0], "Count them")
    assert quiz.explanation_entities is not None
    assert quiz.explanation_entities[0].type == "bold"
    await alice.votes(await alice.sees_poll(), "5")
    with pytest.raises(Refused, match="can't revote in a quiz"):
        await alice.votes(await alice.sees_poll(), "4")
    with pytest.raises(Refused, match="can't retract vote in the poll"):
        await alice.votes(await alice.sees_poll())


async def test_what_a_poll_does_not_allow_changes_nothing(bot: Bot, alice: Person) -> None:
    await bot.send_poll(alice.id, "Tea?", ["Yes", "No"])
    poll = await alice.sees_poll()
    with pytest.raises(Refused, match="can't choose more than 1 option in the poll"):
        await alice.votes(poll, "Yes", "No")
    with pytest.raises(LookupError, match="Maybe"):
        await alice.votes(poll, "Maybe")
    said = await alice.says("no poll")
    with pytest.raises(Refused, match="is no poll"):
        await alice.votes(said)
    assert [one.event_type for one in await updates(bot)] == ["message"]
    assert (await alice.chat())["votes"] == {}


async def test_a_bot_stops_its_poll(bot: Bot, alice: Person) -> None:
    sent = await bot.send_poll(alice.id, "Tea?", ["Yes", "No"])
    poll = await alice.sees_poll()
    await alice.votes(poll, "No")
    await updates(bot)
    stopped = await bot.stop_poll(alice.id, sent.message_id)
    assert (stopped.is_closed, counts(stopped)) == (True, [0, 1])
    assert [one.poll for one in await updates(bot)] == [stopped]
    with pytest.raises(Refused, match="can't answer closed poll"):
        await alice.votes(poll, "Yes")


async def test_a_poll_closes_when_its_time_has_come() -> None:
    clock = FakeTime()
    async with (
        running_playground(now=clock) as server,
        Playground.connect(server.base) as town,
        bot_of(server, server.token) as bot,
    ):
        alice = town.user("alice")
        sent = await bot.send_poll(alice.id, "Quick?", ["Yes", "No"], open_period=60)
        assert sent.poll is not None
        assert sent.poll.close_date is not None
        assert sent.poll.close_date.timestamp() == int(clock.now) + 60
        await alice.votes(await alice.sees_poll(), "Yes")
        await updates(bot)
        clock.now += 61
        closed = await alice.town.until(
            lambda: next(
                (one for one in alice.history() if one.message.poll and one.message.poll.is_closed),
                None,
            ),
            timeout_s=20, sentence=lambda: "a closed poll",
        )  # fmt: skip
        assert counts(closed.message.poll) == [1, 0]
        assert [one.event_type for one in await updates(bot)] == ["poll"]


async def test_people_ask_and_close_polls_of_their_own(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    await club.makes(bot.id, "administrator")
    bobs = bob.in_group(club.chat_id)
    await updates(bot)
    asked = await club.asks_poll(
        "Capital?", ["Rome", "Oslo"], type="quiz", correct_option_ids=[0], is_anonymous=False
    )
    await bobs.votes(await bobs.sees_poll("Capital?", timeout_s=5), "Rome")
    with pytest.raises(Refused, match="only one's own poll"):
        await bobs.closes(asked)
    await club.closes(asked)
    new = await updates(bot)
    assert [one.event_type for one in new] == ["message", "poll"], "votes are not told to others"
    assert new[0].message is not None
    assert new[0].message.poll is not None
    assert new[0].message.poll.correct_option_ids is None, "an open quiz keeps its secret"
    assert new[1].poll is not None
    assert (new[1].poll.is_closed, new[1].poll.correct_option_ids) == (True, [0])


async def test_a_forwarded_poll_is_the_same(bot: Bot, alice: Person, club: InGroup) -> None:
    sent = await bot.send_poll(alice.id, "Tea?", ["Yes", "No"])
    there = await bot.forward_message(club.chat_id, alice.id, sent.message_id)
    await alice.votes(await alice.sees_poll(), "Yes")

    def forwarded() -> Poll | None:
        seen = club.story.messages.get(there.message_id)
        return seen.message.poll if seen is not None and seen.versions > 1 else None

    changed = await club.town.until(forwarded, timeout_s=5, sentence=lambda: "the vote there, too")
    assert counts(changed) == [1, 0]


async def test_a_copied_poll_is_another(bot: Bot, alice: Person) -> None:
    sent = await bot.send_poll(alice.id, "Tea?", ["Yes", "No"])
    await alice.votes(await alice.sees_poll(), "Yes")
    await bot.copy_message(alice.id, alice.id, sent.message_id)
    await alice.town.look(0.0)
    polls = [one.message.poll for one in alice.history() if one.message.poll is not None]
    assert [counts(one) for one in polls] == [[1, 0], [0, 0]]
    assert len({one.id for one in polls}) == 2


async def test_a_poll_carries_pictures_places_and_links(bot: Bot, alice: Person) -> None:
    picture = InputMediaPhoto(media=BufferedInputFile(PIXEL, "a.png"))
    sent = await bot.send_poll(
        alice.id, "Where?",
        [
            InputPollOption(text="Here", media=InputMediaLocation(latitude=1.5, longitude=2.5)),
            InputPollOption(text="There", media=InputMediaLink(url="https://example.com")),
        ],
        media=picture, description="Look",
    )  # fmt: skip
    assert sent.poll is not None
    assert (sent.poll.description, sent.poll.media and bool(sent.poll.media.photo)) == (
        "Look",
        True,
    )
    here, there = (option.media for option in sent.poll.options)
    assert here is not None
    assert here.location is not None
    assert here.location.latitude == 1.5
    assert there is not None
    assert there.link is not None
    assert there.link.url == "https://example.com"


async def test_who_voted_is_seen_by_those_who_voted(
    bot: Bot, alice: Person, bob: Person, club: InGroup
) -> None:
    bobs = bob.in_group(club.chat_id)
    await bot.send_poll(club.chat_id, "Tea?", ["Yes", "No"], is_anonymous=False)
    asked = await bobs.sees_poll("Tea?")
    with pytest.raises(Refused, match="after voting"):
        await bobs.voters(asked)
    await club.votes(await club.sees_poll("Tea?"), "Yes")
    await bobs.votes(asked, "No")
    assert await bobs.voters(asked) == {"Yes": ["Alice"], "No": ["Bob"]}
    await bobs.votes(asked, "Yes")
    assert await bobs.voters(asked) == {"Yes": ["Alice", "Bob"], "No": []}

    await bot.send_poll(club.chat_id, "Secret?", ["Yes", "No"], is_anonymous=True)
    secret = await bobs.sees_poll("Secret?")
    await bobs.votes(secret, "Yes")
    with pytest.raises(Refused, match="anonymous"):
        await bobs.voters(secret)
