import pytest

from services.answering.models import SearchQuery
from services.answering.preferring import (
    Stance,
    excluding,
    preferences,
    stance,
    wants_one_fact,
    wants_steps,
)
from services.answering.steps import find_steps
from tests.unit.answering.evidence_builder import LEMMATIZER, passage, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Положите капусту в бульон.", Stance.USES),
        ("Щи без капусты варят из щавеля.", Stance.AVOIDS),
        ("Щи без белокочанной капусты тоже вкусны.", Stance.AVOIDS),
        ("Вместо капусты кладут щавель.", Stance.AVOIDS),
        ("Варите бульон два часа.", Stance.SILENT),
    ],
)
def test_a_text_uses_avoids_or_does_not_mention_what_is_unwanted(
    text: str, expected: Stance
) -> None:
    assert stance(text, {"капуста"}, LEMMATIZER) is expected


def test_passages_that_do_without_go_first() -> None:
    ranked = [
        passage(1, "Положите капусту.", score=2.0),
        passage(2, "Сварите бульон.", score=1.0),
        passage(3, "Щи без капусты.", score=0.5),
    ]
    ordered = excluding(
        SearchQuery(text="щи без капусты", excluded=("капуста",)), ranked, LEMMATIZER
    )
    assert [r.passage.passage_id for r in ordered] == [3, 2, 1]
    assert excluding(SearchQuery(text="как варить?"), ranked, LEMMATIZER) == ranked


def test_numbers_are_preferred_where_they_are_asked_for_and_asides_never() -> None:
    found = sentences(
        [passage(1, "Нейро выберет 5 источников. Нейро умеет искать. Поделитесь в комментариях.")]
    )
    number, plain, aside = preferences(SearchQuery(text="Сколько источников?"), found, LEMMATIZER)
    assert number > plain > aside
    number, plain, _ = preferences(SearchQuery(text="Что умеет Нейро?"), found, LEMMATIZER)
    assert number == plain


@pytest.mark.parametrize(
    ("question", "steps", "fact"),
    [
        ("Как приготовить щи?", True, False),
        ("Рецепт борща", True, False),
        ("How do I cook shchi?", True, False),
        ("Сколько варить щи?", False, True),
        ("На каком языке заговорила Алиса?", False, True),
        ("Что такое бэггинг?", False, False),
        ("Почему ломались вентиляторы?", False, False),
    ],
)
def test_questions_are_told_apart(question: str, *, steps: bool, fact: bool) -> None:
    assert (wants_steps(question), wants_one_fact(question)) == (steps, fact)


def test_steps_are_found_in_the_document_of_the_best_sentence_only() -> None:
    recipe = passage(
        1,
        "Щи варят долго. Это суп.\nЗалейте мясо водой.\nВарите два часа.\nПосолите готовый суп.",
    )
    other = passage(2, "Окрошка холодная. Это суп.\nНарежьте огурец.\nЗалейте квасом.\nПодавайте.")
    found = sentences([recipe, other])
    best_first = [1.0] + [0.0] * (len(found) - 1)
    assert [found[i].text for i in find_steps([recipe, other], found, best_first)] == [
        "Залейте мясо водой.", "Варите два часа.", "Посолите готовый суп.",
    ]  # fmt: skip
    assert find_steps([recipe], found[:2], [1.0, 0.0]) == []
    assert find_steps([], [], []) == []


def test_what_does_without_the_wanted_goes_down() -> None:
    without = passage(1, "Щи без капусты варят из щавеля.", title="Щи без капусты", score=1.0)
    plain = passage(2, "Нарежьте капусту. Модель заменили.", title="Щи", score=0.5)
    query = SearchQuery(text="Как варить щи с капустой?")
    assert [r.passage.title for r in excluding(query, [without, plain], LEMMATIZER)] == [
        "Щи", "Щи без капусты",
    ]  # fmt: skip
    refused, used, other = preferences(query, sentences([without, plain]), LEMMATIZER)
    assert refused < used == other


def test_a_sentence_that_only_echoes_the_question_goes_down() -> None:
    found = sentences(
        [
            passage(
                1,
                "Метод опорных векторов. Этот метод делит точки.\nпро SVM https://example.org/svm",
            )
        ]
    )
    echo, said, link = preferences(SearchQuery(text="Метод опорных векторов?"), found, LEMMATIZER)
    assert max(echo, link) < said


def test_what_a_thing_is_goes_before_what_it_does() -> None:
    found = sentences([passage(1, "Бэггинг работает долго. Бэггинг — это ансамбль деревьев.")])
    does, is_it = preferences(SearchQuery(text="Что такое бэггинг?"), found, LEMMATIZER)
    assert is_it > does
    does, is_it = preferences(SearchQuery(text="Как работает бэггинг?"), found, LEMMATIZER)
    assert is_it == does
