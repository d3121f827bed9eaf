from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.insight_tables import AnswerFactsRow, InsightReportRow
from services.adapters.sql.requests_tables import FeedbackRow, RequestRow
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.insight.models import AnsweredQuestion, AnswerFacts, Complaint

_FACTS = (
    "answered_at", "decision", "language", "abstained", "asked_back", "follows", "cited", "nearest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SqlAnswerJournal:
    """``AnswerJournal`` over ``answer_facts``, beside ``requests`` and ``feedback``."""

    sessions: Sessions

    async def note(self, facts: AnswerFacts) -> None:
        """See ``AnswerJournal.note``; of a request that is gone meanwhile nothing is kept."""
        values = {name: getattr(facts, name) for name in _FACTS} | {
            "request_id": facts.request_id,
            "cited": msgspec.json.encode(facts.cited).decode(),
        }
        async with writing(self.sessions) as session:
            asked = select(RequestRow.request_id).where(RequestRow.request_id == facts.request_id)
            if (await session.scalars(asked.with_for_update())).one_or_none() is not None:
                await upsert(session, AnswerFactsRow, values, key=("request_id",), update=_FACTS)

    async def between(self, first: datetime, end: datetime) -> list[AnsweredQuestion]:
        """See ``AnswerJournal.between``."""
        query = (
            select(
                AnswerFactsRow,
                RequestRow.user_id,
                RequestRow.question,
                FeedbackRow.verdict,
                FeedbackRow.reason,
            )
            .join(RequestRow, RequestRow.request_id == AnswerFactsRow.request_id)
            .join(FeedbackRow, FeedbackRow.request_id == AnswerFactsRow.request_id, isouter=True)
            .where(AnswerFactsRow.answered_at >= first, AnswerFactsRow.answered_at < end)
            .order_by(AnswerFactsRow.answered_at, AnswerFactsRow.request_id)
        )
        async with reading(self.sessions) as session:
            rows = (await session.execute(query)).tuples().all()
        return [
            AnsweredQuestion(
                facts=_facts(facts), user_id=user_id, question=question,
                verdict=verdict or 0, complaint=_complaint(reason),
            )
            for facts, user_id, question, verdict, reason in rows
        ]  # fmt: skip

    async def claim(self, kind: str, period: str, at: datetime) -> bool:
        """See ``AnswerJournal.claim``."""
        values = {"kind": kind, "period": period, "sent_at": at}
        async with writing(self.sessions) as session:
            return await upsert(session, InsightReportRow, values, key=("kind", "period"))


def _facts(row: AnswerFactsRow) -> AnswerFacts:
    return AnswerFacts(
        request_id=row.request_id,
        answered_at=row.answered_at,
        decision=row.decision,
        language=row.language,
        abstained=row.abstained,
        asked_back=row.asked_back,
        follows=row.follows,
        cited=msgspec.json.decode(row.cited, type=tuple[str, ...]),
        nearest=row.nearest,
    )


def _complaint(reason: str | None) -> Complaint | None:
    try:
        return Complaint(reason) if reason else None
    except ValueError:
        # Written by a later version.
        return None
