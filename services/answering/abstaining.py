"""Is there support for an answer at all? A calibrated threshold on signals that compare.

How it was calibrated, and what it refuses and keeps, is in ``docs/decisions``; the weights are a
logistic regression on questions with and without their paragraph in the library.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.answering.evidence import SentenceView
from services.answering.languages import language_of
from services.answering.models import RankedPassage

FEWEST_TO_STAND_OUT: Final = 10
"""Candidates below which "stands out from the others" says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known about the support for an answer, on scales that any library shares.

    Attributes:
        cosine: Of the query and the nearest sentence of the evidence; None without vectors.
        lead: How far that is above the mean of the candidates' nearest sentences; None without
            vectors or with too few candidates to stand out from.
        passage_lead: How far the nearest whole passage is above the mean of the candidates; None
            where ``lead`` is.
        coverage: Share of the query's words, the rare ones counting more, in the best passage.
        same_language: The best passage is written in the language of the query.
    """

    cosine: float | None
    lead: float | None
    coverage: float
    same_language: bool
    passage_lead: float | None = None


@dataclass(frozen=True, slots=True)
class _Weights:
    """A logistic regression; above 0 the evidence is taken to answer."""

    bias: float
    cosine: float = 0.0
    lead: float = 0.0
    coverage: float = 0.0
    passage_lead: float = 0.0

    def margin(self, signals: Signals) -> float:
        return (
            self.bias
            + self.cosine * (signals.cosine or 0.0)
            + self.lead * (signals.lead or 0.0)
            + self.coverage * signals.coverage
            + self.passage_lead * (signals.passage_lead or 0.0)
        )


# Fitted where all signals exist (`python -m benchmarks._calibrating DATA` fits them anew), where
# passages have no vectors of their own, where too few candidates stand beside the best, where words
# cannot be shared across languages, and where nothing is embedded yet. The first bias leaves every
# set that it was chosen on refused in four cases of five, with a little room.
_FULL: Final = _Weights(bias=-21.79, cosine=21.39, lead=5.0, coverage=4.16, passage_lead=24.63)
_SENTENCES: Final = _Weights(bias=-17.28, cosine=14.03, lead=44.31, coverage=7.12)
_FEW: Final = _Weights(bias=-33.75, cosine=35.52, coverage=7.85)
_ACROSS: Final = _Weights(bias=-3.45, lead=80.0, coverage=2.0)
_LEXICAL: Final = _Weights(bias=-4.2, coverage=9.79)


def margin(signals: Signals) -> float:
    """Measure how surely the evidence answers, in log-odds above the threshold."""
    if signals.cosine is None:
        return _LEXICAL.margin(signals)
    if signals.lead is None:
        return _FEW.margin(signals)
    if not signals.same_language:
        return _ACROSS.margin(signals)
    return (_SENTENCES if signals.passage_lead is None else _FULL).margin(signals)


def answerable(signals: Signals) -> bool:
    """Tell whether the evidence supports an answer."""
    return margin(signals) > 0


def signals(
    query: str,
    lemmas: Sequence[str],
    candidates: Sequence[RankedPassage],
    sentences: Sequence[SentenceView],
    vector: NDArray[np.float32] | None,
) -> Signals:
    """Measure the support that the candidates give.

    Args:
        query: Standing alone.
        lemmas: Its content lemmas.
        candidates: Reranked, best first.
        sentences: Of the evidence, the first five of them.
        vector: Of the query.
    """
    held = [set(ranked.passage.lemmas.split()) for ranked in candidates]
    evidence = held[: max((sentence.n for sentence in sentences), default=0)]
    weights = rarity(lemmas, held)
    cosine = max((s.cosine for s in sentences if s.cosine is not None), default=None)
    best = candidates[0].passage.text if candidates else ""
    return Signals(
        cosine=cosine,
        lead=None if cosine is None else _lead(cosine, candidates, vector),
        coverage=max((coverage(lemmas, words, weights) for words in evidence), default=0.0),
        same_language=language_of(query, "") == language_of(best, ""),
        passage_lead=_passage_lead(candidates, vector),
    )


def _passage_lead(
    candidates: Sequence[RankedPassage], vector: NDArray[np.float32] | None
) -> float | None:
    passages = [ranked.passage.vector for ranked in candidates]
    known = [passage for passage in passages if passage is not None]
    if vector is None or len(known) < FEWEST_TO_STAND_OUT:
        return None
    cosines = np.asarray(known, dtype=np.float32) @ vector
    return float(cosines.max() - cosines.mean())


def _lead(
    cosine: float, candidates: Sequence[RankedPassage], vector: NDArray[np.float32] | None
) -> float | None:
    nearest = [
        float((ranked.passage.sentence_vectors @ vector).max())
        for ranked in candidates
        if vector is not None
        and ranked.passage.sentence_vectors is not None
        and len(ranked.passage.sentence_vectors)
    ]
    if len(nearest) < FEWEST_TO_STAND_OUT:
        return None
    return cosine - sum(nearest) / len(nearest)


def coverage(lemmas: Collection[str], held: Collection[str], weights: dict[str, float]) -> float:
    """Share of the lemmas' weight that a text holds, 0 to 1."""
    total = sum(weights[lemma] for lemma in set(lemmas))
    if not total:
        return 0.0
    return sum(weights[lemma] for lemma in set(lemmas) if lemma in held) / total


def rarity(lemmas: Collection[str], passages: Sequence[Collection[str]]) -> dict[str, float]:
    """Weigh lemmas by how few of the candidate passages hold them.

    The 20 candidates stand for the library: their number is the same for every library, so the
    weights compare, and a word that none of them has weighs most.
    """
    total = len(passages)
    return {
        lemma: math.log(1 + (total + 0.5) / (sum(lemma in held for held in passages) + 0.5))
        for lemma in set(lemmas)
    }
