"""Polls live: votes change them, time and people close them, messages show them."""

from dataclasses import replace
from typing import Any

from aiogram.types import Poll, PollAnswer, PollOption

from playground.encoding import encode, moment
from playground.life.authors import CHANNEL, author_fields, author_of
from playground.life.post import hears, repost
from playground.state.places import Place
from playground.state.polls import Survey
from playground.town import Town


def as_poll(survey: Survey, *, in_message: bool = True) -> Poll:
    """Give the Bot API's ``Poll`` with the counts of now; alone it has no description."""
    correct = survey.correct or None
    told = {"description", "description_entities", "media"} if in_message else set()
    more = {name: value for name in told if (value := getattr(survey, name))}
    return Poll(
        id=survey.id,
        question=survey.question,
        question_entities=survey.question_entities or None,
        options=_options(survey),
        total_voter_count=len(survey.votes),
        is_closed=survey.is_closed,
        is_anonymous=survey.is_anonymous,
        type="quiz" if survey.is_quiz else "regular",
        allows_multiple_answers=survey.allows_multiple_answers,
        allows_revoting=survey.allows_revoting,
        members_only=survey.members_only,
        country_codes=survey.country_codes or None,
        correct_option_ids=correct,
        correct_option_id=correct[0] if correct is not None and len(correct) == 1 else None,
        explanation=survey.explanation or None,
        explanation_entities=survey.explanation_entities or None,
        explanation_media=survey.explanation_media,
        open_period=survey.open_period,
        close_date=moment(survey.closes_at) if survey.closes_at is not None else None,
        **more,
    )


def _options(survey: Survey) -> list[PollOption]:
    chosen = [number for numbers in survey.votes.values() for number in numbers]
    return [
        PollOption(
            persistent_id=str(number), text=option.text,
            voter_count=chosen.count(number), text_entities=option.entities or None,
            media=option.media,
        )
        for number, option in enumerate(survey.options)
    ]  # fmt: skip


def again(town: Town, survey: Survey, author: int, home: Place) -> Survey:
    """Make a new poll with the same question, open and without votes, for a copy."""
    period = survey.open_period
    return replace(
        survey, id=town.polls.next_id(), author=author, home=home, is_closed=False,
        votes={}, shown=[], closes_at=town.now() + period if period else None,
    )  # fmt: skip


def vote(town: Town, survey: Survey, place: Place, voter: int, options: list[int]) -> None:
    """Put somebody's choice in place of the one before; an empty one takes it back.

    Args:
        town: The town.
        survey: The poll.
        place: Where the message is in which they voted.
        voter: Who.
        options: Numbers of the options, rising.
    """
    if survey.votes.get(voter, []) == options:
        return
    survey.votes.pop(voter, None)
    if options:
        survey.votes[voter] = options
    _tell_voter(town, survey, voter, options)
    show_anew(town, survey)
    _tell_author(town, survey)
    queue = town.queues.get(survey.author)
    if queue is not None and not survey.is_anonymous:
        answer = PollAnswer(
            poll_id=survey.id, option_ids=options,
            option_persistent_ids=[str(number) for number in options],
            **voter_fields(town, place, voter),
        )  # fmt: skip
        queue.put("poll_answer", encode(answer))


def voter_fields(town: Town, place: Place, voter: int) -> dict[str, Any]:
    """Say who voted; an anonymous administrator votes in the name of the chat."""
    author = author_fields(town, place, town.users.people[voter])
    if "sender_chat" in author:
        return {"voter_chat": author["sender_chat"], "user": CHANNEL}
    return {"user": author["from_user"]}


def _tell_voter(town: Town, survey: Survey, voter: int, options: list[int]) -> None:
    for place, message_id in survey.shown:
        if voter in town.people_at(place):
            town.events.add(
                "vote", to=[voter], chat=place.peer_id, message_id=message_id, options=options
            )


def show_anew(town: Town, survey: Survey) -> None:
    """Show the poll as it is now in every message that carries it."""
    poll = as_poll(survey)
    for place, message_id in survey.shown:
        message = town.messages.find(place, message_id)
        if message is not None:
            repost(town, place, message.model_copy(update={"poll": poll}))


def close(town: Town, survey: Survey, *, by_hand: bool = True) -> None:
    """End a poll: its bot hears of it, and of one closed by hand every bot that got it."""
    survey.is_closed = True
    show_anew(town, survey)
    _tell_author(town, survey)
    if by_hand:
        for bot_id in _who_got(town, survey) - {survey.author}:
            town.queues[bot_id].put("poll", encode(as_poll(survey, in_message=False)))


def _who_got(town: Town, survey: Survey) -> set[int]:
    found: set[int] = set()
    for place, message_id in survey.shown:
        message = town.messages.find(place, message_id)
        if message is None or author_of(town, place, message) in town.users.bots:
            continue
        found |= {
            bot.id
            for bot in town.bots_at(place)
            if place.is_private or hears(town, bot, place, message)
        }
    return found


def _tell_author(town: Town, survey: Survey) -> None:
    queue = town.queues.get(survey.author)
    if queue is not None:
        queue.put("poll", encode(as_poll(survey, in_message=False)))


def close_due(town: Town) -> None:
    """Close the polls whose time has come."""
    for survey in town.polls.due(town.now()):
        close(town, survey, by_hand=False)
