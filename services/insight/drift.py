"""Are this week's questions still those that the answers were tuned for?

A two-sample classifier: if something learns to tell new questions from old ones on properties
that say nothing of who asked, they have changed, and what it learned from says how. Source of the
method: Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", 2017.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.insight.models import AnsweredQuestion, Drift, MovedFeature
from services.insight.ports import TwoSampleClassifier
from services.knowledge.ports import Lemmatizer

FEWEST: Final = 50
"""Questions on each side; with fewer, chance looks like change."""
WORDS: Final = 30
"""Most frequent words of both stretches whose presence is looked at."""
ALARMING_AUC: Final = 0.6
ALARMING_P: Final = 0.01
NAMED: Final = 5

_PLAIN: Final = ("words", "follow-ups", "russian", "english", "at-night", "unanswered", "nearest")


async def measure_drift(
    before: Sequence[AnsweredQuestion],
    now: Sequence[AnsweredQuestion],
    lemmatizer: Lemmatizer,
    classifier: TwoSampleClassifier,
) -> Drift | None:
    """Compare two stretches of questions.

    Returns:
        None when there are too few questions to tell.

    Raises:
        UnavailableError: The classifier cannot be run now.
    """
    if min(len(before), len(now)) < FEWEST:
        return None
    names, values = await asyncio.to_thread(_table, (*before, *now), lemmatizer)
    old, new = values[: len(before)], values[len(before) :]
    auc, p_value, columns = await classifier.compare(old, new)
    moved = [_moved(names[column], old[:, column], new[:, column]) for column in columns]
    return Drift(
        auc=auc, p_value=p_value, before=len(before), now=len(now), moved=tuple(moved[:NAMED])
    )


def _table(
    rows: Sequence[AnsweredQuestion], lemmatizer: Lemmatizer
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Give the features of each question, and their names."""
    lemmas = [set(lemmatizer.content_lemmas(row.question)) for row in rows]
    # Sorted first, so that words of equal count stand in the same order in every process.
    counts = Counter(lemma for own in lemmas for lemma in sorted(own))
    words = [word for word, _ in counts.most_common(WORDS)]
    values = [_features(row, own, words) for row, own in zip(rows, lemmas, strict=True)]
    return (*_PLAIN, *(f"word:{word}" for word in words)), np.array(values)


def alarming(drift: Drift) -> bool:
    """Tell whether somebody should look."""
    return drift.auc >= ALARMING_AUC and drift.p_value <= ALARMING_P


def _features(row: AnsweredQuestion, lemmas: set[str], words: Sequence[str]) -> list[float]:
    facts = row.facts
    return [
        float(len(row.question.split())),
        float(facts.follows),
        float(facts.language == "ru"),
        float(facts.language == "en"),
        float(facts.answered_at.hour < 6),  # noqa: PLR2004  the night, in UTC
        float(facts.abstained),
        facts.nearest if facts.nearest is not None else 0.0,
        *(float(word in lemmas) for word in words),
    ]


def _moved(name: str, old: NDArray[np.float64], new: NDArray[np.float64]) -> MovedFeature:
    return MovedFeature(name=name, before=float(old.mean()), now=float(new.mean()))
