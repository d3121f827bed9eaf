import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.vocatives import Vocatives

NAMES = Vocatives(["Самовар", "samovar", ""])


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Самовар, сколько варить щи?", "сколько варить щи?"),
        ("самовар: сколько варить щи?", "сколько варить щи?"),
        ("Эй, Самовар! сколько варить щи?", "сколько варить щи?"),
        ("Самовар — сколько варить щи?", "сколько варить щи?"),
        ("Hey Samovar, how long?", "how long?"),
        ("Сколько варить щи, самовар?", "Сколько варить щи?"),
    ],
)
def test_the_bot_is_called_by_its_name(text: str, question: str) -> None:
    assert NAMES.calls(text)
    assert NAMES.without(text) == question


@pytest.mark.parametrize(
    "text",
    ["Самовар купили вчера", "Где наш самовар?", "Самовары, чашки и ложки", "Самовар,", "самовар"],
)
def test_talk_about_a_samovar_is_not_for_the_bot(text: str) -> None:
    assert not NAMES.calls(text)
    assert NAMES.without(text) == text


def test_a_bot_without_a_name_is_never_called() -> None:
    assert not Vocatives(["", " "]).calls("Самовар, сколько варить щи?")


@pytest.mark.parametrize("name", ["a.c", "бот+", "(бот", "[бот]", "б|в", "бот\\", "^бот$"])
def test_names_are_no_patterns(name: str) -> None:
    named = Vocatives([name])

    assert named.without(f"{name}, да?") == "да?"
    assert not named.calls("abc, да?")
    assert not named.calls("ботт, да?")
    assert not named.calls("бот, да?")


@given(st.text())
def test_what_is_not_called_stays_as_it_is(text: str) -> None:
    if not NAMES.calls(text):
        assert NAMES.without(text) == text
