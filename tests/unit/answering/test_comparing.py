import pytest

from services.answering.comparing import on_both, sentences_on_both, sides
from tests.unit.answering.evidence_builder import LEMMATIZER, passage, sentences

SHCHI = passage(1, "Щи — суп из капусты. Щи варят два часа. Посолите суп.", title="Щи")
LENTEN = passage(2, "Постные щи не забеливают. В постные щи, щи без мяса, кладут грибы.")
BORSCHT = passage(3, "Борщ — суп из свёклы. К борщу подают сметану.", title="Борщ")
BREAD = passage(4, "Хлеб пекут в печи.", title="Хлеб")


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Чем борщ отличается от щей?", "борщ", "щи"),
        ("Чем отличаются щи от борща?", "щи", "борщ"),
        ("В чём разница между щами и борщом?", "щи", "борщ"),
        ("Сравни кисель и компот", "кисель", "компот"),
        ("Что лучше: квас или компот?", "квас", "компот"),
        ("How do bliny differ from syrniki?", "blini", "syrniki"),
        ("What is the difference between shchi and borscht?", "shchi", "borscht"),
        ("kvass vs kompot", "kvass", "kompot"),
    ],
)
def test_both_sides_of_a_comparison_are_found(question: str, one: str, other: str) -> None:
    assert sides(question, LEMMATIZER) == (frozenset({one}), frozenset({other}))


@pytest.mark.parametrize(
    "question", ["Как приготовить щи?", "Чем заправить борщ?", "Чем щи отличаются от щей?"]
)
def test_other_questions_compare_nothing(question: str) -> None:
    assert sides(question, LEMMATIZER) is None


def test_the_evidence_opens_with_what_each_thing_is() -> None:
    compared = sides("Чем борщ отличается от щей?", LEMMATIZER)
    assert compared is not None
    chosen = on_both(compared, [LENTEN, BREAD, SHCHI, BORSCHT], LEMMATIZER, 3)
    assert [r.passage.passage_id for r in chosen] == [3, 1, 2]


def test_sentences_speak_of_both_and_a_missing_side_is_seen() -> None:
    evidence = [BORSCHT, SHCHI]
    found = sentences(evidence)
    scores = [1.0] * len(found)
    compared = sides("Чем борщ отличается от щей?", LEMMATIZER)
    assert compared is not None
    both = sentences_on_both(compared, evidence, found, scores, LEMMATIZER, a_side=1)
    assert [found[i].text for i in (*both.one, *both.other)] == [
        "Борщ — суп из свёклы.", "Щи — суп из капусты.",
    ]  # fmt: skip
    assert both.introduced
    ramen = sides("Чем борщ отличается от рамена?", LEMMATIZER)
    assert ramen is not None
    assert sentences_on_both(ramen, evidence, found, scores, LEMMATIZER, a_side=1).other == ()
