"""Quizzes in chats: begun, asked one after another, stopped, gone on with after a restart."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol

import structlog

from services.clock import Clock
from services.errors import ConflictError, NotFoundError, UnavailableError
from services.insight.questions import LibraryQuestion, questions_from
from services.insight.quiz_models import (
    AskedPoll,
    PollChoice,
    Quiz,
    QuizQuestion,
    QuizState,
    Score,
)
from services.insight.quiz_ports import PassageSample, QuizStore, QuizView
from services.knowledge.models import LibraryId, StoredPassage
from services.knowledge.ports import Lemmatizer, PassageStore
from services.tasks import Lease, Leases, Nursery

log = structlog.get_logger(__name__)

FEWEST: Final = 2
"""A quiz of fewer questions is none."""
_PASSAGES: Final = 240
_LEASE_S: Final = 10.0
_TICK_S: Final = 1.0
_SWEEP_S: Final = 5.0
_PAUSE_S: Final = 2.0
"""Between the end of a question and the next, to read the right answer."""
_TOP: Final = 10
_KEPT: Final = timedelta(days=62)
_TOO_OLD: Final = timedelta(hours=3)
"""A quiz that has stood still for so long is ended, not gone on with."""


class Readable(Protocol):
    """Which libraries count in a chat; see ``Scopes``."""

    async def for_person(self, user_id: int, chat_id: int | None) -> tuple[LibraryId, ...]:
        """List the libraries that everybody there may read."""
        ...


class Begun(StrEnum):
    """What came of the wish for a quiz."""

    YES = "yes"
    RUNNING = "running"
    ENOUGH = "enough"
    """As many as a chat may have in a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizLimits:
    """How much of it is good.

    Attributes:
        most: Questions of one quiz.
        a_day: Quizzes of a chat in 24 hours.
        seconds: For each question; Telegram takes 5 to 600.
    """

    most: int
    a_day: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeQuiz:
    """Makes the questions of a quiz from what everybody in its chat may read."""

    scopes: Readable
    sample: PassageSample
    passages: PassageStore
    lemmatizer: Lemmatizer

    async def __call__(self, quiz: Quiz) -> list[QuizQuestion]:
        """Make them; question words go before gaps. Fewer when the libraries give no more."""
        seed = int(quiz.quiz_id[:8], 16)
        scope = await self.readable(quiz)
        found: list[StoredPassage] = []
        for library_id in scope:
            each = max(20, _PASSAGES // len(scope))
            ids = await self.sample.sample(library_id, limit=each, seed=seed)
            found += await self.passages.passages(ids)
        made = await asyncio.to_thread(
            questions_from, found, self.lemmatizer, seed=seed, limit=quiz.wanted * 4
        )
        libraries = {one.passage_id: one.library_id for one in found}
        best = sorted(made, key=lambda one: not one.asks)[: quiz.wanted]
        return [_quiz_question(one, libraries[one.passage_id]) for one in best]

    async def readable(self, quiz: Quiz) -> tuple[LibraryId, ...]:
        """List the libraries of a quiz, asked anew each time."""
        return await self.scopes.for_person(quiz.user_id, None if quiz.private else quiz.chat_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quizzes:
    """All that happens to quizzes; one replica at a time plays one, under its lease."""

    store: QuizStore
    view: QuizView
    make: MakeQuiz
    leases: Leases
    nursery: Nursery
    clock: Clock
    limits: QuizLimits
    _playing: set[str] = field(default_factory=set)

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """Follow a group that became a supergroup, with the table of its players."""
        await self.store.move(chat_id, new_chat_id)

    async def begin(
        self, *, chat_id: int, thread_id: int, user_id: int, private: bool, language: str,
        wanted: int,
    ) -> Begun:  # fmt: skip
        """Begin a quiz and play it detached."""
        now = self.clock.now()
        if await self.store.running_in(chat_id) is not None:
            return Begun.RUNNING
        if await self.store.count(chat_id, now - timedelta(days=1)) >= self.limits.a_day:
            return Begun.ENOUGH
        quiz = Quiz(
            quiz_id=secrets.token_hex(16), chat_id=chat_id, thread_id=thread_id, user_id=user_id,
            private=private, language=language, state=QuizState.RUNNING, started_at=now,
            wanted=min(max(wanted, FEWEST), self.limits.most),
        )  # fmt: skip
        if not await self.store.begin(quiz):
            return Begun.RUNNING
        self.nursery.start(self.play(quiz.quiz_id), name="quiz")
        return Begun.YES

    async def answered(self, choice: PollChoice) -> None:
        """Keep what somebody chose; whether it is right is told by the poll."""
        await self.store.answered(choice)

    async def running_in(self, chat_id: int) -> Quiz | None:
        """Find the quiz that runs in a chat."""
        return await self.store.running_in(chat_id)

    async def find(self, quiz_id: str) -> Quiz | None:
        """Read a quiz."""
        return await self.store.find(quiz_id)

    async def stop(self, quiz_id: str) -> bool:
        """Let a quiz end with the scores so far; False when it was over."""
        return await self.store.stop(quiz_id)

    async def top(self, chat_id: int) -> list[Score]:
        """Give the table of a chat for this month."""
        month = self.clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return await self.store.top(chat_id, month, limit=_TOP)

    async def sweep(self) -> None:
        """Go on, until cancelled, with what nobody plays: after a restart, a death, an outage."""
        while True:
            try:
                await self.store.purge(self.clock.now() - _KEPT)
                for quiz_id in await self.store.unfinished():
                    if quiz_id not in self._playing:
                        self.nursery.start(self.play(quiz_id), name="quiz")
            except UnavailableError as error:
                log.warning("quizzes_postponed", dependency=error.dependency)
            await self.clock.sleep(_SWEEP_S)

    async def play(self, quiz_id: str) -> None:
        """Play a quiz to its end, unless another replica does."""
        if quiz_id in self._playing:
            return
        self._playing.add(quiz_id)
        try:
            async with self.leases.hold(f"quiz:{quiz_id}", ttl_s=_LEASE_S) as lease:
                quiz = await self.store.find(quiz_id)
                if quiz is not None and quiz.state is not QuizState.DONE:
                    await self._play(quiz, lease)
        except ConflictError:
            log.debug("quiz_elsewhere", quiz_id=quiz_id)
        except NotFoundError:
            await self.store.finish(quiz_id)
        except UnavailableError as error:
            log.warning("quiz_postponed", dependency=error.dependency)
        finally:
            self._playing.discard(quiz_id)

    async def _play(self, quiz: Quiz, lease: Lease) -> None:
        polls = await self.store.polls(quiz.quiz_id)
        last = polls[-1].asked_at if polls else quiz.started_at
        if self.clock.now() - last > _TOO_OLD:
            await self.store.finish(quiz.quiz_id)
            return
        questions = quiz.questions
        if questions is None:
            questions = tuple(await self.make(quiz))
            await self.store.prepared(quiz.quiz_id, questions)
        if len(questions) < FEWEST:
            await self.view.too_few(quiz)
        elif await self._ask_all(quiz, questions, polls, lease):
            asked = await self.store.polls(quiz.quiz_id)
            await self.view.tell(quiz, await self.store.scores(quiz.quiz_id), asked=len(asked))
        else:
            return
        await self.store.finish(quiz.quiz_id)

    async def _ask_all(
        self, quiz: Quiz, questions: Sequence[QuizQuestion], polls: Sequence[AskedPoll],
        lease: Lease,
    ) -> bool:  # fmt: skip
        """Ask what was not asked yet; False when the lease is lost, so that another goes on."""
        if not polls:
            await self.view.announce(quiz, count=len(questions), seconds=self.limits.seconds)
        everybody = await self.view.audience(quiz)
        poll = polls[-1] if polls else None
        for number in range(poll.number + 1 if poll else 0, len(questions)):
            if poll is not None:
                await self._over(quiz, poll, lease, everybody)
            if not await self._goes_on(quiz, lease):
                return not lease.lost.is_set()
            question = questions[number]
            if question.library_id in await self.make.readable(quiz):
                poll = await self._ask(quiz, question, number=number, count=len(questions))
        if poll is not None:
            await self._over(quiz, poll, lease, everybody)
        return not lease.lost.is_set()

    async def _ask(
        self, quiz: Quiz, question: QuizQuestion, *, number: int, count: int
    ) -> AskedPoll:
        poll_id, message_id = await self.view.ask(
            quiz, question, number=number, count=count, seconds=self.limits.seconds
        )
        poll = AskedPoll(
            number=number, poll_id=poll_id, message_id=message_id, right=question.right,
            asked_at=self.clock.now(),
        )  # fmt: skip
        await self.store.asked(quiz.quiz_id, poll)
        return poll

    async def _over(self, quiz: Quiz, poll: AskedPoll, lease: Lease, everybody: int) -> None:
        """Wait until a question is over: with its time, or when everybody has answered.

        It is over at once when the quiz is stopped; so is the waiting when the lease is lost.
        """
        ends_at = poll.asked_at + timedelta(seconds=self.limits.seconds)
        while self.clock.now() < ends_at:
            if not await self._goes_on(quiz, lease):
                if not lease.lost.is_set():
                    await self.view.close(quiz, poll)
                return
            if await self.store.answers_to(poll.poll_id) >= everybody:
                break
            await self.clock.sleep(_TICK_S)
        await self.clock.sleep(_PAUSE_S)

    async def _goes_on(self, quiz: Quiz, lease: Lease) -> bool:
        now = await self.store.find(quiz.quiz_id)
        return not lease.lost.is_set() and now is not None and now.state is QuizState.RUNNING


def _quiz_question(made: LibraryQuestion, library_id: LibraryId) -> QuizQuestion:
    return QuizQuestion(
        library_id=library_id, text=made.text, topic=made.topic, options=made.options,
        right=made.right, sentence=made.sentence, title=made.source.title, url=made.source.url,
    )  # fmt: skip
