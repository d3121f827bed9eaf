import pytest

from services.answering.asking import echoes, told
from tests.unit.answering.evidence_builder import LEMMATIZER, passage, sentences


@pytest.mark.parametrize(
    ("question", "source", "expected"),
    [
        ("Кто придумал борщ?", "Борщ варят на мясном бульоне. В борщ кладут свёклу.", False),
        ("Кто придумал борщ?", "Борщ изобрёл полковой повар.", True),
        ("Кто основал музей?", "Музей стоит у реки. Он основан в 1990 году.", True),
        ("Кто основал музей?", "Город основан в 1990 году. Река широкая. Музей большой.", False),
        ("Когда появились пельмени?", "Пельмени варят семь минут.", False),
        ("Когда появились пельмени?", "Пельмени известны с 1730 года.", True),
        ("Сколько калорий в борще?", "Для борща берут 800 граммов говядины.", False),
        ("Сколько стоит вход?", "Вход в музей: 300 рублей.", True),
        ("Who invented bliny?", "Bliny are fried in a hot pan.", False),
        ("Who invented the telephone?", "The telephone was invented by Bell.", True),
        ("Сколько варить пельмени?", "Варите пельмени семь минут.", True),
        ("Почему создали музей?", "Музей стоит у реки.", True),
    ],
)
def test_what_is_asked_of_a_topic_has_to_be_told(
    question: str, source: str, *, expected: bool
) -> None:
    found = sentences([passage(1, source)])
    assert told(question, LEMMATIZER.content_lemmas(question), found) is expected


def test_the_words_of_the_question_again_are_no_answer() -> None:
    lemmas = LEMMATIZER.content_lemmas("Что такое метод опорных векторов?")
    again, more = sentences([passage(1, "Метод опорных векторов. Метод опорных векторов делит.")])
    assert echoes(lemmas, again)
    assert not echoes(lemmas, more)
