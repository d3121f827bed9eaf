"""Sentences of the evidence with their relevance: what an answer is made of and checked against."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.answering.fusion import z_sum
from services.answering.models import RankedPassage
from services.inference.models import EvidencePassage, EvidenceSentence
from services.knowledge.models import StoredPassage
from services.knowledge.ports import Lemmatizer

LEXICAL_WEIGHT: Final = 0.7
RANK_WEIGHT: Final = 0.7
K1: Final = 1.2
B: Final = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceView:
    """One sentence of the evidence with what the rankers know of it.

    Attributes:
        n: Citation number of its passage, from 1.
        lemmas: Content lemmas.
        cosine: With the query; None without a vector.
        heading: What stands between the sentence before and this one, such as a heading.
    """

    n: int
    text: str
    new_line: bool
    heading: str
    lemmas: tuple[str, ...]
    cosine: float | None
    passage_score: float


def views(
    evidence: Sequence[RankedPassage],
    vector: NDArray[np.float32] | None,
    lemmatizer: Lemmatizer,
) -> list[SentenceView]:
    """Look at every sentence of the evidence; pure CPU work, tens of milliseconds."""
    return [
        view
        for n, ranked in enumerate(evidence, start=1)
        for view in _passage_views(n, ranked, vector, lemmatizer)
    ]


def _passage_views(
    n: int,
    ranked: RankedPassage,
    vector: NDArray[np.float32] | None,
    lemmatizer: Lemmatizer,
) -> Iterator[SentenceView]:
    passage = ranked.passage
    cosines = _cosines(passage, vector)
    for position, (start, end) in enumerate(passage.sentences):
        text = passage.text[start:end]
        before = passage.text[passage.sentences[position - 1][1] if position else 0 : start]
        yield SentenceView(
            n=n,
            text=text,
            new_line=not position or "\n" in before,
            heading=before.strip(),
            lemmas=tuple(lemmatizer.content_lemmas(text)),
            cosine=cosines[position],
            passage_score=ranked.score,
        )


def _cosines(
    passage: StoredPassage, vector: NDArray[np.float32] | None
) -> Sequence[float] | Sequence[None]:
    if vector is None or passage.sentence_vectors is None:
        return [None] * len(passage.sentences)
    return [float(cosine) for cosine in passage.sentence_vectors @ vector]


def bm25(query: Sequence[str], texts: Sequence[Sequence[str]]) -> list[float]:
    """Score texts for a query by BM25 with the IDF of these texts.

    Source:
        Robertson and Zaragoza, 2009; k1 = 1.2, b = 0.75.
    """
    counts = [Counter(text) for text in texts]
    mean = max(1.0, sum(len(text) for text in texts) / max(1, len(texts)))
    weights = {lemma: _idf(sum(lemma in count for count in counts), len(texts)) for lemma in query}
    return [
        sum(_term(count[lemma], len(text) / mean) * weight for lemma, weight in weights.items())
        for count, text in zip(counts, texts, strict=True)
    ]


def _idf(frequency: int, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _term(frequency: int, relative_length: float) -> float:
    if not frequency:
        return 0.0
    return frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * relative_length))


def sentence_scores(
    query_lemmas: Sequence[str],
    sentences: Sequence[SentenceView],
    adjustments: Sequence[float] | None = None,
) -> list[float]:
    """Rank sentences across the evidence by cosine, BM25 over lemmas and their passage's score.

    Args:
        query_lemmas: Content lemmas of the query.
        sentences: All sentences of the evidence.
        adjustments: What the wording of the question adds to each.
    """
    lexical = bm25(query_lemmas, [sentence.lemmas for sentence in sentences])
    scores = z_sum(
        [
            (1.0, [sentence.cosine for sentence in sentences]),
            (LEXICAL_WEIGHT, lexical),
            (RANK_WEIGHT, [sentence.passage_score for sentence in sentences]),
        ]
    )
    added = adjustments if adjustments is not None else [0.0] * len(sentences)
    return [float(score) + extra for score, extra in zip(scores, added, strict=True)]


def to_evidence(
    passages: Sequence[RankedPassage], sentences: Sequence[SentenceView], scores: Sequence[float]
) -> tuple[EvidencePassage, ...]:
    """Put scored sentences into the wire form that generation backends read."""
    by_passage: dict[int, list[EvidenceSentence]] = {}
    for sentence, score in zip(sentences, scores, strict=True):
        by_passage.setdefault(sentence.n, []).append(
            EvidenceSentence(text=sentence.text, score=score, new_line=sentence.new_line)
        )
    return tuple(
        EvidencePassage(n=n, title=ranked.passage.title, sentences=tuple(by_passage.get(n, ())))
        for n, ranked in enumerate(passages, start=1)
    )
