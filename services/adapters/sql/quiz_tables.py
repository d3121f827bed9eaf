from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.adapters.sql.base import Base


class QuizRow(Base):
    """A quiz; its questions are blanked at its end."""

    __tablename__ = "quizzes"
    __table_args__ = (Index(None, "chat_id", "started_at"),)

    quiz_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    # The chat while the quiz runs, so that there is one at a time; NULL afterwards.
    running_in: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    thread_id: Mapped[int] = mapped_column(BigInteger)
    # Who started it; 0 once that person is forgotten.
    user_id: Mapped[int] = mapped_column(BigInteger)
    private: Mapped[bool]
    language: Mapped[str] = mapped_column(String(16))
    wanted: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    questions: Mapped[str] = mapped_column(Text)


class QuizPollRow(Base):
    """A question that was asked, by its poll."""

    __tablename__ = "quiz_polls"

    quiz_id: Mapped[str] = mapped_column(
        ForeignKey("quizzes.quiz_id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    poll_id: Mapped[str] = mapped_column(String(64), unique=True)
    message_id: Mapped[int] = mapped_column(BigInteger)
    right_option: Mapped[int]
    asked_at: Mapped[datetime]


class QuizAnswerRow(Base):
    """What somebody chose; it may come before its poll is put down, so nothing refers to that."""

    __tablename__ = "quiz_answers"

    poll_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True
    )
    option: Mapped[int]
    name: Mapped[str] = mapped_column(String(128))
    answered_at: Mapped[datetime] = mapped_column(index=True)
