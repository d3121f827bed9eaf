"""Is there support for an answer at all? A calibrated threshold on features that compare."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.answering.evidence import SentenceView


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known about the support for an answer, on scales that any library shares.

    Attributes:
        sentence_cosine: Of the query and the nearest sentence; None without vectors.
        passage_coverage: Weighted share of the query's lemmas in the best passage, 0 to 1.
        sentence_coverage: The same in the best sentence with its neighbours.
    """

    sentence_cosine: float | None
    passage_coverage: float
    sentence_coverage: float


def coverage(lemmas: Collection[str], held: Collection[str], weights: dict[str, float]) -> float:
    """Share of the lemmas' weight that a text holds."""
    total = sum(weights[lemma] for lemma in set(lemmas))
    if not total:
        return 0.0
    return sum(weights[lemma] for lemma in set(lemmas) if lemma in held) / total


def rarity(lemmas: Collection[str], passages: Sequence[Collection[str]]) -> dict[str, float]:
    """Weigh lemmas by how few of the candidate passages hold them."""
    total = len(passages)
    return {
        lemma: math.log(1 + (total + 0.5) / (sum(lemma in held for held in passages) + 0.5))
        for lemma in set(lemmas)
    }


def signals(lemmas: Sequence[str], sentences: Sequence[SentenceView]) -> Signals:
    """Measure the support of the evidence's sentences."""
    by_passage: dict[int, set[str]] = {}
    for sentence in sentences:
        by_passage.setdefault(sentence.n, set()).update(sentence.lemmas)
    weights = rarity(lemmas, list(by_passage.values()))
    cosines = [s.cosine for s in sentences if s.cosine is not None]
    return Signals(
        sentence_cosine=max(cosines, default=None),
        passage_coverage=max(
            (coverage(lemmas, held, weights) for held in by_passage.values()), default=0.0
        ),
        sentence_coverage=max(
            (coverage(lemmas, s.lemmas, weights) for s in sentences), default=0.0
        ),
    )


def answerable(signals: Signals) -> bool:
    """Tell whether the evidence supports an answer at all."""
    return signals.passage_coverage > 0
