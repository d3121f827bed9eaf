import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.answering.evidence import bm25
from services.answering.fusion import best_first, z_scores, z_sum
from services.answering.retrieval import Candidate, best_hits, by_sentence, on_one_scale
from services.knowledge.models import LibraryId, PassageHit, PassageId, StoredPassage

SCORES = st.lists(st.none() | st.floats(-100, 100), min_size=1, max_size=30)


@given(SCORES)
def test_z_scores_keep_the_order_and_are_centred(values: list[float | None]) -> None:
    scores = z_scores(values)
    known = [(v, s) for v, s in zip(values, scores, strict=True) if v is not None]
    assert all(s == 0 for v, s in zip(values, scores, strict=True) if v is None)
    assert abs(sum(s for _, s in known)) < 1e-6 * max(1, len(known))
    for v, s in known:
        assert all(s >= other for w, other in known if v >= w)


@given(SCORES, st.floats(0.1, 50), st.floats(-50, 50))
def test_the_scale_of_a_ranker_does_not_matter(
    values: list[float | None], factor: float, shift: float
) -> None:
    moved = [None if v is None else v * factor + shift for v in values]
    known = [v for v in values if v is not None]
    if not known or np.std(known) < 1e-3:
        return
    assert np.allclose(z_scores(values), z_scores(moved), atol=1e-4)


def test_a_ranker_without_opinion_changes_nothing() -> None:
    alone = z_sum([(1.0, [3.0, 1.0, 2.0])])
    beside = z_sum([(1.0, [3.0, 1.0, 2.0]), (1.0, [None, None, None]), (1.0, [5.0, 5.0, 5.0])])
    assert best_first(alone) == best_first(beside) == [0, 2, 1]


def hit(number: int, lexical: float, dense: float | None) -> PassageHit:
    return PassageHit(
        passage_id=PassageId(number), library_id=LibraryId("a"), lexical=lexical, dense=dense
    )


def candidate(number: int, library: str, lemmas: str, lexical: float, dense: float) -> Candidate:
    passage = StoredPassage(
        passage_id=PassageId(number), library_id=LibraryId(library), text=lemmas, title="",
        lemmas=lemmas, sentences=(), sources=(),
    )  # fmt: skip
    return Candidate(passage=passage, lexical=lexical, dense=dense)


def test_libraries_with_another_scale_of_bm25_are_merged_by_what_they_say() -> None:
    """A large library's BM25 is greater for the same match: it must not win by that."""
    ordered = by_sentence(
        on_one_scale(
            [
                candidate(1, "large", "щи из капуста", 20.0, 0.80),
                candidate(2, "large", "суп дня", 18.0, 0.79),
                candidate(4, "small", "зелёный щи из щавель", 6.0, 0.92),
                candidate(5, "small", "компот из вишня", 0.5, 0.70),
            ],
            ["щи", "щавель"],
        ),
        None,
    )
    assert [c.passage.passage_id for c in ordered][:2] == [4, 1]


def test_a_passage_without_a_vector_still_has_a_say() -> None:
    hits = [hit(1, 1.0, 0.75), hit(2, 0.0, 0.74), hit(3, 9.0, None)]
    assert best_hits(hits, limit=1)[0].passage_id == 3


def test_nothing_gives_nothing() -> None:
    assert best_hits([], limit=20) == []


def test_bm25_prefers_the_rare_word_and_the_short_text() -> None:
    texts = [["щи", "капуста"], ["щи", "щавель"], ["щи", "щавель", "лук", "соль", "перец", "лист"]]
    scores = bm25(["щи", "щавель"], texts)
    assert scores[1] > scores[2] > scores[0] > 0
