import pytest

from services.adapters.detox.aligning import align
from services.moderation.detox.morphology import agreeing, belongs_to, inflected


@pytest.mark.parametrize(
    ("lemma", "like", "form"),
    [("человек", "дураков", "людей"), ("ерунда", "фигнёй", "ерундой"), ("уйти", "свалил", "ушел"),
     ("плохой", "дурацкая", "плохая"), ("blin", "дурак", "blin")],
)  # fmt: skip
def test_a_word_takes_the_shape_of_another(lemma: str, like: str, form: str) -> None:
    assert inflected(lemma, like) == form


def test_an_adjective_follows_the_noun_that_comes_in() -> None:
    assert agreeing("какой", "идиот", "глупость") == "какая"
    assert agreeing("вчера", "идиот", "глупость") == "вчера"


def test_a_word_before_a_noun_may_belong_to_it() -> None:
    assert belongs_to("этих", "дураков")
    assert not belongs_to("видит", "дураков")


def test_a_rewrite_is_aligned_word_by_word() -> None:
    found = align("гады, опять пишут фигню", "Опять пишут ерунду")
    assert [token.text for token in found.words] == ["гады", ",", "опять", "пишут", "фигню"]
    assert found.labels == ("", "", None, None, "ерунду")
