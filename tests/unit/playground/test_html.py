import contextlib

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration
from hypothesis import given
from hypothesis import strategies as st

from playground.formatting.html import parse_html
from playground.formatting.utf16 import cut, width
from playground.refusals import Refusal

TAGS = {
    "b": "bold", "em": "italic", "u": "underline", "del": "strikethrough",
    "tg-spoiler": "spoiler", "code": "code", "blockquote": "blockquote",
}  # fmt: skip
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
PIECES = st.lists(st.tuples(st.sampled_from(["", *TAGS]), WORDS), max_size=8)


def marks(source: str) -> list[tuple[str, str]]:
    text, entities = parse_html(source)
    return [(one.type, cut(text, one.offset, one.length)) for one in entities]


@given(PIECES)
def test_every_entity_covers_exactly_what_its_tag_enclosed(pieces: list[tuple[str, str]]) -> None:
    source = ""
    for tag, word in pieces:
        quoted = html_decoration.quote(word)
        source += f"<{tag}>{quoted}</{tag}>" if tag else quoted
    text, entities = parse_html(source)
    assert text == "".join(word for _, word in pieces)
    expected = [(TAGS[tag], word) for tag, word in pieces if tag]
    assert [(one.type, cut(text, one.offset, one.length)) for one in entities] == expected
    assert all(one.offset + one.length <= width(text) for one in entities)


@given(st.lists(WORDS, min_size=3, max_size=3))
def test_nested_tags_come_outer_first(words: list[str]) -> None:
    before, outer, inner = words
    source = "{}<b>{}<i>{}</i></b>".format(*map(html_decoration.quote, (before, outer, inner)))
    text, entities = parse_html(source)
    assert text == before + outer + inner
    assert entities == [
        MessageEntity(type="bold", offset=width(before), length=width(outer + inner)),
        MessageEntity(type="italic", offset=width(before + outer), length=width(inner)),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("🥣<b>щи</b>", [("bold", "щи")]),
        ("<span class='tg-spoiler'>a</span>", [("spoiler", "a")]),
        ("<blockquote expandable>a\nb</blockquote>", [("expandable_blockquote", "a\nb")]),
        ("<pre>x &lt; <b>y</b></pre>", [("pre", "x < y")]),
        ("<b></b><i> </i>", [("italic", " ")]),
        ("<B>x</b>", [("bold", "x")]),
        ("<a href='ftp://x'>x</a>", []),
        ("a &amp; b &unknown; &#128513; &#x416;", []),
    ],
)
def test_tags_of_telegram(source: str, expected: list[tuple[str, str]]) -> None:
    assert marks(source) == expected


def test_attributes_become_fields() -> None:
    _, [link] = parse_html('<a href="https://t.me/x?a=1&amp;b=2">x</a>')
    assert link.url == "https://t.me/x?a=1&b=2"
    _, [code] = parse_html('<pre><code class="language-python">x</code></pre>')
    assert (code.type, code.language) == ("pre", "python")
    _, [emoji] = parse_html('<tg-emoji emoji-id="53">👍</tg-emoji>')
    assert emoji.custom_emoji_id == "53"
    _, [person] = parse_html('<a href="tg://user?id=42">x</a>')
    assert person.user is not None
    assert person.user.id == 42
    _, [bare] = parse_html("<a>example.com</a>")
    assert bare.url == "http://example.com/"
    assert parse_html("a &amp; b &unknown; &#128513;")[0] == "a & b &unknown; 😁"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("щи <h1>x</h1>", 'Unsupported start tag "h1" at byte offset 5'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a "x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        (
            "<a href 'x'>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, sentence: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {sentence}"


@given(st.text(st.sampled_from("<>/&;ab\"'= \n🥣щ#x1"), max_size=40))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    with contextlib.suppress(Refusal):
        text, entities = parse_html(source)
        assert all(0 <= one.offset < one.offset + one.length <= width(text) for one in entities)
