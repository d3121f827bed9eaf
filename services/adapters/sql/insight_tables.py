from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.adapters.sql.base import Base


class AnswerFactsRow(Base):
    """What is known of an answer beside its words; goes with its request."""

    __tablename__ = "answer_facts"

    request_id: Mapped[str] = mapped_column(
        ForeignKey("requests.request_id", ondelete="CASCADE"), primary_key=True
    )
    answered_at: Mapped[datetime] = mapped_column(index=True)
    decision: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    abstained: Mapped[bool]
    asked_back: Mapped[bool]
    follows: Mapped[bool]
    cited: Mapped[str] = mapped_column(Text)
    nearest: Mapped[float | None]


class InsightReportRow(Base):
    """A report that was sent, so that no other replica sends it again."""

    __tablename__ = "insight_reports"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    period: Mapped[str] = mapped_column(String(16), primary_key=True)
    sent_at: Mapped[datetime]
