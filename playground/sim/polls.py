"""People ask, vote and close."""

from aiogram.types import Message
from pydantic import Field

from playground.encoding import Json, encode
from playground.formatting.utf16 import trimmed
from playground.life.polling import as_poll, close, vote, voter_fields
from playground.methods.polls import LONGEST_EXPLANATION, check_correct, check_options
from playground.refusals import Refusal, SimError
from playground.sim.bodies import Body
from playground.sim.talking import find, send, writable
from playground.state.places import Place
from playground.state.polls import Option, Survey
from playground.town import Town

LONGEST_QUESTION = 255


class NewPoll(Body):
    """A poll that a person makes."""

    question: str
    options: list[str]
    type: str = Field(default="regular", pattern="^(regular|quiz)$")
    is_anonymous: bool = True
    allows_multiple_answers: bool = False
    allows_revoting: bool | None = None
    hide_results_until_closes: bool = False
    correct_option_ids: list[int] = Field(default_factory=list)
    explanation: str = ""
    open_period: int | None = Field(default=None, ge=5, le=2_628_000)


class VoteBody(Body):
    """Which options; none takes the vote back."""

    options: list[int]


def ask(
    town: Town, person: int, chat: int, poll: NewPoll, *, reply_to: int | None = None,
    thread_id: int | None = None,
) -> Message:  # fmt: skip
    """Send a poll of one's own.

    Raises:
        SimError: It is unusable, or the person may not send polls there.
    """
    place = writable(town, person, chat, "can_send_polls")
    survey = _survey(town, person, place, poll)
    town.polls.by_id[survey.id] = survey
    try:
        return send(town, place, person, reply_to, thread_id, poll=as_poll(survey))
    finally:
        if not survey.shown:
            del town.polls.by_id[survey.id]


def _survey(town: Town, person: int, place: Place, poll: NewPoll) -> Survey:
    question = trimmed(poll.question, ())[0]
    if not 0 < len(question) <= LONGEST_QUESTION:
        raise SimError(400, f"a question has 1 to {LONGEST_QUESTION} characters")
    options = [Option(trimmed(text, ())[0]) for text in poll.options]
    if not all(option.text for option in options):
        raise SimError(400, "an option is empty")
    if len(poll.explanation) > LONGEST_EXPLANATION:
        raise SimError(400, f"an explanation has at most {LONGEST_EXPLANATION} characters")
    is_quiz = poll.type == "quiz"
    try:
        check_options(options)
        correct = check_correct(poll.correct_option_ids, options) if is_quiz else []
    except Refusal as refusal:
        raise SimError(400, refusal.description.removeprefix("Bad Request: ")) from refusal
    return Survey(
        town.polls.next_id(), person, place, question, options, is_quiz=is_quiz, correct=correct,
        is_anonymous=poll.is_anonymous, hides_results=poll.hide_results_until_closes,
        allows_multiple_answers=poll.allows_multiple_answers,
        allows_revoting=not is_quiz if poll.allows_revoting is None else poll.allows_revoting,
        explanation=poll.explanation if is_quiz else "", open_period=poll.open_period,
        closes_at=town.now() + poll.open_period if poll.open_period else None,
    )  # fmt: skip


def choose(town: Town, person: int, chat: int, message_id: int, options: list[int]) -> Json:
    """Vote, vote otherwise, or take the vote back.

    Raises:
        SimError: The person is not there, the poll is closed, or does not allow that.
    """
    place, survey = _shown(town, person, chat, message_id)
    chosen = sorted(set(options))
    _check_choice(survey, person, chosen)
    vote(town, survey, place, person, chosen)
    return {"poll": encode(as_poll(survey)), "options": chosen}


def _shown(town: Town, person: int, chat: int, message_id: int) -> tuple[Place, Survey]:
    place = town.place_for_person(town.users.person(person).id, chat)
    if person not in town.people_at(place):
        raise SimError(403, "this person is not in the chat")
    message = find(town, place, message_id)
    if message.poll is None:
        raise SimError(400, f"message {message_id} is no poll")
    return place, town.polls.by_id[message.poll.id]


def _check_choice(survey: Survey, person: int, options: list[int]) -> None:
    if survey.is_closed:
        raise SimError(403, "can't answer closed poll")
    if len(options) > 1 and not survey.allows_multiple_answers:
        raise SimError(400, "can't choose more than 1 option in the poll")
    if any(not 0 <= number < len(survey.options) for number in options):
        raise SimError(400, "invalid option identifier specified")
    if not survey.allows_revoting and (not options or person in survey.votes):
        what = "can't revote in a quiz" if options else "can't retract vote in the poll"
        raise SimError(403, what)


def voters(town: Town, person: int, chat: int, message_id: int) -> Json:
    """Give who chose each option of an open poll, to those who voted and to all once it is closed.

    Raises:
        SimError: The poll is anonymous, or the person has not voted yet.
    """
    place, survey = _shown(town, person, chat, message_id)
    if survey.is_anonymous:
        raise SimError(403, "nobody sees who voted in an anonymous poll")
    if not survey.is_closed and (person not in survey.votes or survey.hides_results):
        raise SimError(403, "who voted is seen after voting")
    return {
        "options": [
            [_named(town, place, who) for who, chosen in survey.votes.items() if number in chosen]
            for number in range(len(survey.options))
        ]
    }


def _named(town: Town, place: Place, voter: int) -> Json:
    fields = voter_fields(town, place, voter)
    named: Json = encode(fields.get("voter_chat") or fields["user"])
    return named


def end(town: Town, person: int, chat: int, message_id: int) -> Message:
    """Close one's own poll.

    Raises:
        SimError: It is somebody else's, was forwarded, or is closed.
    """
    place, survey = _shown(town, person, chat, message_id)
    if survey.author != person or (place, message_id) != survey.shown[0]:
        raise SimError(403, "only one's own poll can be closed, where it was sent")
    if survey.is_closed:
        raise SimError(400, "poll has already been closed")
    close(town, survey)
    return find(town, place, message_id)
