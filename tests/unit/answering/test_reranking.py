from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from services.answering.models import SearchQuery
from services.answering.reranking import CrossEncoderReranker, ScoreSumReranker, rerank
from services.answering.retrieval import Candidate
from services.answering.weighing import RankWeights
from services.errors import DeadlineError, ModelError, UnavailableError
from services.inference.models import CallOptions
from services.knowledge.models import LibraryId
from tests.unit.answering.evidence_builder import LEMMATIZER, passage

OWNER = LibraryId("owner")
QUERY = SearchQuery(text="капуста")


def candidate(
    number: int, text: str = "Самовар стоит.", *, lexical: float = 0.0, dense: float = 0.0,
    library: str = "owner",
) -> Candidate:  # fmt: skip
    stored = passage(number, text, library=library).passage
    return Candidate(passage=stored, lexical=lexical, dense=dense)


def order(candidates: Sequence[Candidate], weights: RankWeights | None = None) -> list[int]:
    lemmas = ["капуста"]
    ranked = (
        rerank(lemmas, candidates, None, weights) if weights else rerank(lemmas, candidates, None)
    )
    return [int(one.passage.passage_id) for one in ranked]


@dataclass
class Fitted:
    """Weights by library."""

    by_library: dict[LibraryId, RankWeights] = field(default_factory=dict)

    async def weights(self, library_id: LibraryId) -> RankWeights | None:
        return self.by_library.get(library_id)

    async def keep(self, library_id: LibraryId, weights: RankWeights | None) -> None:
        raise AssertionError


@dataclass
class Scorer:
    """Scores by text, or fails."""

    scores: dict[str, float] = field(default_factory=dict)
    error: Exception | None = None
    asked: list[tuple[str, float]] = field(default_factory=list)

    async def score(
        self, query: str, texts: Sequence[str], options: CallOptions
    ) -> tuple[float, ...]:
        self.asked.append((query, options.deadline_s))
        if self.error is not None:
            raise self.error
        return tuple(self.scores.get(text, 0.0) for text in texts)


def test_letters_see_a_slip_that_lemmas_miss() -> None:
    """Nothing else tells these apart."""
    texts = ["Самовар стоит.", "Квашеная капустка.", "Чай остыл."]
    assert order([candidate(n, text) for n, text in enumerate(texts)])[0] == 1


def test_weights_decide_between_words_and_meaning() -> None:
    candidates = [candidate(1, lexical=5.0, dense=0.1), candidate(2, lexical=1.0, dense=0.9)]
    assert order(candidates, RankWeights(lexical=2.0, passage=1.0)) == [1, 2]
    assert order(candidates, RankWeights(lexical=0.5, passage=1.0)) == [2, 1]


async def test_the_weights_of_a_library_count_for_its_own_candidates_alone() -> None:
    fitted = Fitted({OWNER: RankWeights(lexical=0.0)})
    reranker = ScoreSumReranker(lemmatizer=LEMMATIZER, fitted=fitted)
    words, meaning = candidate(1, lexical=9.0, dense=0.1), candidate(2, dense=0.2)
    also, third = candidate(3, lexical=9.0), candidate(4, library="chat-7", lexical=9.0)
    alone = await reranker.rerank(QUERY, [words, meaning, also], None)
    assert alone[0].passage.passage_id == 2
    mixed = await reranker.rerank(QUERY, [words, meaning, third], None)
    assert mixed[0].passage.passage_id != 2


async def test_a_sure_cross_encoder_decides() -> None:
    candidates = [candidate(n, f"Текст {n}.", dense=0.5 - n / 100) for n in range(10)]
    scorer = Scorer({"Текст 7.": 0.99})
    reranker = CrossEncoderReranker(
        scorer=scorer, others=ScoreSumReranker(lemmatizer=LEMMATIZER), deadline_s=2.0
    )
    ranked = await reranker.rerank(QUERY, candidates, None)
    assert [one.passage.passage_id for one in ranked][:3] == [7, 0, 1]
    assert scorer.asked == [("капуста", 2.0)]
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


async def test_twenty_pairs_are_scored_at_most() -> None:
    candidates = [candidate(n, f"Текст {n}.", dense=-n / 100) for n in range(30)]
    reranker = CrossEncoderReranker(
        scorer=Scorer({"Текст 25.": 1.0}), others=ScoreSumReranker(lemmatizer=LEMMATIZER)
    )
    ranked = await reranker.rerank(QUERY, candidates, None)
    assert [int(one.passage.passage_id) for one in ranked] == list(range(30))


@pytest.mark.parametrize(
    "error",
    [
        UnavailableError("no worker", dependency="workers"),
        DeadlineError("late", dependency="workers"), ModelError("broken"), TimeoutError(),
    ],
)  # fmt: skip
async def test_without_the_pool_the_sum_orders(error: Exception) -> None:
    candidates = [candidate(n, f"Текст {n}.", dense=n / 100) for n in range(5)]
    plain = ScoreSumReranker(lemmatizer=LEMMATIZER)
    reranker = CrossEncoderReranker(scorer=Scorer(error=error), others=plain)
    assert await reranker.rerank(QUERY, candidates, None) == await plain.rerank(
        QUERY, candidates, None
    )


async def test_nothing_found_asks_nobody() -> None:
    scorer = Scorer()
    reranker = CrossEncoderReranker(scorer=scorer, others=ScoreSumReranker(lemmatizer=LEMMATIZER))
    assert await reranker.rerank(QUERY, [], None) == []
    assert scorer.asked == []


def test_a_candidate_without_vectors_is_neither_preferred_nor_punished() -> None:
    known = [candidate(1, dense=0.9), candidate(2, dense=0.1)]
    without = replace(candidate(3), dense=None)
    assert order([*known, without]) == [1, 3, 2]
