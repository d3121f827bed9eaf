import pytest

from benchmarks.memory import cases, judge, remembered
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.memory.recalling import answering, relevant

_LEMMATIZER = MorphologicalLemmatizer()
_KNOWN = [
    remembered(text)
    for text in (
        "Я живу в Казани", "Мою собаку зовут Рекс", "У меня двое детей", "Я вегетарианец",
        "Код от домофона 58К12", "I work as a nurse",
    )
]  # fmt: skip


def test_written_cases_are_judged_by_words_alone() -> None:
    done = judge([case for case in cases() if case.split == "held-out"], {})
    assert len(cases()) >= 60
    assert done.precision >= 0.9
    assert done.recall >= 0.8


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Где я живу?", ["Я живу в Казани"]),
        ("А как зовут мою собаку?", ["Мою собаку зовут Рекс"]),
        ("Сколько у меня детей?", ["У меня двое детей"]),
        ("Какой у меня код от домофона?", ["Код от домофона 58К12"]),
        ("Where do I work?", ["I work as a nurse"]),
        ("Как меня зовут?", []),
        ("Где живут пингвины?", []),
        ("Как приготовить щи?", []),
        ("Чем мне кормить собаку?", []),
    ],
)
def test_questions_about_oneself_are_answered_by_what_was_said(
    question: str, answer: list[str]
) -> None:
    assert [memory.text for memory in answering(question, _KNOWN, _LEMMATIZER)] == answer


def test_what_the_question_itself_wants_is_not_left_out() -> None:
    recalled = relevant("Как приготовить говядину?", _KNOWN, _LEMMATIZER)
    assert [memory.text for memory in recalled.limiting] == ["Я вегетарианец"]
    assert "говядина" not in recalled.avoided
    assert "рыба" in recalled.avoided


def test_nothing_is_recalled_for_another_topic() -> None:
    assert relevant("Кто изобрёл телефон?", _KNOWN, _LEMMATIZER).memories == ()
