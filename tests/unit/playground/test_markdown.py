import contextlib

import pytest
from aiogram.utils.text_decorations import markdown_decoration
from hypothesis import given
from hypothesis import strategies as st

from playground.formatting.markdown import parse_markdown
from playground.formatting.utf16 import cut, width
from playground.refusals import Refusal

MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\\"),
    min_size=1,
    max_size=8,
)


def marks(source: str) -> list[tuple[str, str]]:
    text, entities = parse_markdown(source)
    return [(one.type, cut(text, one.offset, one.length)) for one in entities]


@given(st.lists(st.tuples(st.sampled_from(list(MARKS)), WORDS), max_size=6))
def test_every_entity_covers_exactly_what_its_marks_enclosed(pieces: list[tuple[str, str]]) -> None:
    source = " ".join(f"{mark}{markdown_decoration.quote(word)}{mark}" for mark, word in pieces)
    text, _ = parse_markdown(source)
    assert text == " ".join(word for _, word in pieces)
    assert marks(source) == [(MARKS[mark], word) for mark, word in pieces]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("🥣 *щи*", [("bold", "щи")]),
        ("*a _b_*", [("bold", "a b"), ("italic", "b")]),
        ("`a*b`", [("code", "a*b")]),
        ("```python\nx = 1\n```", [("pre", "x = 1\n")]),
        (">a\n>b\nc", [("blockquote", "a\nb")]),
        (">a\n>b||\nc", [("expandable_blockquote", "a\nb")]),
        (">a\n**>b||", [("blockquote", "a"), ("expandable_blockquote", "b")]),
        ("![👍](tg://emoji?id=5)", [("custom_emoji", "👍")]),
        ("1\\. a\\_b", []),
    ],
)
def test_marks_of_telegram(source: str, expected: list[tuple[str, str]]) -> None:
    assert marks(source) == expected


def test_links_and_languages() -> None:
    _, [link] = parse_markdown(r"[a](https://a.org/\)x)")
    assert link.url == "https://a.org/)x"
    _, [code] = parse_markdown("```python\nx```")
    assert code.language == "python"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("щи *x", "Can't find end of Bold entity at byte offset 5"),
        ("*a _b*", "Can't find end of Italic entity at byte offset 3"),
        ("`a", "Can't find end of Code entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 3"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
    ],
)
def test_broken_markdown_is_refused_in_telegrams_words(source: str, sentence: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_markdown(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {sentence}"


@given(st.text(st.sampled_from("*_~|`[]()>!\\.a 🥣\n"), max_size=30))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    with contextlib.suppress(Refusal):
        text, entities = parse_markdown(source)
        assert all(0 <= one.offset < one.offset + one.length <= width(text) for one in entities)
