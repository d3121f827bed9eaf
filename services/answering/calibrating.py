"""Weights of the rankers fitted to a library, on cloze questions made from its own passages.

Nobody labels anything: the right passage is the one that the question was made from. The sentence
itself is kept from the ranker of sentences, which would only have to find it again. Half of the
documents are fitted on; the other half decides whether the weights are kept.
"""

import asyncio
import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.answering.fusion import best_first
from services.answering.reranking import ranker_scores
from services.answering.retrieval import Candidate, HybridRetriever
from services.answering.weighing import PLAIN, RankerScores, RankWeights, RankWeightsStore, weighed
from services.inference.models import EmbedRole, Priority
from services.inference.ports import TextEmbedder
from services.knowledge.cloze import MASK, Cloze, clozes
from services.knowledge.models import LibraryId, PassageId, StoredPassage
from services.knowledge.ports import Lemmatizer, PassageStore

QUESTIONS: Final = 400
A_PASSAGE: Final = 2
FEWEST_HELD_OUT: Final = 40
"""Questions below which nothing can be told from chance."""
DEPTH: Final = 10
RESAMPLES: Final = 2000
CONFIDENCE: Final = 0.95
PASSAGES_READ: Final = 200
EMBEDDED_AT_ONCE: Final = 32
EMBED_DEADLINE_S: Final = 120.0
_STEPS: Final = (0.5, 1.0, 2.0)
_LETTER_STEPS: Final = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A cloze question with what the rankers say of its candidates.

    Attributes:
        right: Places of the candidates that answer it; a passage that was not found answers none.
        group: The document it was made from.
    """

    scores: RankerScores
    right: frozenset[int]
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What came out for a library.

    Attributes:
        questions: Made from the library.
        held_out: Those that decided.
        plain: Mean nDCG@10 of the plain sum on the held-out questions.
        fitted: The same of the fitted weights.
        weights: The fitted ones.
        kept: They won beyond chance and count from now on.
    """

    questions: int
    held_out: int
    plain: float
    fitted: float
    weights: RankWeights
    kept: bool


@dataclass(frozen=True, kw_only=True)
class CalibrateLibrary:
    """Fits the weights of a library and keeps them where they win."""

    retriever: HybridRetriever
    passages: PassageStore
    embedder: TextEmbedder
    lemmatizer: Lemmatizer
    store: RankWeightsStore

    async def __call__(
        self, library_id: LibraryId, passage_ids: Sequence[PassageId], *, questions: int = QUESTIONS
    ) -> Calibration:
        """Calibrate.

        Args:
            library_id: One library.
            passage_ids: Of its indexed passages.
            questions: Most questions to make.

        Raises:
            UnavailableError: No worker embeds, or the index is down; nothing is changed then.
            NotFoundError: The library went away meanwhile.
        """
        made = await self._questions(passage_ids, questions)
        asked = [one for batch in _batches(made) for one in await self._ask(library_id, batch)]
        result = await asyncio.to_thread(calibrate, asked)
        await self.store.keep(library_id, result.weights if result.kept else None)
        return result

    async def _questions(
        self, passage_ids: Sequence[PassageId], limit: int
    ) -> list[tuple[Cloze, str]]:
        """Make questions from passages chosen by a fixed hash, so that a repeat gives the same."""
        chosen = sorted(passage_ids, key=lambda id_: sha256(str(id_).encode()).digest())
        made: list[tuple[Cloze, str]] = []
        for at in range(0, len(chosen), PASSAGES_READ):
            read = await self.passages.passages(chosen[at : at + PASSAGES_READ])
            for passage in read:
                made += await asyncio.to_thread(self._from_passage, passage)
            if len(made) >= limit:
                break
        return made[:limit]

    def _from_passage(self, passage: StoredPassage) -> list[tuple[Cloze, str]]:
        found = {one.sentence: one for one in clozes(passage, self.lemmatizer)}
        some = random.Random(int(passage.passage_id)).sample(  # noqa: S311 - not a secret
            list(found.values()), min(A_PASSAGE, len(found))
        )
        return [(one, passage.sources[0].source) for one in some]

    async def _ask(self, library_id: LibraryId, made: Sequence[tuple[Cloze, str]]) -> list[Asked]:
        texts = [as_query(cloze) for cloze, _ in made]
        vectors = await self.embedder.embed(
            texts, role=EmbedRole.QUERY, priority=Priority.LOW, deadline_s=EMBED_DEADLINE_S
        )
        return [
            await self._searched(library_id, text, vector, cloze, group)
            for (cloze, group), text, vector in zip(made, texts, vectors, strict=True)
        ]

    async def _searched(
        self,
        library_id: LibraryId,
        text: str,
        vector: NDArray[np.float32],
        cloze: Cloze,
        group: str,
    ) -> Asked:
        lemmas = await asyncio.to_thread(self.lemmatizer.content_lemmas, text)
        found = await self.retriever.search([library_id], lemmas=lemmas, vector=vector)
        others = [_without(candidate, cloze) for candidate in found]
        right = [at for at, one in enumerate(found) if one.passage.passage_id == cloze.passage_id]
        scores = await asyncio.to_thread(ranker_scores, lemmas, others, vector)
        return Asked(scores=scores, right=frozenset(right), group=group)


def as_query(cloze: Cloze) -> str:
    """Give what is searched for: the whole sentence without what is asked for.

    Cut to the words around the gap, as briefly as people ask, the questions were found by their
    words alone, and the weights fitted to them lost on the questions of people.
    """
    return " ".join(cloze.text.replace(MASK, " ").split())


def calibrate(asked: Sequence[Asked]) -> Calibration:
    """Fit on the questions of half of the documents, judge on those of the other half.

    The weights are kept when the lower end of a paired bootstrap's interval of the gain lies
    above 0, and there are enough questions to tell.
    """
    training = [one for one in asked if not _held_out(one.group)]
    held_out = [one for one in asked if _held_out(one.group)]
    weights = half_way(fitted(training))
    plain, better = gains(held_out, PLAIN), gains(held_out, weights)
    enough = len(held_out) >= FEWEST_HELD_OUT and len(training) >= FEWEST_HELD_OUT
    return Calibration(
        questions=len(asked),
        held_out=len(held_out),
        plain=_mean(plain),
        fitted=_mean(better),
        weights=weights,
        kept=enough and weights != PLAIN and wins(better, plain),
    )


def fitted(asked: Sequence[Asked]) -> RankWeights:
    """Choose the weights of the greatest mean nDCG@10; of equals those nearest to the plain sum."""
    return max(_grid(), key=lambda weights: (_mean(gains(asked, weights)), -_distance(weights)))


def half_way(weights: RankWeights) -> RankWeights:
    """Go half of the way from the plain sum.

    A cloze question has the very words of its passage, a person's has some of them: what is fitted
    on the ones leans too far towards words for the others.
    """
    return RankWeights(
        passage=PLAIN.passage,
        sentence=round(math.sqrt(weights.sentence * PLAIN.sentence), 4),
        lexical=round(math.sqrt(weights.lexical * PLAIN.lexical), 4),
        letters=(weights.letters + PLAIN.letters) / 2,
    )


def gains(asked: Sequence[Asked], weights: RankWeights) -> list[float]:
    """Give the nDCG@10 of each question."""
    return [_ndcg(best_first(weighed(one.scores, weights)), one.right) for one in asked]


def wins(one: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether the first is better beyond chance, question by question.

    Source:
        Efron, 1979: the bootstrap; the lower 5% point of the mean difference lies above 0.
    """
    differences = np.asarray(one) - np.asarray(other)
    if not len(differences):
        return False
    generator = np.random.default_rng(20)
    drawn = generator.choice(differences, size=(RESAMPLES, len(differences)))
    return bool(np.quantile(drawn.mean(axis=1), 1 - CONFIDENCE) > 0)


def _grid() -> list[RankWeights]:
    """All weights to try; passages count 1, for only proportions mean something."""
    return [
        replace(PLAIN, sentence=sentence, lexical=lexical, letters=letters)
        for sentence, lexical, letters in itertools.product(_STEPS, _STEPS, _LETTER_STEPS)
    ]


def _distance(weights: RankWeights) -> float:
    return (
        abs(math.log(weights.sentence / PLAIN.sentence))
        + abs(math.log(weights.lexical / PLAIN.lexical))
        + abs(weights.letters - PLAIN.letters)
    )


def _ndcg(order: Sequence[int], right: frozenset[int]) -> float:
    rank = next((rank for rank, place in enumerate(order) if place in right), DEPTH)
    return 1 / math.log2(rank + 2) if rank < DEPTH else 0.0


def _held_out(group: str) -> bool:
    return sha256(group.encode()).digest()[0] % 2 == 1


def _without(candidate: Candidate, cloze: Cloze) -> Candidate:
    """Hide the sentence that a question was made from."""
    passage = candidate.passage
    if passage.passage_id != cloze.passage_id or passage.sentence_vectors is None:
        return candidate
    others = np.delete(passage.sentence_vectors, cloze.sentence, axis=0)
    return replace(candidate, passage=replace(passage, sentence_vectors=others))


def _batches(made: Sequence[tuple[Cloze, str]]) -> list[Sequence[tuple[Cloze, str]]]:
    return [made[at : at + EMBEDDED_AT_ONCE] for at in range(0, len(made), EMBEDDED_AT_ONCE)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
