from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.insight.quiz_models import AskedPoll, PollChoice, Quiz, QuizQuestion, Score
from services.knowledge.models import LibraryId, PassageId


class QuizStore(Protocol):
    """Quizzes, their polls and the answers."""

    async def begin(self, quiz: Quiz) -> bool:
        """Keep a new quiz; False, and nothing is kept, when one runs in its chat."""
        ...

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """Let quizzes and their scores follow a group that became a supergroup."""
        ...

    async def count(self, chat_id: int, since: datetime) -> int:
        """Count the quizzes begun in a chat since a moment."""
        ...

    async def find(self, quiz_id: str) -> Quiz | None:
        """Read a quiz; None when there is none."""
        ...

    async def running_in(self, chat_id: int) -> Quiz | None:
        """Find the quiz that runs in a chat."""
        ...

    async def unfinished(self) -> list[str]:
        """List the ids of the quizzes that are not done, oldest first."""
        ...

    async def prepared(self, quiz_id: str, questions: Sequence[QuizQuestion]) -> None:
        """Keep the questions that will be asked."""
        ...

    async def asked(self, quiz_id: str, poll: AskedPoll) -> None:
        """Put down that a question was sent."""
        ...

    async def polls(self, quiz_id: str) -> list[AskedPoll]:
        """List what was asked, in order."""
        ...

    async def answered(self, choice: PollChoice) -> None:
        """Keep a choice; the first one of a person stands."""
        ...

    async def answers_to(self, poll_id: str) -> int:
        """Count who has answered."""
        ...

    async def stop(self, quiz_id: str) -> bool:
        """Let a running quiz end; False when it was not running."""
        ...

    async def finish(self, quiz_id: str) -> None:
        """End a quiz for good and drop its questions."""
        ...

    async def scores(self, quiz_id: str) -> list[Score]:
        """Sum up a quiz, best first."""
        ...

    async def top(self, chat_id: int, since: datetime, *, limit: int) -> list[Score]:
        """Sum up the quizzes of a chat since a moment, best first."""
        ...

    async def purge(self, before: datetime) -> int:
        """Erase what was begun or answered before a moment; tell how many rows."""
        ...


class PassageSample(Protocol):
    """Some passages of a library."""

    async def sample(self, library_id: LibraryId, *, limit: int, seed: int) -> list[PassageId]:
        """Choose indexed passages from all over a library; fast however large it is."""
        ...


class QuizView(Protocol):
    """The quiz as people see it."""

    async def announce(self, quiz: Quiz, *, count: int, seconds: int) -> None:
        """Say that it begins."""
        ...

    async def audience(self, quiz: Quiz) -> int:
        """Count the people who may answer; other bots of a group count as people.

        Raises:
            NotFoundError: The chat is closed to the bot.
            UnavailableError: Telegram does not answer.
        """
        ...

    async def ask(
        self, quiz: Quiz, question: QuizQuestion, *, number: int, count: int, seconds: int
    ) -> tuple[str, int]:
        """Send a question that closes by itself; give the ids of its poll and its message.

        Raises:
            NotFoundError: The chat takes no polls from the bot.
            UnavailableError: Telegram does not answer.
        """
        ...

    async def close(self, quiz: Quiz, poll: AskedPoll) -> None:
        """Close a poll before its time; one that is closed stays so."""
        ...

    async def tell(self, quiz: Quiz, scores: Sequence[Score], *, asked: int) -> None:
        """Show the table of the quiz."""
        ...

    async def too_few(self, quiz: Quiz) -> None:
        """Say that the libraries give no quiz yet."""
        ...
