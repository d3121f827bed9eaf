import itertools

from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.cloze import MASK, AnswerKind, clozes, gaps
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage
from services.knowledge.sentences import sentence_spans

LEMMATIZER = MorphologicalLemmatizer()


def stored(text: str) -> StoredPassage:
    return StoredPassage(
        passage_id=PassageId(7), library_id=LibraryId("owner"), text=text, title="",
        lemmas=" ".join(LEMMATIZER.content_lemmas(text)), sentences=tuple(sentence_spans(text)),
        sources=(PassageSource(source="a", url=None, title=""),),
    )  # fmt: skip


def found(sentence: str) -> list[tuple[AnswerKind, str]]:
    return [(kind, sentence[start:end]) for kind, start, end in gaps(sentence)]


def test_numbers_names_and_terms_are_told_apart() -> None:
    assert found("В 1812 году Михаил Кутузов командовал армией у села «Бородино».") == [
        (AnswerKind.NUMBER, "1812"), (AnswerKind.NAME, "Михаил Кутузов"),
        (AnswerKind.TERM, "Бородино"),
    ]  # fmt: skip
    assert found("Самовар — сосуд для кипячения воды.") == [(AnswerKind.TERM, "Самовар")]
    assert found("The match was played in Santa Clara for 12.5% less.") == [
        (AnswerKind.NAME, "Santa Clara"), (AnswerKind.NUMBER, "12.5%"),
    ]  # fmt: skip


def test_the_first_word_of_a_sentence_is_no_name() -> None:
    assert found("Капусту режут тонкой соломкой.") == []


def test_a_sentence_becomes_a_question_with_one_gap() -> None:
    passage = stored("Щи едят горячими. Капусту для щей варят 40 минут на слабом огне.")
    (cloze,) = clozes(passage, LEMMATIZER)
    assert cloze.text == f"Капусту для щей варят {MASK} минут на слабом огне."
    assert (cloze.answer, cloze.kind, cloze.sentence) == ("40", AnswerKind.NUMBER, 1)
    assert cloze.passage_id == passage.passage_id


def test_an_answer_that_is_given_away_is_not_asked_for() -> None:
    assert (
        list(clozes(stored("Варят 40 минут, а мясо ещё 40 минут на слабом огне."), LEMMATIZER))
        == []
    )
    assert list(clozes(stored("Цена 40 рублей."), LEMMATIZER)) == []


@given(st.text(alphabet="АбвГ г1234567890«»—., Zz", max_size=60))
def test_gaps_lie_inside_and_do_not_overlap(sentence: str) -> None:
    spans = [(start, end) for _, start, end in gaps(sentence)]
    assert all(0 <= start < end <= len(sentence) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
