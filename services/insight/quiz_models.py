from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class QuizState(StrEnum):
    """How far a quiz is."""

    RUNNING = "running"
    STOPPING = "stopping"
    """Somebody has stopped it; the scores are still to be told."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizQuestion:
    """A question as it is asked.

    Attributes:
        library_id: What it was made of; it is asked only while the chat may read that.
        topic: Title of the passage, or empty.
        right: Place of the right option.
        sentence: What the library says.
        title: Of the source; may be empty.
        url: Opens the source, or None.
    """

    library_id: str
    text: str
    topic: str
    options: tuple[str, ...]
    right: int
    sentence: str
    title: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """A quiz of a chat.

    Attributes:
        user_id: Who started it; 0 once that person is forgotten.
        wanted: How many questions were asked for.
        questions: None until they are made.
    """

    quiz_id: str
    chat_id: int
    thread_id: int
    user_id: int
    private: bool
    language: str
    wanted: int
    state: QuizState
    started_at: datetime
    questions: tuple[QuizQuestion, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPoll:
    """A question that was sent; ``number`` counts the quiz's questions from 0."""

    number: int
    poll_id: str
    message_id: int
    right: int
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PollChoice:
    """What somebody chose.

    Attributes:
        name: As Telegram shows the person, for the table.
    """

    poll_id: str
    user_id: int
    option: int
    name: str
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A line of a table."""

    user_id: int
    name: str
    right: int
    answered: int
