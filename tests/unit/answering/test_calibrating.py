import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.answering.calibrating import (
    Asked,
    CalibrateLibrary,
    as_query,
    calibrate,
    fitted,
    wins,
)
from services.answering.retrieval import HybridRetriever
from services.answering.weighing import PLAIN, RankerScores, RankWeights
from services.inference.models import EmbedRole, Priority
from services.knowledge.cloze import AnswerKind, Cloze
from services.knowledge.models import LibraryId, PassageId, StoredPassage
from tests.fakes.answering import FakeLibrary
from tests.unit.answering.evidence_builder import LEMMATIZER, passage

OWNER = LibraryId("owner")


def asked(*, by_words: float, by_meaning: float, count: int = 200, seed: int = 1) -> list[Asked]:
    """Questions in which each ranker finds the right one of ten with its own surety."""
    rng = random.Random(seed)

    def says(sure: float) -> list[float]:
        return [rng.gauss(sure if place == 0 else 0.0, 1.0) for place in range(10)]

    return [
        Asked(
            scores=RankerScores(
                passage=says(by_meaning), sentence=says(by_meaning), lexical=says(by_words),
                letters=[0.0] * 10,
            ),
            right=frozenset({0}),
            group=f"doc-{number}",
        )
        for number in range(count)
    ]  # fmt: skip


def test_weights_that_win_on_held_out_questions_are_kept() -> None:
    result = calibrate(asked(by_words=3.0, by_meaning=0.0))
    assert result.kept
    assert result.weights.lexical > PLAIN.lexical
    assert result.weights.sentence < PLAIN.sentence
    assert result.fitted > result.plain


def test_where_nothing_is_to_be_won_the_plain_sum_stays() -> None:
    result = calibrate(asked(by_words=1.2, by_meaning=1.2, seed=2))
    assert not result.kept


def test_a_few_questions_tell_nothing() -> None:
    assert not calibrate(asked(by_words=3.0, by_meaning=0.0, count=50)).kept
    assert not calibrate([]).kept


def test_of_equal_weights_the_plain_ones_are_chosen() -> None:
    assert fitted([]) == PLAIN


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_nothing_wins_against_itself(values: list[float]) -> None:
    assert not wins(values, values)


def test_what_is_asked_for_is_not_searched_for() -> None:
    cloze = Cloze(
        text="Щи варят … минут.", answer="40", kind=AnswerKind.NUMBER, passage_id=PassageId(1),
        sentence=0,
    )  # fmt: skip
    assert as_query(cloze) == "Щи варят минут."


@dataclass
class Kept:
    kept: list[RankWeights | None] = field(default_factory=list)

    async def weights(self, library_id: LibraryId) -> RankWeights | None:
        raise AssertionError

    async def keep(self, library_id: LibraryId, weights: RankWeights | None) -> None:
        assert library_id == OWNER
        self.kept.append(weights)


class Vectors:
    async def embed(
        self,
        texts: Sequence[str],
        *,
        role: EmbedRole,
        priority: Priority = Priority.HIGH,
        deadline_s: float = 30.0,
    ) -> NDArray[np.float32]:
        assert role is EmbedRole.QUERY
        assert priority is Priority.LOW
        return np.ones((len(texts), 8), dtype=np.float32)


class Passages(FakeLibrary):
    """Questions are made without vectors."""

    async def passages(
        self, passage_ids: Sequence[PassageId], *, with_vectors: bool = False
    ) -> list[StoredPassage]:
        del with_vectors
        return await super().passages(passage_ids, with_vectors=True)


async def test_a_library_too_small_to_tell_keeps_the_plain_sum() -> None:
    texts = [
        f"Щи номер {n} варят в горшке {n + 20} минут на слабом огне с капустой." for n in range(12)
    ]
    library = Passages([passage(n, text).passage for n, text in enumerate(texts, start=1)])
    store = Kept()
    calibrating = CalibrateLibrary(
        retriever=HybridRetriever(index=library, store=library), passages=library,
        embedder=Vectors(), lemmatizer=LEMMATIZER, store=store,
    )  # fmt: skip
    result = await calibrating(OWNER, [p.passage_id for p in library.passages_])
    assert 0 < result.questions <= 24
    assert store.kept == [None]
    assert result.plain > 0.5
