"""Quizzes, their polls, answers and tables over every database, and what a person owns of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.adapters.sql.knowledge_sample import SqlPassageSample
from services.adapters.sql.quizzes import SqlQuizStore
from services.insight.quiz_models import AskedPoll, PollChoice, Quiz, QuizQuestion, QuizState
from services.knowledge.models import LibraryId

pytestmark = pytest.mark.services

_NOW = datetime(2026, 3, 10, tzinfo=UTC)
_GROUP = -1_002_000_000_000
_ALICE, _BOB = 7_000_000_001, 7_000_000_002
_QUIZ = Quiz(
    quiz_id="a" * 32, chat_id=_GROUP, thread_id=0, user_id=_ALICE, private=False, language="ru",
    wanted=2, state=QuizState.RUNNING, started_at=_NOW,
)  # fmt: skip
_QUESTION = QuizQuestion(
    library_id="owner", text="Сколько?", topic="", options=("1", "2"), right=1, sentence="Два.",
    title="Счёт", url=None,
)  # fmt: skip


@pytest.fixture
def store(sql_engine: AsyncEngine) -> SqlQuizStore:
    return SqlQuizStore(create_sessions(sql_engine))


def asked(number: int) -> AskedPoll:
    return AskedPoll(
        number=number, poll_id=f"p{number}", message_id=10 + number, right=1,
        asked_at=_NOW + timedelta(minutes=number),
    )  # fmt: skip


def choice(poll: int, user_id: int, option: int, *, after_s: int = 5) -> PollChoice:
    return PollChoice(
        poll_id=f"p{poll}", user_id=user_id, option=option, name=f"U{user_id % 10}",
        answered_at=_NOW + timedelta(minutes=poll, seconds=after_s),
    )  # fmt: skip


async def test_one_quiz_runs_in_a_chat_at_a_time(store: SqlQuizStore) -> None:
    assert await store.begin(_QUIZ)
    second = replace(_QUIZ, quiz_id="b" * 32)
    assert not await store.begin(second)
    assert await store.begin(replace(second, chat_id=_BOB, private=True))
    assert await store.running_in(_GROUP) == _QUIZ
    assert await store.unfinished() == [_QUIZ.quiz_id, second.quiz_id]
    await store.finish(_QUIZ.quiz_id)
    assert await store.running_in(_GROUP) is None
    assert await store.begin(replace(_QUIZ, quiz_id="c" * 32))
    assert await store.count(_GROUP, _NOW) == 2
    assert await store.count(_GROUP, _NOW + timedelta(seconds=1)) == 0


async def test_what_is_asked_survives_and_is_dropped_at_the_end(store: SqlQuizStore) -> None:
    await store.begin(_QUIZ)
    await store.prepared(_QUIZ.quiz_id, [_QUESTION])
    assert await store.find(_QUIZ.quiz_id) == replace(_QUIZ, questions=(_QUESTION,))
    for number in (0, 1, 1):
        await store.asked(_QUIZ.quiz_id, asked(number))
    await store.asked("f" * 32, replace(asked(3), poll_id="other"))
    assert await store.polls(_QUIZ.quiz_id) == [asked(0), asked(1)]
    assert await store.stop(_QUIZ.quiz_id)
    assert not await store.stop(_QUIZ.quiz_id)
    stopping = await store.find(_QUIZ.quiz_id)
    assert stopping is not None
    assert stopping.state is QuizState.STOPPING
    await store.finish(_QUIZ.quiz_id)
    assert await store.find(_QUIZ.quiz_id) == replace(_QUIZ, state=QuizState.DONE)


async def test_answers_count_once_even_if_they_come_before_their_poll(store: SqlQuizStore) -> None:
    await store.begin(_QUIZ)
    await store.answered(choice(0, _ALICE, 1))
    await store.answered(choice(0, _ALICE, 0))
    await store.asked(_QUIZ.quiz_id, asked(0))
    await store.asked(_QUIZ.quiz_id, asked(1))
    for answer in (choice(0, _BOB, 0), choice(1, _BOB, 1), choice(9, _BOB, 1)):
        await store.answered(answer)
    assert await store.answers_to("p0") == 2
    table = [(one.user_id, one.name, one.right, one.answered) for one in
             await store.scores(_QUIZ.quiz_id)]  # fmt: skip
    assert table == [(_ALICE, "U1", 1, 1), (_BOB, "U2", 1, 2)]
    month = await store.top(_GROUP, _NOW + timedelta(minutes=1), limit=5)
    assert [(one.user_id, one.right) for one in month] == [(_BOB, 1)]
    assert await store.top(_BOB, _NOW, limit=5) == []


async def test_a_person_sees_and_erases_what_is_theirs(store: SqlQuizStore) -> None:
    await store.begin(_QUIZ)
    await store.begin(replace(_QUIZ, quiz_id="b" * 32, chat_id=_ALICE, private=True))
    await store.asked(_QUIZ.quiz_id, asked(0))
    for answer in (choice(0, _ALICE, 1), choice(0, _BOB, 0)):
        await store.answered(answer)
    exported = await store.export(_ALICE)
    assert exported["answers"] == [
        {
            "chat_id": _GROUP, "name": "U1", "option": 1, "right": True,
            "answered_at": (_NOW + timedelta(seconds=5)).isoformat(),
        }
    ]  # fmt: skip
    assert exported["begun"] == [
        {"chat_id": chat, "started_at": _NOW.isoformat()} for chat in (_GROUP, _ALICE)
    ]
    assert await store.erase(_ALICE) == {"quiz_answers": 1, "quizzes": 2}
    assert await store.erase(_ALICE) == {"quiz_answers": 0, "quizzes": 0}
    assert await store.export(_ALICE) == {}
    assert [one.user_id for one in await store.scores(_QUIZ.quiz_id)] == [_BOB]
    left = await store.find(_QUIZ.quiz_id)
    assert left is not None
    assert (left.user_id, left.state) == (0, QuizState.STOPPING)


async def test_the_table_follows_a_group_that_became_a_supergroup(store: SqlQuizStore) -> None:
    await store.begin(_QUIZ)
    await store.asked(_QUIZ.quiz_id, asked(0))
    await store.answered(choice(0, _ALICE, 1))
    new = _GROUP - 1
    await store.move(_GROUP, new)
    assert [one.user_id for one in await store.top(new, _NOW, limit=5)] == [_ALICE]
    assert await store.top(_GROUP, _NOW, limit=5) == []
    moved = await store.find(_QUIZ.quiz_id)
    assert moved is not None
    assert moved.state is QuizState.STOPPING, "its polls stay in the old chat"


async def test_old_quizzes_and_answers_go(store: SqlQuizStore) -> None:
    await store.begin(_QUIZ)
    await store.asked(_QUIZ.quiz_id, asked(0))
    await store.answered(choice(0, _ALICE, 1))
    assert await store.purge(_NOW) == 0
    await store.finish(_QUIZ.quiz_id)
    assert await store.purge(_NOW + timedelta(days=1)) == 2
    assert await store.polls(_QUIZ.quiz_id) == []


async def test_an_empty_library_has_no_sample(sql_engine: AsyncEngine) -> None:
    sample = SqlPassageSample(create_sessions(sql_engine))
    assert await sample.sample(LibraryId("owner"), limit=5, seed=1) == []
