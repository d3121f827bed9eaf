import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.answering.foreign import addresses, without_foreign

SOURCE = "Щи варят 40 минут. Рецепт: https://good.example/shchi, пишите @cook или /recipe."


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/x",
        "evil.com",
        "www.evil.ru/путь",
        "tg://user?id=7",
        "t.me/evil",
        "javascript:alert(1)",
        "mailto:a@evil.com",
        "boss@evil.com",
        "@evil_bot",
        "/forget",
        "/start@evil_bot",
        "#buynow",
        "192.168.1.1:80/x",
        "+7 900 123-45-67",
        "https://good.example/shchi/evil",
        "@cookie",
        "https://good.example/sh",
        "t\u2024me/evil",
        "t。me/evil",
        "t．me/evil",
        "＠evil_bot",
        "evil.museum/x",
        "evil.zip",
        "evil.bank",
        "//evil.com",
        "http:/evil.com",
        "xn--e1afmkfd.xn--p1ai",
        "@@evil_bot",
        "##buynow",
        "t.@evil_botme/x",
        "@@@evil_bot1evil_bot2",
    ],
)
def test_an_address_that_no_source_holds_is_taken_out(evil: str) -> None:
    left = without_foreign(f"Щи варят 40 минут, см. {evil} и ещё.", [SOURCE])
    assert evil not in left
    assert not addresses(left)
    assert left.startswith("Щи варят 40 минут")


@pytest.mark.parametrize(
    "known", ["https://good.example/shchi", "good.example/shchi", "@cook", "/recipe"]
)
def test_what_a_source_holds_may_be_quoted(known: str) -> None:
    text = f"Рецепт: {known}."
    assert without_foreign(text, [SOURCE]) == text


@pytest.mark.parametrize(
    "plain",
    [
        "Возьмите 1/2 стакана, и/или 3.5 кг, т.е. много.",
        "Файл /etc/passwd и result.json, 10:30, a < b > c.",
        "Цена 5 $ [1], №3, пункт 2.1.3.",
        "نیم‌فاصله می‌ماند [1].",
    ],
)
def test_ordinary_text_stays_as_it_is(plain: str) -> None:
    assert without_foreign(plain, []) == plain


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("[щи](https://evil.example) [1]", "щи [1]"),
        ("![x](https://evil.example/p.png)да", "xда"),
        ("<a href='tg://x'>щи</a><!-- тайна -->", "щи"),
        ("щи\u200b\U000e0041\u202e [1]", "щи [1]"),
    ],
)
def test_markup_and_what_nobody_sees_are_taken_out(written: str, left: str) -> None:
    assert without_foreign(written, []) == left


@given(st.text(max_size=200))
def test_it_ends_and_a_second_time_finds_nothing_foreign(text: str) -> None:
    once = without_foreign(text, [])
    assert len(once) <= len(text)
