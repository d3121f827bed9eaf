"""When a report is due, and that it is sent once, whichever replica is up."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

import structlog

from services.clock import Clock
from services.insight.drift import alarming, measure_drift
from services.insight.models import Drift, QualityReport
from services.insight.ports import AnswerJournal, ReportReaders, TwoSampleClassifier
from services.insight.quality import quality_report
from services.knowledge.ports import Lemmatizer

log = structlog.get_logger(__name__)

WEEK: Final = timedelta(days=7)
BEFORE: Final = 4 * WEEK
"""How far back the questions go that a week is compared with."""
STILL_NEWS: Final = timedelta(days=3)
"""A bot that was down on Monday sends the report later, but not at the end of the week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """Looks at the week that has ended."""

    journal: AnswerJournal
    readers: ReportReaders
    classifier: TwoSampleClassifier
    lemmatizer: Lemmatizer
    clock: Clock

    async def last_week(self) -> tuple[QualityReport, datetime, datetime]:
        """Sum up the last seven days, for whoever asks now."""
        end = self.clock.now()
        return await self._quality(end - WEEK, end), end - WEEK, end

    async def send_due(self) -> None:
        """Send what is due and nobody has sent: the week's report, and a warning of drift.

        A week in which nobody asked anything is no news.

        Raises:
            UnavailableError: SQL is down; call again later.
        """
        end = monday(self.clock.now())
        if self.clock.now() - end > STILL_NEWS:
            return
        period = end.date().isoformat()
        report = await self._quality(end - WEEK, end)
        if report.questions and await self.journal.claim("quality", period, self.clock.now()):
            sent = await self.readers.quality(report, first=end - WEEK, end=end)
            log.info("quality_report", sent=sent, questions=report.questions)
        drift = await self.drift(end)
        if (
            drift is not None
            and alarming(drift)
            and await self.journal.claim("drift", period, self.clock.now())
        ):
            await self.readers.drift(drift)

    async def drift(self, end: datetime) -> Drift | None:
        """Compare the week before ``end`` with the weeks before it; None: too few questions."""
        before = await self.journal.between(end - WEEK - BEFORE, end - WEEK)
        now = await self.journal.between(end - WEEK, end)
        return await measure_drift(before, now, self.lemmatizer, self.classifier)

    async def _quality(self, first: datetime, end: datetime) -> QualityReport:
        rows = await self.journal.between(first, end)
        return await asyncio.to_thread(quality_report, rows, self.lemmatizer)


def monday(now: datetime) -> datetime:
    """Give the beginning of the week, in UTC."""
    day = now.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)
