import pytest

from services.moderation.detox.guarding import Guard
from services.moderation.detox.tidying import cased, tidied
from tests.unit.moderation.detox.judging import WordJudge

TEXT = "этот дурак не вернул мне 300 рублей за телефон"


@pytest.mark.parametrize(
    ("polite", "is_admitted"),
    [
        ("этот человек не вернул мне 300 рублей за телефон", True),
        ("он не вернул 300 рублей за телефон", True),
        ("этот дурак не вернул мне 300 рублей за телефон", False),
        ("этот человек вернул мне 300 рублей за телефон", False),
        ("этот человек не вернул мне 200 рублей за телефон", False),
        ("этот человек не купил мне 300 пирогов на вокзале", False),
        ("этот человек не вернул 300 рублей за телефон" + " и уехал далеко" * 4, False),
        ("", False),
    ],
)
def test_only_what_is_calm_and_means_the_same_passes(polite: str, *, is_admitted: bool) -> None:
    assert Guard(WordJudge()).admits(TEXT, polite) is is_admitted


@pytest.mark.parametrize(
    ("left", "before", "tidy"),
    [
        ("Иди домой, .", "Иди домой, гад.", "Иди домой."),
        (", иди домой", "Гад, иди домой", "Иди домой"),
        ("он , она, и мы", "он гад, она, и мы", "он, она, и мы"),
        ("да , нет", "да , нет гад", "да , нет"),
        ("ну   да", "ну гад да", "ну да"),
        ("строка\nещё", "строка гад\nещё", "строка\nещё"),
        ("вот :)", "вот гад :)", "вот :)"),
    ],
)
def test_seams_are_mended(left: str, before: str, tidy: str) -> None:
    assert tidied(left, before) == tidy


@pytest.mark.parametrize(
    ("word", "like", "written"),
    [("ерунда", "ЧУШЬ", "ЕРУНДА"), ("ерунда", "Чушь", "Ерунда"), ("ерунда", "чушь", "ерунда"),
     ("", "Чушь", ""), ("он", "Я", "Он")],
)  # fmt: skip
def test_capitals_are_taken_over(word: str, like: str, written: str) -> None:
    assert cased(word, like) == written
