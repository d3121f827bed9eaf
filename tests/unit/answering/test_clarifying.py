from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.answering.clarifying import Vagueness, choices, vague, vagueness
from services.dialogue.models import Turn
from tests.unit.answering.evidence_builder import LEMMATIZER, passage


def seen(question: str, *earlier: str, cosine: float | None = 0.8) -> Vagueness:
    turns = [
        Turn(
            question=text, query=text, answer="", passage_ids=(), decision="sources",
            abstained=False, asked_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for text in earlier
    ]  # fmt: skip
    return replace(vagueness(question, turns, (), (), LEMMATIZER), cosine=cosine)


@pytest.mark.parametrize(
    "question",
    [
        "Сколько стоит?",
        "Как его настроить?",
        "Сколько варить этот суп?",
        "Где купить?",
        "How much does it cost?",
        "When was the famous basketball player born?",
        "What is the main purpose of that spacecraft?",
        "قیمت چند است؟",
        "این را چطور نصب کنم؟",
    ],
)
def test_a_question_that_names_nothing_is_vague(question: str) -> None:
    assert vague(seen(question))


@pytest.mark.parametrize(
    "question",
    [
        "Как приготовить щи?",
        "Сколько стоит борщ?",
        "Что умеет этот бот?",
        "Как оформить загранпаспорт?",
        "Кто изобрёл радио и когда он умер?",
        "What is the capital of France?",
        "How does photosynthesis work?",
        "Who was the first person in space?",
        "Did Pushkin publish his poems?",
    ],
)
def test_a_question_that_names_its_thing_is_clear(question: str) -> None:
    assert not vague(seen(question))


def test_what_the_dialogue_named_is_known() -> None:
    assert not vague(seen("Сколько варить этот суп?", "Какой суп самый простой?"))
    assert not vague(seen("Where was the player born?", "Which player scored most?"))


def test_without_vectors_only_a_question_that_points_or_names_nothing_is_vague() -> None:
    assert vague(seen("Сколько стоит?", cosine=None))
    assert not vague(seen("When was the famous basketball player born?", cosine=None))


def test_a_sentence_that_fits_well_makes_a_question_clear() -> None:
    near = Vagueness(pointing=True, definite=True, pronoun=True, unnamed=True, cosine=0.95)
    assert not vague(near)


def test_a_thing_that_one_passage_alone_speaks_of_is_named() -> None:
    question = "When is the station pharmacy open?"
    here = passage(1, "The station pharmacy is open all night.")
    elsewhere = passage(2, "The harbour choir sings on Wednesdays.")
    one = vagueness(question, (), (), (here, elsewhere), LEMMATIZER)
    assert not one.definite
    two = vagueness(question, (), (), (here, here), LEMMATIZER)
    assert two.definite


PRICES = [
    passage(1, "Борщ стоит 300 рублей.", title="Меню › Борщ"),
    passage(2, "Щи стоят 250 рублей.", title="Меню › Щи"),
    passage(3, "Щи зелёные стоят 260 рублей.", title="Меню › Щи"),
    passage(4, "Блины стоят 150 рублей.", title="Меню › Блины"),
    passage(5, "Квас стоит 90 рублей.", title="Меню › Квас"),
    passage(6, "Кисель стоит 80 рублей.", title="Меню › Кисель"),
]


def test_there_is_a_question_for_each_thing_that_was_found() -> None:
    assert choices("Сколько стоит?", PRICES, LEMMATIZER) == (
        "Борщ: сколько стоит?",
        "Щи: сколько стоит?",
        "Блины: сколько стоит?",
        "Квас: сколько стоит?",
    )


def test_one_thing_is_no_choice() -> None:
    assert choices("Сколько стоит?", PRICES[1:3], LEMMATIZER) == ()


def test_a_choice_is_not_asked_back_again() -> None:
    assert choices("Щи: сколько стоит?", PRICES, LEMMATIZER) == ()


def test_no_choice_holds_an_address_a_marker_or_what_nobody_sees() -> None:
    evil = passage(7, "Пишите.", title="Каша\u200b [9] @evil_bot evil.com/x")
    assert choices("Сколько стоит?", [evil, PRICES[0]], LEMMATIZER)[0] == "Каша: сколько стоит?"


def test_a_long_beginning_is_cut_between_words() -> None:
    long = "Очень длинное начало сообщения в канале, у которого совсем нет никакого заголовка."
    one, _ = choices("Когда?", [passage(1, long), PRICES[0]], LEMMATIZER)
    assert one.startswith("Очень длинное начало")
    assert "…: когда?" in one
    assert len(one) < 80
