"""Which sentences an answer is made of, where its kind says more than their scores."""

from collections.abc import Collection, Sequence
from typing import Final

from services.answering.evidence import SentenceView
from services.answering.models import RankedPassage
from services.answering.numbers import numbers
from services.answering.preferring import wants_number

FACT_SHARE: Final = 0.6
"""Beside the fact that was asked for, a sentence must be nearly as good as it."""
NUMBER_SHARE: Final = 0.8
"""Beside a number: two numbers on different things confuse more than two sentences."""
DROPPED: Final = 0.0
"""A score that no composer takes up beside a positive best one."""


def keep_only(chosen: Sequence[int], scores: Sequence[float]) -> list[float]:
    """Score the chosen sentences as the best, in falling order, and drop all others."""
    top = max(scores, default=0.0) + len(chosen) + 1.0
    places = {sentence: place for place, sentence in reversed(list(enumerate(chosen)))}
    step = 1.0 / (len(chosen) + 1)
    return [top - step * places[i] if i in places else DROPPED for i in range(len(scores))]


def keep_steps(
    steps: Collection[int],
    evidence: Sequence[RankedPassage],
    sentences: Sequence[SentenceView],
    scores: Sequence[float],
) -> list[float]:
    """Score every step as the best sentence; what other documents do comes not beside them."""
    if not steps:
        return list(scores)
    top = max(scores)
    document = _document(evidence, sentences[min(steps)])
    return [
        top if i in steps else score if _document(evidence, sentences[i]) == document else DROPPED
        for i, score in enumerate(scores)
    ]


def drop_filling(
    question: str, sentences: Sequence[SentenceView], scores: Sequence[float]
) -> list[float]:
    """Keep beside the fact that was asked for only what is nearly as good.

    Beside a number that "сколько" asks for, that is another number.
    """
    if not scores:
        return []
    best = max(range(len(scores)), key=scores.__getitem__)
    numeric = wants_number(question) and bool(numbers(sentences[best].text))
    floor = (NUMBER_SHARE if numeric else FACT_SHARE) * scores[best]
    kept = [s >= floor and (not numeric or bool(numbers(sentences[i].text)))
            for i, s in enumerate(scores)]  # fmt: skip
    return [s if keep else min(s, DROPPED) for s, keep in zip(scores, kept, strict=True)]


def _document(evidence: Sequence[RankedPassage], sentence: SentenceView) -> str:
    return evidence[sentence.n - 1].passage.sources[0].source
