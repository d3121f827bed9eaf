from services.answering.following import LONGEST, follow_ups
from services.answering.models import Citation, RankedPassage
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage

LEMMATIZER = MorphologicalLemmatizer()


def ranked(title: str, source: str = "") -> RankedPassage:
    passage = StoredPassage(
        passage_id=PassageId(1), library_id=LibraryId("owner"), text="Текст.", title=title,
        lemmas="текст", sentences=((0, 6),),
        sources=(PassageSource(source=source or title, url=None, title=title),),
    )  # fmt: skip
    return RankedPassage(passage=passage, score=1.0)


def cited(title: str) -> Citation:
    return Citation(n=1, source=title, url=None, title=title, quote="Текст.")


def offered(query: str, titles: list[str], answer_from: str) -> tuple[str, ...]:
    return follow_ups(query, [ranked(title) for title in titles], [cited(answer_from)], LEMMATIZER)


def test_what_was_found_beside_the_answer_is_offered() -> None:
    found = offered("Как варить щи?", ["Щи", "Борщ", "Рассольник", "Солянка"], "Щи")
    assert found == ("Борщ", "Рассольник")


def test_what_was_asked_or_answered_is_no_news() -> None:
    assert offered("Как варить борщ?", ["Борщ", "Щи"], "Щи") == ()


def test_the_same_subject_in_another_form_is_offered_once() -> None:
    titles = ["Пирог", "Пироги", "Рецепты › Пирог"]
    assert offered("Как варить щи?", titles, "Щи") == ("Пирог",)


def test_the_last_heading_names_the_subject() -> None:
    assert offered("Как варить щи?", ["Супы › Борщ"], "Щи") == ("Борщ",)


def test_long_titles_and_missing_ones_are_left_out() -> None:
    assert offered("Как варить щи?", ["", "о" * (LONGEST + 1), "…"], "Щи") == ()
