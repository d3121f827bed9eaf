"""Twenty candidates to five pieces of evidence."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.answering.fusion import best_first, z_sum
from services.answering.models import RankedPassage
from services.answering.retrieval import Candidate

EVIDENCE: Final = 5


def rerank(
    candidates: Sequence[Candidate], vector: NDArray[np.float32] | None
) -> list[RankedPassage]:
    """Order candidates by passage cosine, best-sentence cosine and BM25 over lemmas.

    Equal weights of z-scores: measured as good as learning to rank on ten features. A ranker that
    knows nothing of a passage (no vector yet) leaves it where the others put it.

    Returns:
        All candidates, best first; callers take the first five as evidence.
    """
    scores = z_sum(
        [
            (1.0, [candidate.dense for candidate in candidates]),
            (1.0, [best_sentence(candidate, vector) for candidate in candidates]),
            (1.0, [candidate.lexical for candidate in candidates]),
        ]
    )
    return [
        RankedPassage(passage=candidates[i].passage, score=float(scores[i]))
        for i in best_first(scores)
    ]


def best_sentence(candidate: Candidate, vector: NDArray[np.float32] | None) -> float | None:
    """Cosine of the query and the nearest sentence; None without sentence vectors."""
    vectors = candidate.passage.sentence_vectors
    if vector is None or vectors is None or not len(vectors):
        return None
    return float((vectors @ vector).max())
