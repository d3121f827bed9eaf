"""How a stretch of time went: what had no answer, whose answers were no good."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from services.answering.models import Decision
from services.insight.models import (
    AnsweredQuestion,
    DoubtfulSource,
    QualityReport,
    Topic,
)
from services.knowledge.ports import Lemmatizer

TOPICS: Final = 5
SOURCES: Final = 5
EXAMPLE: Final = 100
FEWEST_COMPLAINTS: Final = 2
"""One person's bad day says nothing of a source."""
_SEARCHED: Final = frozenset({Decision.SOURCES.value, Decision.WEB.value})


def quality_report(rows: Sequence[AnsweredQuestion], lemmatizer: Lemmatizer) -> QualityReport:
    """Sum up the answers of a stretch of time.

    Example questions are shortened; of small talk only the people count.
    """
    asked = [row for row in rows if row.facts.decision in _SEARCHED]
    bad = [row for row in asked if row.verdict < 0]
    return QualityReport(
        people=len({row.user_id for row in rows}),
        questions=len(asked),
        abstained=sum(row.facts.abstained and not row.facts.asked_back for row in asked),
        asked_back=sum(row.facts.asked_back for row in asked),
        cited=sum(bool(row.facts.cited) for row in asked),
        good=sum(row.verdict > 0 for row in asked),
        bad=len(bad),
        complaints=Counter(row.complaint for row in bad if row.complaint is not None),
        unanswered=_topics([row for row in asked if row.facts.abstained], lemmatizer),
        doubtful=_doubtful(asked),
    )


def _topics(rows: Sequence[AnsweredQuestion], lemmatizer: Lemmatizer) -> tuple[Topic, ...]:
    """Group by the word that most of the questions share, again and again."""
    left = [(row.question, set(lemmatizer.content_lemmas(row.question))) for row in rows]
    found: list[Topic] = []
    while left and len(found) < TOPICS:
        counts = Counter(lemma for _, lemmas in left for lemma in sorted(lemmas))
        if not counts:
            break
        name = max(counts, key=lambda lemma: (counts[lemma], len(lemma), lemma))
        group = [question for question, lemmas in left if name in lemmas]
        left = [(question, lemmas) for question, lemmas in left if name not in lemmas]
        found.append(Topic(name=name, questions=len(group), example=_shortened(group[0])))
    return tuple(found)


def _doubtful(asked: Sequence[AnsweredQuestion]) -> tuple[DoubtfulSource, ...]:
    cited = Counter(title for row in asked for title in row.facts.cited)
    bad = Counter(title for row in asked if row.verdict < 0 for title in row.facts.cited)
    order = sorted(bad, key=lambda title: (-bad[title], cited[title], title))
    return tuple(
        DoubtfulSource(title=title, bad=bad[title], cited=cited[title])
        for title in order
        if title and bad[title] >= FEWEST_COMPLAINTS
    )[:SOURCES]


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXAMPLE else line[: EXAMPLE - 1].rstrip() + "…"
