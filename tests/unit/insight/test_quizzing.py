from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.errors import NotFoundError, UnavailableError
from services.insight.quiz_models import AskedPoll, Quiz, QuizQuestion, QuizState, Score
from services.insight.quizzing import Begun, MakeQuiz, QuizLimits, Quizzes
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage
from services.knowledge.sentences import sentence_spans
from tests.fakes.clock import FakeClock
from tests.fakes.leases import FakeLeases
from tests.fakes.quizzes import FakeQuizStore

_TEXTS = (
    "Рассольник — русский суп из солёных огурцов.",
    "Пельмени — варёные изделия из теста с фаршем.",
    "Винегрет — русский салат из варёных овощей.",
    "Уха — прозрачный рыбный отвар с луком.",
    "Окрошка — холодный летний суп на квасе.",
)
_OPEN, _SECRET = LibraryId("open"), LibraryId("secret")


@dataclass
class _Libraries:
    """Scopes, a sample and passages of two libraries, one of which a group may not read."""

    readable: set[LibraryId] = field(default_factory=lambda: {_OPEN})
    asked_for: list[int | None] = field(default_factory=list)
    texts: Sequence[str] = _TEXTS

    async def for_person(self, user_id: int, chat_id: int | None) -> tuple[LibraryId, ...]:
        self.asked_for.append(chat_id)
        return tuple(sorted(self.readable))

    async def sample(self, library_id: LibraryId, *, limit: int, seed: int) -> list[PassageId]:
        first = 100 if library_id == _SECRET else 0
        return [PassageId(first + number) for number in range(1, len(self.texts) + 1)]

    async def passages(
        self, passage_ids: Sequence[PassageId], *, with_vectors: bool = False
    ) -> list[StoredPassage]:
        return [self._passage(one) for one in passage_ids]

    def _passage(self, passage_id: PassageId) -> StoredPassage:
        text = self.texts[passage_id % 100 - 1]
        return StoredPassage(
            passage_id=passage_id, library_id=_SECRET if passage_id > 100 else _OPEN, text=text,
            title="", lemmas="", sentences=tuple(sentence_spans(text)),
            sources=(PassageSource(source="a", url=None, title="Супы"),),
        )  # fmt: skip


@dataclass
class _View:
    """What people see, as lines; an error of ``fails`` comes instead of the next poll."""

    said: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    everybody: int = 3
    on_ask: Any = None

    async def announce(self, quiz: Quiz, *, count: int, seconds: int) -> None:
        self.said.append(f"begins {count}")

    async def audience(self, quiz: Quiz) -> int:
        return self.everybody

    async def ask(
        self, quiz: Quiz, question: QuizQuestion, *, number: int, count: int, seconds: int
    ) -> tuple[str, int]:
        if self.fails:
            raise self.fails.pop()
        self.said.append(f"asks {number}")
        if self.on_ask is not None:
            await self.on_ask(quiz, number)
        return f"p{number}", number

    async def close(self, quiz: Quiz, poll: AskedPoll) -> None:
        self.said.append(f"closes {poll.number}")

    async def tell(self, quiz: Quiz, scores: Sequence[Score], *, asked: int) -> None:
        self.said.append(f"scores after {asked}")

    async def too_few(self, quiz: Quiz) -> None:
        self.said.append("too few")


class _Later:
    """A nursery that keeps what it was given, for the test to run."""

    def __init__(self) -> None:
        self.started: list[Coroutine[Any, Any, None]] = []

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        self.started.append(work)

    async def close(self) -> None:
        while self.started:
            await self.started.pop(0)


@dataclass
class _Town:
    libraries: _Libraries = field(default_factory=_Libraries)
    view: _View = field(default_factory=_View)
    store: FakeQuizStore = field(default_factory=FakeQuizStore)
    clock: FakeClock = field(default_factory=FakeClock)
    nursery: _Later = field(default_factory=_Later)

    @property
    def quizzes(self) -> Quizzes:
        """A bot process; another call gives another one."""
        lemmatizer = MorphologicalLemmatizer()
        return Quizzes(
            store=self.store, view=self.view, leases=FakeLeases(), nursery=self.nursery,
            clock=self.clock, limits=QuizLimits(most=10, a_day=2, seconds=20),
            make=MakeQuiz(
                scopes=self.libraries, sample=self.libraries, passages=self.libraries,
                lemmatizer=lemmatizer,
            ),
        )  # fmt: skip

    async def begins(self, wanted: int = 3) -> Begun:
        return await self.quizzes.begin(
            chat_id=-5, thread_id=0, user_id=1, private=False, language="ru", wanted=wanted
        )


@pytest.fixture
def town() -> _Town:
    return _Town()


async def test_questions_follow_one_another_with_their_time_and_the_scores_come_last(
    town: _Town,
) -> None:
    assert await town.begins() is Begun.YES
    assert town.view.said == [], "the handler waits for nothing"
    await town.nursery.close()
    assert town.view.said == ["begins 3", "asks 0", "asks 1", "asks 2", "scores after 3"]
    assert town.clock.monotonic() >= 3 * 20
    assert await town.store.unfinished() == []
    assert set(town.libraries.asked_for) == {-5}


async def test_a_question_that_everybody_has_answered_takes_no_more_time(town: _Town) -> None:
    async def all_answer(_quiz: Quiz, number: int) -> None:
        town.store.counts[f"p{number}"] = 3

    town.view.on_ask = all_answer
    await town.begins()
    await town.nursery.close()
    assert town.view.said[-1] == "scores after 3"
    assert town.clock.monotonic() < 20


async def test_a_stopped_quiz_closes_its_poll_and_tells_the_scores_so_far(town: _Town) -> None:
    async def stop(quiz: Quiz, _number: int) -> None:
        assert await town.store.stop(quiz.quiz_id)

    town.view.on_ask = stop
    await town.begins()
    await town.nursery.close()
    assert town.view.said == ["begins 3", "asks 0", "closes 0", "scores after 1"]


async def test_after_an_outage_another_process_goes_on_where_it_was(town: _Town) -> None:
    async def outage(_quiz: Quiz, number: int) -> None:
        if number == 0:
            town.view.fails = [UnavailableError("away", dependency="telegram")]

    town.view.on_ask = outage
    await town.begins()
    await town.nursery.close()
    (quiz_id,) = await town.store.unfinished()
    await town.quizzes.play(quiz_id)
    assert town.view.said == ["begins 3", "asks 0", "asks 1", "asks 2", "scores after 3"]


async def test_a_chat_that_takes_no_polls_ends_the_quiz(town: _Town) -> None:
    town.view.fails = [NotFoundError("kicked")]
    await town.begins()
    await town.nursery.close()
    assert town.view.said == ["begins 3"]
    assert await town.store.unfinished() == []


async def test_nothing_is_asked_of_a_library_that_the_chat_may_read_no_more(town: _Town) -> None:
    town.libraries.readable = {_SECRET}

    async def withdraw(_quiz: Quiz, _number: int) -> None:
        town.libraries.readable = set()

    town.view.on_ask = withdraw
    await town.begins()
    await town.nursery.close()
    assert town.view.said == ["begins 3", "asks 0", "scores after 1"]


async def test_too_few_sources_are_said_to_be_too_few(town: _Town) -> None:
    town.libraries.texts = _TEXTS[:1]
    await town.begins()
    await town.nursery.close()
    assert town.view.said == ["too few"]
    assert await town.store.unfinished() == []


async def test_one_at_a_time_and_so_many_a_day(town: _Town) -> None:
    assert await town.begins() is Begun.YES
    assert await town.begins() is Begun.RUNNING
    await town.nursery.close()
    assert await town.begins() is Begun.YES
    await town.nursery.close()
    assert await town.begins() is Begun.ENOUGH
    await town.clock.sleep(24 * 3600)
    assert await town.begins(99) is Begun.YES
    (quiz_id,) = await town.store.unfinished()
    found = await town.store.find(quiz_id)
    assert found is not None
    assert found.wanted == 10
    await town.nursery.close()


async def test_a_quiz_that_stood_still_for_long_is_not_gone_on_with(town: _Town) -> None:
    await town.store.begin(
        Quiz(
            quiz_id="a" * 32, chat_id=-5, thread_id=0, user_id=1, private=False, language="ru",
            wanted=2, state=QuizState.RUNNING, started_at=town.clock.now(),
        )
    )  # fmt: skip
    await town.clock.sleep(4 * 3600)
    await town.quizzes.play("a" * 32)
    assert town.view.said == []
    assert await town.store.unfinished() == []
