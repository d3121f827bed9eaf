import pytest

from services.answering.models import Answer, Citation, Decision, RankedPassage, SearchQuery
from services.insight.evaluating import EvalQuestion, Judged, figures, judge
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage


def ranked(source: str) -> RankedPassage:
    passage = StoredPassage(
        passage_id=PassageId(1), library_id=LibraryId("owner"), text="t", title="", lemmas="",
        sentences=(), sources=(PassageSource(source=source, url=None, title=""),),
    )  # fmt: skip
    return RankedPassage(passage=passage, score=1.0)


def answer(*sources: str, cites: tuple[str, ...] = ()) -> Answer:
    return Answer(
        question="?", query=SearchQuery(text="?"), decision=Decision.SOURCES, language="ru",
        text="Да [1]." if cites else "", abstained=not cites,
        candidates=tuple(ranked(source) for source in sources),
        citations=tuple(
            Citation(n=n, source=source, url=f"https://x.org/{n}#a", title=f"T{n}", quote="q")
            for n, source in enumerate(cites, 1)
        ),
    )  # fmt: skip


def judged(*sources: str, gold: tuple[str, ...] = (), cites: tuple[str, ...] = ()) -> Judged:
    question = EvalQuestion(question_id="1", question="?", sources=gold)
    return judge(question, answer(*sources, cites=cites), 0.1)


def test_a_right_document_first_is_the_best_there_is() -> None:
    best = judged("/data/a.md", "/data/b.md", gold=("a.md",), cites=("/data/a.md",))
    total = figures([best])
    assert (total.recall_at_20, total.ndcg_at_5) == (1.0, 1.0)
    assert (total.citation_precision, total.citation_recall) == (1.0, 1.0)
    assert (total.refusal_precision, total.refusal_recall) == (None, None)


def test_the_second_place_counts_less_and_a_wrong_citation_costs() -> None:
    total = figures([judged("b", "a", gold=("a",), cites=("a", "b"))])
    assert total.ndcg_at_5 == pytest.approx(0.6309, abs=1e-4)
    assert (total.citation_precision, total.citation_recall) == (0.5, 1.0)


def test_several_passages_of_one_document_are_one_place() -> None:
    assert judged("b", "b", "b", "a", gold=("a",)).ndcg == pytest.approx(0.6309, abs=1e-4)


def test_refusals_are_right_only_where_nothing_answers() -> None:
    total = figures(
        [
            judged("b"), judged("b", cites=("b",)), judged("a", gold=("a",)),
            judged("a", gold=("a",), cites=("a",)),
        ]
    )  # fmt: skip
    assert (total.refusal_precision, total.refusal_recall) == (0.5, 0.5)
    assert (total.citation_precision, total.citation_recall) == (0.5, 0.5)


@pytest.mark.parametrize("name", ["a", "https://x.org/1", "https://x.org/1#a", "T1"])
def test_a_source_is_known_by_any_of_its_names(name: str) -> None:
    assert judged(gold=(name,), cites=("a",)).cited_right == 1


def test_an_answer_is_looked_for_by_whole_words() -> None:
    known = EvalQuestion(question_id="1", question="?", sources=("a",), answer="Да")
    assert judge(known, answer("a", cites=("a",)), 0.1).said
    part = EvalQuestion(question_id="2", question="?", sources=("a",), answer="а")
    total = figures([judge(one, answer("a", cites=("a",)), 0.1) for one in (known, part)])
    assert total.answer_recall == 0.5


def test_no_question_gives_no_figures() -> None:
    total = figures([])
    assert (total.questions, total.recall_at_20, total.p50_ms) == (0, None, None)
