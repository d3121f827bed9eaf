"""References to lists, corrections, returns to a topic, and topics of English dialogues."""

from datetime import UTC, datetime

import pytest

from services.answering.corrections import correction
from services.answering.ordinals import pointed
from services.answering.rewriting import QueryRewriter
from services.answering.topics_en import named_in
from services.dialogue.models import DialogueState, Turn
from services.knowledge.lemmas import MorphologicalLemmatizer

REWRITER = QueryRewriter(lemmatizer=MorphologicalLemmatizer())


def turn(question: str, query: str = "", answer: str = "") -> Turn:
    return Turn(
        question=question, query=query or question, answer=answer, passage_ids=(),
        decision="sources", abstained=False, asked_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def rewritten(*questions: str) -> str:
    turns: tuple[Turn, ...] = ()
    query = ""
    for question in questions:
        query = REWRITER.rewrite(question, DialogueState(turns=turns)).text
        turns += (turn(question, query),)
    return query


SPOKEN = "Есть три вида: первый — бэггинг, второй — бустинг, третий — стекинг [1]."
NUMBERED = "Блюда недели:\n1. Щи\n2. Борщ\n3. Плов с бараниной"
NAMED = "We have three rooms: the attic, the studio and the suite."


@pytest.mark.parametrize(
    ("answer", "question", "named"),
    [
        (SPOKEN, "а второй?", "а бустинг?"),
        (SPOKEN, "расскажи про третий", "расскажи про стекинг"),
        (SPOKEN, "что такое первый вид?", "что такое бэггинг вид?"),
        (SPOKEN, "чем хорош последний?", "чем хорош стекинг?"),
        (NUMBERED, "сколько варить второе?", "сколько варить Борщ?"),
        (NUMBERED, "а третье?", "а Плов с бараниной?"),
        (NAMED, "how much is the second one?", "how much is the studio?"),
    ],
)
def test_an_ordinal_names_what_was_listed(answer: str, question: str, named: str) -> None:
    assert pointed(question, [turn("Что есть?", answer=answer)]) == named


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        (SPOKEN, "а пятый?"),
        (SPOKEN, "на второй день что делать?"),
        ("Щи варят два часа [1].", "а второй?"),
        (SPOKEN, "сколько стоит?"),
    ],
)
def test_an_ordinal_without_its_list_points_to_nothing(answer: str, question: str) -> None:
    assert pointed(question, [turn("Какие бывают ансамбли?", answer=answer)]) is None


@pytest.mark.parametrize(
    ("before", "question", "query"),
    [
        ("Сколько хранить щи?", "нет, я про зелёные щи", "Сколько хранить зелёные щи?"),
        ("Какой залог за велосипед?", "ой, не за велосипед, за самокат",
         "Какой залог за самокат?"),
        ("Что посмотреть в Казани?", "не в Казани, а в Перми", "Что посмотреть в Перми?"),
        ("Когда отключат свет?", "я имел в виду воду", "Когда отключат воду?"),
        ("Как хранить улун?", "точнее пуэр", "Как хранить пуэр?"),
        ("How do I cook shchi?", "no, I meant borscht", "How do I cook borscht?"),
    ],
)  # fmt: skip
def test_a_correction_asks_the_same_about_what_was_meant(
    before: str, question: str, query: str
) -> None:
    assert rewritten(before, question) == query


@pytest.mark.parametrize(
    "question",
    ["не замерзает ли иван-чай зимой?", "нет ли у вас скидки?", "стоп-слова что это?",
     "что делать, если не работает лифт, а мастер занят?", "no sugar recipes"],
)  # fmt: skip
def test_a_question_with_a_denial_corrects_nothing(question: str) -> None:
    assert correction(question) is None


def test_a_dialogue_returns_to_what_was_asked_about_before() -> None:
    query = rewritten(
        "Как хранить борщ?", "Что такое бэггинг?", "вернёмся к борщу: сколько его варить?"
    )
    assert "борщ" in query.lower()
    assert "бэггинг" not in query.lower()


@pytest.mark.parametrize(
    ("questions", "query"),
    [
        (("What is throat cancer?", "Is it treatable?"), "Is throat cancer treatable?"),
        (
            ("What is throat cancer?", "Tell me about lung cancer.", "What are its symptoms?"),
            "What are lung cancer's symptoms?",
        ),
        (("Tell me about lavender plants.", "What are the different types?"),
         "lavender plants: What are the different types?"),
        (("Tell me about lavender plants.", "What are the different types?", "Are they safe?"),
         "Are lavender plants safe?"),
        (("Tell me about sharks.", "What is the capital of France?"),
         "What is the capital of France?"),
    ],
)  # fmt: skip
def test_english_follow_ups_keep_the_topic(questions: tuple[str, ...], query: str) -> None:
    assert rewritten(*questions) == query


def test_a_name_with_a_small_word_inside_stays_whole() -> None:
    assert named_in("What did the Lewis and Clark expedition find?") == "Lewis and Clark expedition"
