"""Twenty candidates to five pieces of evidence."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.answering.fusion import best_first
from services.answering.models import RankedPassage
from services.answering.retrieval import Candidate, relevance

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
    scores = relevance(candidates, vector)
    return [
        RankedPassage(passage=candidates[i].passage, score=float(scores[i]))
        for i in best_first(scores)
    ]
