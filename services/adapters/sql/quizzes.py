from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy import ColumnElement, Select, case, delete, func, select, update

from services.adapters.sql.engine import Sessions
from services.adapters.sql.quiz_tables import QuizAnswerRow, QuizPollRow, QuizRow
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.insight.quiz_models import (
    AskedPoll,
    PollChoice,
    Quiz,
    QuizQuestion,
    QuizState,
    Score,
)
from services.people.ports import Exported

_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class SqlQuizStore:
    """``QuizStore`` over ``quizzes``, ``quiz_polls`` and ``quiz_answers``; personal data too."""

    sessions: Sessions
    name: ClassVar[str] = "quizzes"

    async def begin(self, quiz: Quiz) -> bool:
        """See ``QuizStore.begin``."""
        values = {
            "quiz_id": quiz.quiz_id, "chat_id": quiz.chat_id, "running_in": quiz.chat_id,
            "thread_id": quiz.thread_id, "user_id": quiz.user_id, "private": quiz.private,
            "language": quiz.language, "wanted": quiz.wanted, "state": quiz.state.value,
            "started_at": quiz.started_at, "questions": "",
        }  # fmt: skip
        async with writing(self.sessions) as session:
            return await upsert(session, QuizRow, values, key=("running_in",))

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """See ``QuizStore.move``; one that still runs is over: its polls stay in the old chat."""
        async with writing(self.sessions) as session:
            await session.execute(
                update(QuizRow)
                .where(QuizRow.chat_id == chat_id)
                .values(chat_id=new_chat_id, state=_stopping())
            )

    async def count(self, chat_id: int, since: datetime) -> int:
        """See ``QuizStore.count``."""
        query = select(func.count()).where(QuizRow.chat_id == chat_id, QuizRow.started_at >= since)
        async with reading(self.sessions) as session:
            return int((await session.execute(query)).scalar_one())

    async def find(self, quiz_id: str) -> Quiz | None:
        """See ``QuizStore.find``."""
        async with reading(self.sessions) as session:
            row = await session.get(QuizRow, quiz_id)
        return None if row is None else _quiz(row)

    async def running_in(self, chat_id: int) -> Quiz | None:
        """See ``QuizStore.running_in``."""
        async with reading(self.sessions) as session:
            row = await session.scalar(select(QuizRow).where(QuizRow.running_in == chat_id))
        return None if row is None else _quiz(row)

    async def unfinished(self) -> list[str]:
        """See ``QuizStore.unfinished``."""
        query = select(QuizRow.quiz_id).where(QuizRow.running_in.is_not(None))
        async with reading(self.sessions) as session:
            return list(await session.scalars(query.order_by(QuizRow.started_at, QuizRow.quiz_id)))

    async def prepared(self, quiz_id: str, questions: Sequence[QuizQuestion]) -> None:
        """See ``QuizStore.prepared``."""
        await self._change(quiz_id, questions=msgspec.json.encode(questions).decode())

    async def asked(self, quiz_id: str, poll: AskedPoll) -> None:
        """See ``QuizStore.asked``; of a quiz that is gone meanwhile nothing is kept."""
        values = {
            "quiz_id": quiz_id, "number": poll.number, "poll_id": poll.poll_id,
            "message_id": poll.message_id, "right_option": poll.right, "asked_at": poll.asked_at,
        }  # fmt: skip
        async with writing(self.sessions) as session:
            known = select(QuizRow.quiz_id).where(QuizRow.quiz_id == quiz_id)
            if (await session.scalars(known.with_for_update())).one_or_none() is not None:
                await upsert(session, QuizPollRow, values, key=("quiz_id", "number"))

    async def polls(self, quiz_id: str) -> list[AskedPoll]:
        """See ``QuizStore.polls``."""
        query = select(QuizPollRow).where(QuizPollRow.quiz_id == quiz_id)
        async with reading(self.sessions) as session:
            rows = await session.scalars(query.order_by(QuizPollRow.number))
            return [
                AskedPoll(
                    number=row.number, poll_id=row.poll_id, message_id=row.message_id,
                    right=row.right_option, asked_at=row.asked_at,
                )
                for row in rows
            ]  # fmt: skip

    async def answered(self, choice: PollChoice) -> None:
        """See ``QuizStore.answered``."""
        values = {
            "poll_id": choice.poll_id, "user_id": choice.user_id, "option": choice.option,
            "name": choice.name[:_LONGEST_NAME], "answered_at": choice.answered_at,
        }  # fmt: skip
        async with writing(self.sessions) as session:
            await upsert(session, QuizAnswerRow, values, key=("poll_id", "user_id"))

    async def answers_to(self, poll_id: str) -> int:
        """See ``QuizStore.answers_to``."""
        query = select(func.count()).where(QuizAnswerRow.poll_id == poll_id)
        async with reading(self.sessions) as session:
            return int((await session.execute(query)).scalar_one())

    async def stop(self, quiz_id: str) -> bool:
        """See ``QuizStore.stop``."""
        running = (QuizRow.quiz_id == quiz_id, QuizRow.state == QuizState.RUNNING.value)
        statement = update(QuizRow).where(*running).values(state=QuizState.STOPPING.value)
        async with writing(self.sessions) as session:
            done = await session.execute(statement.returning(QuizRow.quiz_id))
            return done.first() is not None

    async def finish(self, quiz_id: str) -> None:
        """See ``QuizStore.finish``."""
        await self._change(quiz_id, state=QuizState.DONE.value, running_in=None, questions="")

    async def scores(self, quiz_id: str) -> list[Score]:
        """See ``QuizStore.scores``."""
        return await self._sum(_summed().where(QuizPollRow.quiz_id == quiz_id))

    async def top(self, chat_id: int, since: datetime, *, limit: int) -> list[Score]:
        """See ``QuizStore.top``."""
        query = (
            _summed()
            .join(QuizRow, QuizRow.quiz_id == QuizPollRow.quiz_id)
            .where(QuizRow.chat_id == chat_id, QuizAnswerRow.answered_at >= since)
        )
        return await self._sum(query.limit(limit))

    async def purge(self, before: datetime) -> int:
        """See ``QuizStore.purge``."""
        old = (QuizRow.started_at < before, QuizRow.running_in.is_(None))
        answers = await self._delete_answers(QuizAnswerRow.answered_at < before)
        async with writing(self.sessions) as session:
            gone = await session.execute(delete(QuizRow).where(*old).returning(QuizRow.quiz_id))
            return answers + len(gone.all())

    async def export(self, user_id: int) -> Exported:
        """Give a person's answers and the quizzes that they began."""
        answers = (
            select(QuizAnswerRow, QuizPollRow.right_option, QuizRow.chat_id)
            .join(QuizPollRow, QuizPollRow.poll_id == QuizAnswerRow.poll_id, isouter=True)
            .join(QuizRow, QuizRow.quiz_id == QuizPollRow.quiz_id, isouter=True)
            .where(QuizAnswerRow.user_id == user_id)
            .order_by(QuizAnswerRow.answered_at)
        )
        begun = select(QuizRow).where(QuizRow.user_id == user_id)
        async with reading(self.sessions) as session:
            chosen = (await session.execute(answers)).tuples().all()
            quizzes = list(
                await session.scalars(begun.order_by(QuizRow.started_at, QuizRow.chat_id))
            )
        exported: dict[str, object] = {}
        if chosen:
            exported["answers"] = [
                {
                    "chat_id": chat_id, "name": row.name, "option": row.option,
                    "right": row.option == right, "answered_at": row.answered_at.isoformat(),
                }
                for row, right, chat_id in chosen
            ]  # fmt: skip
        if quizzes:
            exported["begun"] = [
                {"chat_id": row.chat_id, "started_at": row.started_at.isoformat()}
                for row in quizzes
            ]
        return exported

    async def erase(self, user_id: int) -> dict[str, int]:
        """Erase a person's answers and private quizzes; those of groups forget who began them."""
        answers = await self._delete_answers(QuizAnswerRow.user_id == user_id)
        private = delete(QuizRow).where(QuizRow.chat_id == user_id).returning(QuizRow.quiz_id)
        others = (
            update(QuizRow)
            .where(QuizRow.user_id == user_id)
            .values(user_id=0, state=_stopping())
            .returning(QuizRow.quiz_id)
        )
        async with writing(self.sessions) as session:
            gone = len((await session.execute(private)).all())
            gone += len((await session.execute(others)).all())
        return {"quiz_answers": answers, "quizzes": gone}

    async def _change(self, quiz_id: str, **values: object) -> None:
        statement = update(QuizRow).where(QuizRow.quiz_id == quiz_id).values(**values)
        async with writing(self.sessions) as session:
            await session.execute(statement)

    async def _delete_answers(self, where: ColumnElement[bool]) -> int:
        statement = delete(QuizAnswerRow).where(where).returning(QuizAnswerRow.poll_id)
        async with writing(self.sessions) as session:
            return len((await session.execute(statement)).all())

    async def _sum(self, query: Select[tuple[int, str, Any, int]]) -> list[Score]:
        async with reading(self.sessions) as session:
            rows = (await session.execute(query)).tuples().all()
        return [
            Score(user_id=user_id, name=name, right=int(right), answered=answered)
            for user_id, name, right, answered in rows
        ]


def _stopping() -> ColumnElement[str]:
    running = QuizRow.state == QuizState.RUNNING.value
    return case((running, QuizState.STOPPING.value), else_=QuizRow.state)


def _summed() -> Select[tuple[int, str, Any, int]]:
    """Sum up answers by person, best first; of two as often right the one who erred less."""
    right = func.sum(case((QuizAnswerRow.option == QuizPollRow.right_option, 1), else_=0))
    answered, name = func.count(), func.max(QuizAnswerRow.name)
    return (
        select(QuizAnswerRow.user_id, name, right, answered)
        .join(QuizPollRow, QuizPollRow.poll_id == QuizAnswerRow.poll_id)
        .group_by(QuizAnswerRow.user_id)
        .order_by(right.desc(), answered, name, QuizAnswerRow.user_id)
    )


def _quiz(row: QuizRow) -> Quiz:
    questions = row.questions
    return Quiz(
        quiz_id=row.quiz_id, chat_id=row.chat_id, thread_id=row.thread_id, user_id=row.user_id,
        private=row.private, language=row.language, wanted=row.wanted,
        state=QuizState(row.state), started_at=row.started_at,
        questions=msgspec.json.decode(questions, type=tuple[QuizQuestion, ...])
        if questions else None,
    )  # fmt: skip
