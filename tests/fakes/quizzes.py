from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.insight.quiz_models import (
    AskedPoll,
    PollChoice,
    Quiz,
    QuizQuestion,
    QuizState,
    Score,
)


@dataclass
class FakeQuizStore:
    """``QuizStore`` in memory; a test says in ``counts`` how many have answered a poll."""

    quizzes: dict[str, Quiz] = field(default_factory=dict)
    sent: dict[str, list[AskedPoll]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    async def begin(self, quiz: Quiz) -> bool:
        if await self.running_in(quiz.chat_id) is not None:
            return False
        self.quizzes[quiz.quiz_id] = quiz
        return True

    async def count(self, chat_id: int, since: datetime) -> int:
        return sum(
            one.chat_id == chat_id and one.started_at >= since for one in self.quizzes.values()
        )

    async def find(self, quiz_id: str) -> Quiz | None:
        return self.quizzes.get(quiz_id)

    async def running_in(self, chat_id: int) -> Quiz | None:
        running = [self.quizzes[one] for one in await self.unfinished()]
        return next((one for one in running if one.chat_id == chat_id), None)

    async def unfinished(self) -> list[str]:
        return [id_ for id_, one in self.quizzes.items() if one.state is not QuizState.DONE]

    async def prepared(self, quiz_id: str, questions: Sequence[QuizQuestion]) -> None:
        self.quizzes[quiz_id] = replace(self.quizzes[quiz_id], questions=tuple(questions))

    async def asked(self, quiz_id: str, poll: AskedPoll) -> None:
        self.sent.setdefault(quiz_id, []).append(poll)

    async def polls(self, quiz_id: str) -> list[AskedPoll]:
        return list(self.sent.get(quiz_id, ()))

    async def answered(self, choice: PollChoice) -> None:
        self.counts[choice.poll_id] = self.counts.get(choice.poll_id, 0) + 1

    async def answers_to(self, poll_id: str) -> int:
        return self.counts.get(poll_id, 0)

    async def stop(self, quiz_id: str) -> bool:
        was_running = self.quizzes[quiz_id].state is QuizState.RUNNING
        if was_running:
            self.quizzes[quiz_id] = replace(self.quizzes[quiz_id], state=QuizState.STOPPING)
        return was_running

    async def finish(self, quiz_id: str) -> None:
        self.quizzes[quiz_id] = replace(self.quizzes[quiz_id], state=QuizState.DONE, questions=None)

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        for quiz_id, quiz in self.quizzes.items():
            if quiz.chat_id == chat_id:
                self.quizzes[quiz_id] = replace(quiz, chat_id=new_chat_id)

    async def scores(self, quiz_id: str) -> list[Score]:
        return []

    async def top(self, chat_id: int, since: datetime, *, limit: int) -> list[Score]:
        return []

    async def purge(self, before: datetime) -> int:
        return 0
