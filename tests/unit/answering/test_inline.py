import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from services.answering.inline import InlineAnswers
from services.answering.models import Answer, Decision, Question, SearchQuery
from services.answering.ports import AnswerProgress
from services.errors import UnavailableError
from services.knowledge.models import LibraryId


class TaskNursery:
    """Tasks that a test can wait for."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[None]] = []

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        self.tasks.append(asyncio.create_task(work, name=name))

    async def close(self) -> None:
        await self.idle()

    async def idle(self) -> None:
        await asyncio.gather(*self.tasks)


@dataclass
class Keyboard:
    """A clock that stands still until the typist has paused."""

    paused: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await self.paused.wait()


class Public:
    async def for_everyone(self, user_id: int) -> tuple[LibraryId, ...]:
        return (LibraryId("owner"),)


@dataclass
class Answering:
    asked: list[Question] = field(default_factory=list)
    error: Exception | None = None

    async def __call__(self, question: Question, progress: AnswerProgress) -> Answer:
        self.asked.append(question)
        if self.error is not None:
            raise self.error
        return Answer(
            question=question.text, query=SearchQuery(text=question.text),
            decision=Decision.SOURCES, language="ru", text="Да [1].", citations=(),
            abstained=False,
        )  # fmt: skip


class Typing:
    def __init__(self) -> None:
        self.keyboard = Keyboard()
        self.answering = Answering()
        self.nursery = TaskNursery()
        self.shown: list[str] = []
        self.inline = InlineAnswers(
            answer=self.answering, scopes=Public(), nursery=self.nursery, clock=self.keyboard
        )

    def types(self, query_id: str, text: str, user_id: int = 7) -> None:
        async def show(answer: Answer) -> None:
            self.shown.append(answer.question)

        self.inline.ask(query_id, text, user_id=user_id, language="ru", show=show)

    async def pauses(self) -> None:
        self.keyboard.paused.set()
        await self.nursery.idle()


@pytest.fixture
def typing() -> Typing:
    return Typing()


async def test_only_what_was_typed_last_is_answered(typing: Typing) -> None:
    typing.types("1", "как св")
    typing.types("2", "как сварить щи")
    await typing.pauses()
    assert typing.shown == ["как сварить щи"]
    assert len(typing.answering.asked) == 1


async def test_two_people_do_not_push_each_other_aside(typing: Typing) -> None:
    typing.types("1", "щи", user_id=7)
    typing.types("2", "чай", user_id=8)
    await typing.pauses()
    assert sorted(typing.shown) == ["чай", "щи"]


async def test_the_question_is_impersonal_and_from_what_everybody_may_read(
    typing: Typing,
) -> None:
    typing.types("1", "щи")
    await typing.pauses()
    (question,) = typing.answering.asked
    assert question.impersonal
    assert question.scope == (LibraryId("owner"),)


async def test_a_failure_shows_nothing_and_the_next_query_works(typing: Typing) -> None:
    typing.answering.error = UnavailableError("sql", dependency="sql")
    typing.types("1", "щи")
    await typing.pauses()
    typing.answering.error = None
    typing.types("2", "чай")
    await typing.nursery.idle()
    assert typing.shown == ["чай"]
