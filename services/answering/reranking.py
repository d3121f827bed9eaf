"""Twenty candidates to five pieces of evidence."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from services.answering.evidence import bm25
from services.answering.fusion import Scores, best_first, z_sum
from services.answering.models import RankedPassage, SearchQuery
from services.answering.ports import Reranker
from services.answering.retrieval import Candidate, best_sentence
from services.answering.weighing import (
    PLAIN,
    RankerScores,
    RankWeights,
    RankWeightsStore,
    weighed,
)
from services.errors import ModelError, UnavailableError
from services.inference.models import CallOptions
from services.inference.ports import PairScorer
from services.knowledge.ports import Lemmatizer

log = structlog.get_logger(__name__)

EVIDENCE: Final = 5
SCORED: Final = 20
LETTERS: Final = 4
CROSS_DEADLINE_S: Final = 3.0
"""A person waits: scores that are not there by then are done without."""
LONGEST_TEXT: Final = 4000
"""Characters of a passage that a cross-encoder is sent; it reads about 512 tokens."""


def ranker_scores(
    lemmas: Sequence[str], candidates: Sequence[Candidate], vector: NDArray[np.float32] | None
) -> RankerScores:
    """Ask every ranker about the candidates; a few milliseconds for twenty."""
    texts = [list(_letters(candidate.passage.lemmas.split())) for candidate in candidates]
    return RankerScores(
        passage=[candidate.dense for candidate in candidates],
        sentence=[best_sentence(candidate, vector) for candidate in candidates],
        lexical=[candidate.lexical for candidate in candidates],
        letters=bm25(list(_letters(lemmas)), texts),
    )


def _letters(lemmas: Sequence[str]) -> Iterator[str]:
    for lemma in lemmas:
        bounded = f"_{lemma}_"
        yield from (bounded[at : at + LETTERS] for at in range(max(1, len(bounded) - LETTERS + 1)))


def rerank(
    lemmas: Sequence[str],
    candidates: Sequence[Candidate],
    vector: NDArray[np.float32] | None,
    weights: RankWeights = PLAIN,
) -> list[RankedPassage]:
    """Order candidates by passage cosine, best-sentence cosine, and BM25 over lemmas and letters.

    Equal weights of z-scores, half for the letters: measured as good as learning to rank on ten
    features. A ranker that knows nothing of a passage (no vector yet) leaves it where the others
    put it.

    Returns:
        All candidates, best first; callers take the first five as evidence.
    """
    return _ranked(candidates, weighed(ranker_scores(lemmas, candidates, vector), weights))


def _ranked(candidates: Sequence[Candidate], scores: Scores) -> list[RankedPassage]:
    return [
        RankedPassage(passage=candidates[i].passage, score=float(scores[i]))
        for i in best_first(scores)
    ]


@dataclass(frozen=True, kw_only=True)
class ScoreSumReranker:
    """Orders by what the index and the stored vectors tell; no model runs.

    Attributes:
        fitted: Weights of a library count when all candidates are its own; candidates of several
            libraries are ordered by the plain sum, in which no library has a say over another's.
    """

    lemmatizer: Lemmatizer
    fitted: RankWeightsStore | None = None

    async def rerank(
        self,
        query: SearchQuery,
        candidates: Sequence[Candidate],
        vector: NDArray[np.float32] | None,
    ) -> list[RankedPassage]:
        """See ``Reranker``."""
        weights = await self._weights(candidates)
        return await asyncio.to_thread(self._rerank, query, candidates, vector, weights)

    def _rerank(
        self,
        query: SearchQuery,
        candidates: Sequence[Candidate],
        vector: NDArray[np.float32] | None,
        weights: RankWeights,
    ) -> list[RankedPassage]:
        return rerank(self.lemmatizer.content_lemmas(query.text), candidates, vector, weights)

    async def _weights(self, candidates: Sequence[Candidate]) -> RankWeights:
        libraries = {candidate.passage.library_id for candidate in candidates}
        if self.fitted is None or len(libraries) != 1:
            return PLAIN
        return await self.fitted.weights(libraries.pop()) or PLAIN


@dataclass(frozen=True, kw_only=True)
class CrossEncoderReranker:
    """Adds what a cross-encoder thinks of each pair to the sum of the other scores.

    Both are z-scores with an equal say. A sure cross-encoder's scores are far apart, so that its
    favourite stands out by several deviations and wins; where it tells nothing apart, for example
    in a language that it never learned, the sum decides. Alone it could be no better than itself.

    Attributes:
        scorer: The cross-encoder, in the pool.
        others: Orders by the other scores, and alone when the pool does not answer in time.
        deadline_s: Seconds that a person is made to wait for it.
    """

    scorer: PairScorer
    others: Reranker
    deadline_s: float = CROSS_DEADLINE_S

    async def rerank(
        self,
        query: SearchQuery,
        candidates: Sequence[Candidate],
        vector: NDArray[np.float32] | None,
    ) -> list[RankedPassage]:
        """See ``Reranker``."""
        ranked = await self.others.rerank(query, candidates, vector)
        first, rest = ranked[:SCORED], ranked[SCORED:]
        scores = await self._scores(query.text, first)
        if scores is None:
            return ranked
        sums = z_sum([(1.0, scores), (1.0, [one.score for one in first])])
        better = [
            RankedPassage(passage=first[i].passage, score=float(sums[i])) for i in best_first(sums)
        ]
        return [*better, *rest]

    async def _scores(
        self, query: str, passages: Sequence[RankedPassage]
    ) -> tuple[float, ...] | None:
        if not passages:
            return None
        texts = [_read(one) for one in passages]
        try:
            async with asyncio.timeout(self.deadline_s):
                options = CallOptions(deadline_s=self.deadline_s)
                scores = await self.scorer.score(query, texts, options)
        except (UnavailableError, ModelError, TimeoutError) as error:
            log.warning("rerank_without_model", reason=type(error).__name__)
            return None
        return scores if len(scores) == len(texts) else None


def _read(ranked: RankedPassage) -> str:
    passage = ranked.passage
    text = passage.text if passage.title in passage.text else f"{passage.title}\n{passage.text}"
    return text[:LONGEST_TEXT]
