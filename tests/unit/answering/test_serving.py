import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.nursery import AsyncioNursery
from services.adapters.sql.engine import Sessions, create_engine, create_sessions, sqlite_url
from services.adapters.sql.requests import SqlRequestStore
from services.adapters.sql.schema import upgrade_schema
from services.answering.delivery import DeliverReply
from services.answering.dialogue_runners import DialogueRunners
from services.answering.models import Answer, AnswerLength, Decision, Question, SearchQuery
from services.answering.ports import AnswerProgress
from services.answering.request_models import NewRequest, Request, RequestState
from services.answering.requests import Requests, RequestsData
from services.answering.serving import ServeRequest
from services.answering.stopping import RunningAnswers
from services.dialogue.models import DialogueKey
from services.errors import BusyError, NotAllowedError, UnavailableError
from services.knowledge.models import LibraryId
from tests.fakes.answer_view import FakeAnswerView
from tests.fakes.erasure import FakeReplyErasure
from tests.fakes.leases import FakeLeases

_DIALOGUE = DialogueKey(bot_id=1, chat_id=2, thread_id=0, user_id=2)
_GROUP = DialogueKey(bot_id=1, chat_id=-100, thread_id=7, user_id=2)


class _Answerer:
    """Answers ``question`` as ``answer to question``; a test may hold it or make it fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.questions: list[Question] = []
        self.error: Exception | None = None
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self, question: Question, progress: AnswerProgress) -> Answer:
        self.asked.append(question.text)
        self.questions.append(question)
        await progress.text(f"begin of {question.text}")
        await self.go_on.wait()
        if self.error is not None:
            raise self.error
        return Answer(
            question=question.text, query=SearchQuery(text=f"{question.text} (alone)"),
            decision=Decision.SOURCES, language="en", text=f"answer to {question.text}",
            citations=(), abstained=False,
        )  # fmt: skip


class _Scopes:
    async def for_person(self, user_id: int, chat_id: int | None) -> tuple[LibraryId, ...]:
        return (LibraryId("owner"),)


@dataclass
class _Bot:
    """One bot process: its memory dies with ``kill``, the database and the chat stay."""

    sessions: Sessions
    view: FakeAnswerView
    replaces: bool = False
    deadline_s: float = 30.0
    answerer: _Answerer = field(default_factory=_Answerer)
    leases: FakeLeases = field(default_factory=FakeLeases)
    nursery: AsyncioNursery = field(default_factory=AsyncioNursery)

    def __post_init__(self) -> None:
        self.store, running = SqlRequestStore(self.sessions), RunningAnswers()
        clock = SystemClock()
        serve = ServeRequest(
            store=self.store, view=self.view, answer=self.answerer, scopes=_Scopes(),
            deliver=DeliverReply(store=self.store, view=self.view), running=running,
            clock=clock, replica="one", deadline_s=self.deadline_s, patience_s=600.0,
        )  # fmt: skip
        runners = DialogueRunners(
            store=self.store, serve=serve, leases=self.leases, nursery=self.nursery, clock=clock
        )
        self.requests = Requests(
            store=self.store, runners=runners, running=running, clock=clock, replica="one",
            newest_replaces=self.replaces, most_waiting=3,
        )  # fmt: skip

    async def asks(self, text: str, update_id: int, dialogue: DialogueKey = _DIALOGUE) -> Request:
        return await self.requests.ask(
            NewRequest(
                update_id=update_id, dialogue=dialogue, private=dialogue.chat_id > 0,
                question_message_id=update_id, question=text, language="en",
                length=AnswerLength.NORMAL,
            )
        )  # fmt: skip

    async def ends(self, request: Request) -> Request:
        """Wait until the request is finished."""
        finished: Request | None = None

        async def done() -> bool:
            nonlocal finished
            finished = await self.store.find(request.request_id)
            return finished is not None and finished.state not in {
                RequestState.ACCEPTED, RequestState.RUNNING, RequestState.SENDING,
            }  # fmt: skip

        await _until(done)
        assert finished is not None
        return finished

    async def works_on(self, text: str) -> None:
        """Wait until the answerer is busy with a question."""

        async def begun() -> bool:
            return text in self.answerer.asked

        await _until(begun)


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(4000):
        if await true():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it did not happen")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
async def sessions(data_dir: Path) -> AsyncIterator[Sessions]:
    engine = create_engine(sqlite_url(data_dir))
    await upgrade_schema(engine)
    yield create_sessions(engine)
    await engine.dispose()


@pytest.fixture
def view() -> FakeAnswerView:
    return FakeAnswerView()


@pytest.fixture
async def bot(sessions: Sessions, view: FakeAnswerView) -> AsyncIterator[_Bot]:
    running = _Bot(sessions, view)
    yield running
    await running.nursery.close()


async def test_questions_of_a_dialogue_are_answered_once_and_in_order(bot: _Bot) -> None:
    bot.answerer.go_on.clear()
    first = await bot.asks("one", 1)
    second = await bot.asks("two", 2)
    assert (await bot.asks("one", 1)).request_id == first.request_id
    await bot.works_on("one")
    assert bot.answerer.asked == ["one"]
    bot.answerer.go_on.set()
    assert (await bot.ends(second)).state is RequestState.DONE
    assert bot.view.shown == ["answer to one", "answer to two"]


async def test_dialogues_do_not_wait_for_each_other(bot: _Bot) -> None:
    bot.answerer.go_on.clear()
    await bot.asks("slow", 1)
    await bot.works_on("slow")
    await bot.asks("other", 2, _GROUP)
    await bot.works_on("other")


async def test_nothing_is_to_be_read_before_a_restart_could_find_it_again(
    sessions: Sessions, view: FakeAnswerView
) -> None:
    """A bot killed the moment its answer was seen repeated the answer after the restart."""
    killed = _Bot(sessions, view)
    readable = asyncio.Event()
    edit = view.edit

    async def seen_then_killed(request: Request, message_id: int, part: str, *, last: bool) -> bool:
        await edit(request, message_id, part, last=last)
        readable.set()
        await asyncio.Event().wait()
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view, "edit", seen_then_killed)
        request = await killed.asks("one", 1)
        await readable.wait()
        await killed.nursery.close()
    restarted = _Bot(sessions, view)
    await restarted.requests.resume(bot_id=1)
    assert (await restarted.ends(request)).possible_repeats == 0
    assert view.shown == ["answer to one"]
    await restarted.nursery.close()


async def test_a_group_sees_one_message_from_placeholder_to_answer(bot: _Bot) -> None:
    bot.answerer.go_on.clear()
    request = await bot.asks("one", 1, _GROUP)
    await bot.works_on("one")
    assert bot.view.shown == ["..."]
    bot.answerer.go_on.set()
    ended = await bot.ends(request)
    assert bot.view.messages == {ended.message_id: "answer to one"}


async def test_a_deleted_placeholder_is_answered_by_a_new_message(bot: _Bot) -> None:
    bot.answerer.go_on.clear()
    request = await bot.asks("one", 1, _GROUP)
    await bot.works_on("one")
    bot.view.messages.clear()
    bot.answerer.go_on.set()
    await bot.ends(request)
    assert bot.view.shown == ["answer to one"]


async def test_stop_shows_what_there_was_and_lets_the_next_one_run(bot: _Bot) -> None:
    bot.answerer.go_on.clear()
    first = await bot.asks("one", 1)
    second = await bot.asks("two", 2)
    await bot.works_on("one")
    assert await bot.requests.stop_draft(bot_id=1, chat_id=2, draft_id=first.draft_id)
    assert (await bot.ends(first)).state is RequestState.CANCELLED
    bot.answerer.go_on.set()
    await bot.ends(second)
    assert bot.view.shown == ["stopped: begin of one", "answer to two"]
    assert not await bot.requests.stop(first.request_id, user_id=2)


async def test_cancel_ends_the_running_and_the_waiting_without_a_word_for_the_latter(
    bot: _Bot,
) -> None:
    bot.answerer.go_on.clear()
    requests = [await bot.asks(text, n) for n, text in enumerate(("one", "two", "three"), 1)]
    await bot.works_on("one")
    assert await bot.requests.cancel(_DIALOGUE) == 3
    for request in requests:
        assert (await bot.ends(request)).state is RequestState.CANCELLED
    assert bot.view.shown == ["stopped: begin of one"]


async def test_the_newest_replaces_the_earlier_when_set_so(
    sessions: Sessions, view: FakeAnswerView
) -> None:
    bot = _Bot(sessions, view, replaces=True)
    bot.answerer.go_on.clear()
    first = await bot.asks("one", 1, _GROUP)
    await bot.works_on("one")
    second = await bot.asks("two", 2, _GROUP)
    await bot.works_on("two")
    bot.answerer.go_on.set()
    assert (await bot.ends(first)).state is RequestState.CANCELLED
    await bot.ends(second)
    assert view.shown == ["answer to two"]
    await bot.nursery.close()


async def test_a_full_dialogue_refuses_and_accepts_nothing(bot: _Bot) -> None:
    bot.answerer.go_on.clear()
    for number in (1, 2, 3):
        await bot.asks(str(number), number)
    with pytest.raises(BusyError):
        await bot.asks("4", 4)
    assert await bot.store.by_update(1, 4) is None


async def test_a_full_pool_is_said_and_who_waits_is_asked_again_with_patience(bot: _Bot) -> None:
    bot.answerer.error = BusyError("full", dependency="workers", wait_s=40)
    refused = await bot.ends(await bot.asks("one", 1))
    assert bot.view.shown == ["busy: 40"]
    bot.answerer.error = None
    waiting = await bot.requests.wait(refused.request_id, user_id=2, update_id=2)
    assert (await bot.ends(waiting)).patient
    assert bot.view.shown == ["busy: 40", "answer to one"]
    assert [question.patience_s for question in bot.answerer.questions] == [0.0, 600.0]


async def test_nobody_is_offered_a_place_that_is_given_up_before_its_turn(bot: _Bot) -> None:
    """Whoever agreed to wait two hours was told after a quarter of one that it took too long."""
    bot.answerer.error = BusyError("full", dependency="workers", wait_s=7200)
    await bot.ends(await bot.asks("one", 1))
    assert bot.view.shown == ["too busy: 7200"]


async def test_a_busy_telegram_is_no_full_pool(bot: _Bot) -> None:
    """A person was offered a place in a line that there was not."""
    bot.answerer.error = BusyError("too many calls wait", dependency="telegram", wait_s=8)
    await bot.ends(await bot.asks("one", 1))
    assert bot.view.shown == ["failed: unavailable"]


async def test_nobody_waits_or_leaves_in_place_of_another(bot: _Bot) -> None:
    bot.answerer.error = BusyError("full", dependency="workers", wait_s=40)
    refused = await bot.ends(await bot.asks("one", 1))
    with pytest.raises(NotAllowedError):
        await bot.requests.wait(refused.request_id, user_id=3, update_id=2)
    with pytest.raises(NotAllowedError):
        await bot.requests.decline(refused.request_id, user_id=3)
    await bot.requests.decline(refused.request_id, user_id=2)


async def test_waiting_pressed_twice_keeps_one_place(bot: _Bot) -> None:
    """Each tap of an impatient finger took a place of its own, and brought an answer of its own."""
    bot.answerer.error = BusyError("full", dependency="workers", wait_s=40)
    refused = await bot.ends(await bot.asks("one", 1))
    bot.answerer.error = None
    bot.answerer.go_on.clear()
    places = [
        await bot.requests.wait(refused.request_id, user_id=2, update_id=number)
        for number in (2, 3)
    ]
    assert places[0].request_id == places[1].request_id
    bot.answerer.go_on.set()
    await bot.ends(places[0])
    assert bot.view.shown == ["busy: 40", "answer to one"]


async def test_leaving_right_after_waiting_frees_the_place(bot: _Bot) -> None:
    """The chat said "another time", and the answer came all the same."""
    bot.answerer.error = BusyError("full", dependency="workers", wait_s=40)
    refused = await bot.ends(await bot.asks("one", 1))
    again = await bot.ends(await bot.asks("one", 2))
    bot.answerer.error = None
    bot.answerer.go_on.clear()
    place = await bot.requests.wait(refused.request_id, user_id=2, update_id=3)
    following = await bot.asks("three", 4)
    await bot.requests.decline(again.request_id, user_id=2)
    kept = await bot.store.find(place.request_id)
    assert kept is not None
    assert kept.stop_reason is None, "the same words asked once more are another question"
    await bot.requests.decline(refused.request_id, user_id=2)
    assert (await bot.ends(place)).state is RequestState.CANCELLED
    bot.answerer.go_on.set()
    assert (await bot.ends(following)).state is RequestState.DONE
    assert bot.view.shown == ["busy: 40", "busy: 40", "answer to three"]


async def test_what_is_cancelled_makes_room_at_once(bot: _Bot) -> None:
    """Whoever cancelled a full dialogue was told that it is full until all had ended."""
    bot.answerer.go_on.clear()
    for number in (1, 2, 3):
        await bot.asks(str(number), number)
    await bot.works_on("1")
    assert await bot.requests.cancel(_DIALOGUE) == 3
    await bot.asks("4", 4)


async def test_somebody_elses_request_is_out_of_reach(bot: _Bot) -> None:
    request = await bot.asks("one", 1)
    for forbidden in (
        bot.requests.stop(request.request_id, user_id=3),
        bot.requests.again(request.request_id, user_id=3, update_id=9),
        bot.requests.rate(request.request_id, user_id=3, good=True),
    ):
        with pytest.raises(NotAllowedError):
            await forbidden
    assert not await bot.requests.stop_draft(bot_id=1, chat_id=3, draft_id=request.draft_id)


async def test_again_and_shorter_ask_the_question_that_stands_alone(bot: _Bot) -> None:
    request = await bot.ends(await bot.asks("and without?", 1))
    shorter = await bot.requests.shorter(request.request_id, user_id=2, update_id=2)
    assert (shorter.question, shorter.length) == ("and without? (alone)", AnswerLength.SHORT)
    await bot.ends(shorter)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (UnavailableError("x", dependency="workers"), "failed: unavailable"),
        (ValueError("x"), "failed: internal"),
        (ExceptionGroup("x", [ValueError("y")]), "failed: internal"),
    ],
)
async def test_every_failure_tells_the_person_and_frees_the_dialogue(
    bot: _Bot, error: Exception, shown: str
) -> None:
    bot.answerer.error = error
    assert (await bot.ends(await bot.asks("one", 1))).state is RequestState.FAILED
    bot.answerer.error = None
    await bot.ends(await bot.asks("two", 2))
    assert bot.view.shown == [shown, "answer to two"]


async def test_an_answer_that_takes_too_long_is_given_up(
    sessions: Sessions, view: FakeAnswerView
) -> None:
    bot = _Bot(sessions, view, deadline_s=0.05)
    bot.answerer.go_on.clear()
    assert (await bot.ends(await bot.asks("one", 1))).state is RequestState.FAILED
    assert view.shown == ["failed: deadline"]
    await bot.nursery.close()


@pytest.mark.parametrize("dialogue", [_DIALOGUE, _GROUP])
async def test_a_killed_bot_answers_after_its_restart_once(
    sessions: Sessions, view: FakeAnswerView, dialogue: DialogueKey
) -> None:
    killed = _Bot(sessions, view)
    killed.answerer.go_on.clear()
    request = await killed.asks("one", 1, dialogue)
    await killed.works_on("one")
    await killed.nursery.close()  # nothing is tidied up on the way out, as after SIGKILL
    restarted = _Bot(sessions, view)
    assert await restarted.requests.resume(bot_id=1) == 1
    ended = await restarted.ends(request)
    assert (ended.attempt, ended.possible_repeats) == (2, 0)
    assert view.shown == ["answer to one"]
    assert await restarted.requests.resume(bot_id=1) == 0
    await restarted.nursery.close()


async def test_who_waits_in_line_keeps_patience_and_room_over_a_restart(
    sessions: Sessions, view: FakeAnswerView
) -> None:
    """Whoever stood in line, or was being answered, was told after a restart that all is busy."""
    killed = _Bot(sessions, view)
    killed.answerer.error = BusyError("full", dependency="workers", wait_s=40)
    refused = await killed.ends(await killed.asks("one", 1))
    killed.answerer.go_on.clear()
    place = await killed.requests.wait(refused.request_id, user_id=2, update_id=2)
    await killed.asks("other", 3, _GROUP)
    await killed.works_on("other")
    await _until(_has(killed.answerer.questions, 3))
    await killed.nursery.close()
    restarted = _Bot(sessions, view)
    assert await restarted.requests.resume(bot_id=1) == 2
    await restarted.ends(place)
    await _until(_has(restarted.answerer.questions, 2))
    began, resumed = killed.answerer.questions, restarted.answerer.questions
    assert [question.is_resumed for question in began] == [False, False, False]
    assert {(question.text, question.patience_s, question.is_resumed) for question in resumed} == {
        ("one", 600.0, True), ("other", 0.0, True)
    }  # fmt: skip
    await restarted.nursery.close()


def _has(found: Sequence[object], count: int) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return len(found) >= count

    return enough


async def test_a_reply_that_may_have_been_sent_is_sent_again_and_counted(bot: _Bot) -> None:
    bot.view.fail_after_next_send = True
    ended = await bot.ends(await bot.asks("one", 1))
    assert ended.possible_repeats == 1
    assert bot.view.shown == ["...", "answer to one"], "the answer itself is there once"
    assert bot.answerer.asked == ["one"]


async def test_parts_that_were_delivered_are_not_sent_again(bot: _Bot) -> None:
    request = await bot.asks("a|b|c", 1)
    ended = await bot.ends(request)
    assert ended.delivered == 3
    assert bot.view.shown == ["answer to a", "b", "c"]


async def test_a_lost_lease_leaves_the_request_to_whoever_holds_it_now(bot: _Bot) -> None:
    bot.answerer.go_on.clear()
    request = await bot.asks("one", 1)
    await bot.works_on("one")
    (lease,) = bot.leases.held.values()
    bot.answerer.asked.clear()
    lease.lost.set()
    await bot.works_on("one")
    bot.answerer.go_on.set()
    ended = await bot.ends(request)
    assert ended.attempt == 2
    assert bot.view.shown == ["answer to one"]


async def test_a_chat_that_takes_no_messages_ends_the_request(bot: _Bot) -> None:
    bot.view.unreachable = True
    for number, dialogue in enumerate((_DIALOGUE, _GROUP), 1):
        ended = await bot.ends(await bot.asks("one", number, dialogue))
        assert ended.state is RequestState.FAILED


async def test_forgetting_ends_what_runs_and_leaves_nothing(bot: _Bot) -> None:
    bot.answerer.go_on.clear()
    for number, dialogue in enumerate((_DIALOGUE, _GROUP), 1):
        await bot.asks("secret", number, dialogue)
    await bot.works_on("secret")
    asked = await bot.store.ids_of_user(2)
    erasure = FakeReplyErasure()
    data = RequestsData(requests=bot.requests, replies=erasure)
    assert await data.erase(2) == {"feedback": 0, "requests": 2}
    assert sorted(erasure.erased) == sorted(f"{request_id}:generate" for request_id in asked)
    assert await data.export(2) == {}
    assert bot.view.shown == []
    bot.answerer.go_on.set()
    await bot.ends(await bot.asks("again", 9))
