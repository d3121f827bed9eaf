"""Polls and quizzes of bots."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from aiogram import methods
from aiogram.types import InputPollOption, Message, MessageEntity, Poll

from playground.encoding import instant
from playground.formatting.texts import LONGEST_CAPTION, Formatted, parsed
from playground.life.authors import author_of
from playground.life.mentions import with_people
from playground.life.polling import again, as_poll, close
from playground.methods.addressing import addressed, reachable
from playground.methods.buttons import checked, inline
from playground.methods.polls_media import poll_media
from playground.methods.speaking import say
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.places import Place
from playground.state.polls import Option, Survey

area = Area()
LONGEST_QUESTION: Final = 300
LONGEST_OPTION: Final = 100
LONGEST_EXPLANATION: Final = 200
MOST_OPTIONS: Final = 12
LONGEST_PERIOD_S: Final = 2_628_000


@area.answers_to(methods.SendPoll)
def send_poll(caller: Caller, call: methods.SendPoll) -> Message:
    """Send a poll or a quiz."""
    envelope = addressed(caller, call, "can_send_polls")
    survey = _survey(caller, call, envelope.place)
    caller.town.polls.by_id[survey.id] = survey
    try:
        return say(caller, envelope, call.reply_markup, poll=as_poll(survey))
    finally:
        if not survey.shown:
            del caller.town.polls.by_id[survey.id]


def _survey(caller: Caller, call: methods.SendPoll, place: Place) -> Survey:
    if call.type not in (None, "", "regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    question = _question(call)
    options = check_options([_option(caller, one) for one in call.options])
    is_anonymous = call.is_anonymous is not False
    if not is_anonymous and _is_channel(caller, place):
        raise bad_request("non-anonymous polls can't be sent to channel chats")
    survey = Survey(
        caller.town.polls.next_id(), caller.bot.id, place, question[0], options, question[1],
        is_anonymous, call.type == "quiz", bool(call.allows_multiple_answers),
        members_only=bool(call.members_only), country_codes=list(call.country_codes or ()),
        hides_results=bool(call.hide_results_until_closes), is_closed=bool(call.is_closed),
    )  # fmt: skip
    is_fixed = survey.is_quiz if call.allows_revoting is None else not call.allows_revoting
    survey.allows_revoting = not is_fixed
    _describe(caller, call, survey)
    if survey.is_quiz:
        _add_answers(caller, call, survey)
    _add_end(caller, call, survey)
    return survey


def _is_channel(caller: Caller, place: Place) -> bool:
    return not place.is_private and caller.town.group_at(place).type == "channel"


def _question(call: methods.SendPoll) -> Formatted:
    text, entities = _short(call.question, call.question_parse_mode, call.question_entities)
    if len(text) > LONGEST_QUESTION:
        raise bad_request(f"poll question length must not exceed {LONGEST_QUESTION}")
    return text, entities


def _short(text: str, mode: object, entities: Sequence[MessageEntity] | None) -> Formatted:
    plain, marks = parsed(text, mode, entities)
    if not plain:
        raise bad_request("text must be non-empty")
    return plain, [mark for mark in marks if mark.type == "custom_emoji"]


def _option(caller: Caller, given: InputPollOption | str) -> Option:
    if isinstance(given, str):
        return Option(_short(given, None, None)[0])
    text, entities = _short(given.text, given.text_parse_mode, given.text_entities)
    return Option(text, entities, poll_media(caller, given.media))


def check_options(options: list[Option]) -> list[Option]:
    """Check how many options there are and how long.

    Raises:
        Refusal: None or too many, or one is too long.
    """
    if not options:
        raise bad_request("poll must have at least one answer option")
    if len(options) > MOST_OPTIONS:
        raise bad_request(f"poll can't have more than {MOST_OPTIONS} options")
    if any(len(option.text) > LONGEST_OPTION for option in options):
        raise bad_request(f"poll options length must not exceed {LONGEST_OPTION}")
    return options


def _describe(caller: Caller, call: methods.SendPoll, survey: Survey) -> None:
    text, marks = parsed(
        call.description or "", call.description_parse_mode, call.description_entities
    )
    if len(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    survey.media = poll_media(caller, call.media)
    survey.description, survey.description_entities = text, with_people(caller.town, marks)


def _add_answers(caller: Caller, call: methods.SendPoll, survey: Survey) -> None:
    """Read what only a quiz has; a single ``correct_option_id`` is the old way to say it."""
    given = call.correct_option_ids
    if given is None and call.correct_option_id is not None:
        given = [call.correct_option_id]
    survey.correct = check_correct(given or [], survey.options)
    text, marks = parsed(
        call.explanation or "", call.explanation_parse_mode, call.explanation_entities
    )
    if len(text) > LONGEST_EXPLANATION:
        raise bad_request("message is too long")
    survey.explanation, survey.explanation_entities = text, with_people(caller.town, marks)
    survey.explanation_media = poll_media(caller, call.explanation_media)


def check_correct(numbers: Sequence[int], options: Sequence[Option]) -> list[int]:
    """Check the right answers of a quiz: rising numbers of options.

    Raises:
        Refusal: There are none, or they are no such numbers.
    """
    if not numbers:
        raise bad_request("correct quiz option list must be non-empty")
    if not all(first < second for first, second in pairwise(numbers)):
        raise bad_request("correct quiz option list must be increasing")
    if numbers[0] < 0 or numbers[-1] >= len(options):
        raise bad_request("wrong quiz correct_option_id")
    return list(numbers)


def _add_end(caller: Caller, call: methods.SendPoll, survey: Survey) -> None:
    """Read when the poll closes; as in Telegram a period goes before a date."""
    now = caller.town.now()
    if call.open_period:
        survey.open_period = min(max(call.open_period, 0), LONGEST_PERIOD_S) or None
        survey.closes_at = now + survey.open_period if survey.open_period else None
    else:
        survey.closes_at = instant(call.close_date, now=now)


@area.answers_to(methods.StopPoll)
def stop_poll(caller: Caller, call: methods.StopPoll) -> Poll:
    """Close a poll of the bot; its buttons become the given ones or go away."""
    town = caller.town
    place = reachable(caller, call.chat_id)
    message = town.messages.find(place, call.message_id)
    if message is None:
        raise bad_request("message with poll to stop not found")
    if message.poll is None:
        raise bad_request("message is not a poll")
    if author_of(town, place, message) != caller.bot.id or message.forward_origin is not None:
        raise bad_request("poll can't be stopped")
    survey = town.polls.by_id[message.poll.id]
    if survey.is_closed:
        raise bad_request("poll has already been closed")
    markup = inline(checked(call.reply_markup))
    town.messages.keep(place, message.model_copy(update={"reply_markup": markup}))
    close(town, survey)
    return as_poll(survey, in_message=False)


def copied_poll(caller: Caller, place: Place, message: Message) -> dict[str, Poll]:
    """Give the poll of a copy: a new one, open and without votes; nothing for other messages."""
    town = caller.town
    shown = town.polls.find(message.poll.id) if message.poll is not None else None
    if shown is None:
        return {}
    copy = again(town, shown, caller.bot.id, place)
    town.polls.by_id[copy.id] = copy
    return {"poll": as_poll(copy)}
