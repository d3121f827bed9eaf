from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.insight.models import AnsweredQuestion, AnswerFacts, Drift, QualityReport


class AnswerJournal(Protocol):
    """What is kept of answers; a person's go with their questions."""

    async def note(self, facts: AnswerFacts) -> None:
        """Keep the facts of an answer; later ones of the same request replace them."""
        ...

    async def between(self, first: datetime, end: datetime) -> list[AnsweredQuestion]:
        """Give the answers of a stretch of time, oldest first, ``end`` not included."""
        ...

    async def claim(self, kind: str, period: str, at: datetime) -> bool:
        """Take a report upon oneself; True for exactly one caller."""
        ...


class TwoSampleClassifier(Protocol):
    """Tells two samples apart, if they can be."""

    async def compare(
        self, before: NDArray[np.float64], now: NDArray[np.float64]
    ) -> tuple[float, float, list[int]]:
        """Fit, and judge on what was not fitted on.

        Args:
            before: Shape (n, d).
            now: Shape (m, d).

        Returns:
            Area under the ROC curve, p-value, and the columns that tell, strongest first.

        Raises:
            UnavailableError: It cannot be found out now.
        """
        ...


class ReportReaders(Protocol):
    """Whoever is to read reports: the owner and the admins."""

    async def quality(self, report: QualityReport, *, first: datetime, end: datetime) -> bool:
        """Send a report; tell whether somebody got it."""
        ...

    async def drift(self, drift: Drift) -> bool:
        """Warn that questions are not what they were; tell whether somebody got it."""
        ...
