from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from services.adapters.sql.base import Base


class RequestRow(Base):
    """A question that the bot has accepted, until long after its answer."""

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index(None, "bot_id", "chat_id", "thread_id", "user_id", "state"),
        Index(None, "replica", "state"),
    )

    request_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    private: Mapped[bool]
    question_message_id: Mapped[int] = mapped_column(BigInteger)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    answer_length: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(index=True)

    state: Mapped[str] = mapped_column(String(16))
    replica: Mapped[str] = mapped_column(String(64))
    patient: Mapped[bool] = mapped_column(server_default=false())
    impersonal: Mapped[bool] = mapped_column(server_default=false())
    attempt: Mapped[int]
    deadline: Mapped[datetime | None]
    stop_reason: Mapped[str | None] = mapped_column(String(16))

    query: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    reply: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(16))
    delivered: Mapped[int]
    in_flight: Mapped[bool]
    possible_repeats: Mapped[int]


class FeedbackRow(Base):
    """What the person who asked thought of the answer: 1 or -1, and why."""

    __tablename__ = "feedback"

    request_id: Mapped[str] = mapped_column(
        ForeignKey("requests.request_id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    verdict: Mapped[int]
    given_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(16))
