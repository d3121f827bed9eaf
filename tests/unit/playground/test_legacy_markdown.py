import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.formatting.legacy import parse_legacy
from playground.formatting.utf16 import cut, width
from playground.refusals import Refusal

KINDS = {"_": "italic", "*": "bold", "`": "code"}
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="_*`[]\\"),
    min_size=1,
    max_size=8,
)


def marks(source: str) -> list[tuple[str, str]]:
    text, entities = parse_legacy(source)
    return [(one.type, cut(text, one.offset, one.length)) for one in entities]


@given(st.lists(st.tuples(st.sampled_from(list(KINDS)), WORDS), max_size=6))
def test_every_entity_covers_exactly_what_its_marks_enclosed(pieces: list[tuple[str, str]]) -> None:
    source = " ".join(f"{mark}{word}{mark}" for mark, word in pieces)
    assert parse_legacy(source)[0] == " ".join(word for _, word in pieces)
    assert marks(source) == [(KINDS[mark], word) for mark, word in pieces]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("🥣 *щи*", [("bold", "щи")]),
        ("snake\\_case *b*", [("bold", "b")]),
        ("[a](https://a.org)", [("text_link", "a")]),
        ("[a](tg://user?id=5)", [("text_mention", "a")]),
        ("```python\nx = 1\n```", [("pre", "x = 1\n")]),
        ("*a _b_ c*", [("bold", "a _b_ c")]),
        ("1. a-b!", []),
    ],
)
def test_marks_of_the_first_style(source: str, expected: list[tuple[str, str]]) -> None:
    assert marks(source) == expected


def test_a_language_and_an_escaped_mark() -> None:
    assert parse_legacy("```python\nx```")[1][0].language == "python"
    assert parse_legacy("a\\_b\\c") == ("a_b\\c", [])


@pytest.mark.parametrize(("source", "at"), [("a_b", 1), ("щи *x", 5), ("[a", 0), ("```x", 0)])
def test_a_mark_without_an_end_is_refused(source: str, at: int) -> None:
    words = f"can't parse entities: Can't find end of the entity starting at byte offset {at}"
    with pytest.raises(Refusal) as caught:
        parse_legacy(source)
    assert caught.value.description == f"Bad Request: {words}"


@given(st.text(st.sampled_from("*_`[]()\\a 🥣\n"), max_size=30))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    with contextlib.suppress(Refusal):
        text, entities = parse_legacy(source)
        assert all(0 <= one.offset < one.offset + one.length <= width(text) for one in entities)
