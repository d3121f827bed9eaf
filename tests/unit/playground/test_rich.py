import contextlib

import pytest
from aiogram.types import RichMessage
from hypothesis import given
from hypothesis import strategies as st

from playground.encoding import Json
from playground.formatting.rich.blocks import detected, received
from playground.formatting.rich.html import html_blocks
from playground.formatting.rich.inline import plain
from playground.formatting.rich.limits import check_limits, plain_text
from playground.formatting.rich.lists import numeral
from playground.formatting.rich.markdown import markdown_html
from playground.refusals import Refusal


def picture(_tag: str, source: str) -> Json:
    return {"type": "photo", "photo": [], "source": source}


def of_html(source: str) -> list[Json]:
    return html_blocks(source, picture)


def of_markdown(source: str) -> list[Json]:
    return html_blocks(markdown_html(source), picture, lenient=True)


def kinds(blocks: list[Json]) -> list[str]:
    return [str(block["type"]) for block in blocks]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**b**", {"type": "bold", "text": "b"}),
        ("_i_", {"type": "italic", "text": "i"}),
        ("~~s~~", {"type": "strikethrough", "text": "s"}),
        ("==m==", {"type": "marked", "text": "m"}),
        ("||x||", {"type": "spoiler", "text": "x"}),
        ("`a < b`", {"type": "code", "text": "a < b"}),
        ("$x^2$", {"type": "mathematical_expression", "expression": "x^2"}),
        ("<sub>2</sub>", {"type": "subscript", "text": "2"}),
        ("[a](https://t.me/)", {"type": "url", "text": "a", "url": "https://t.me/"}),
        ("[a](tel:+1)", {"type": "phone_number", "text": "a", "phone_number": "+1"}),
        ("#tag", {"type": "hashtag", "text": "#tag", "hashtag": "tag"}),
        ("@alice", {"type": "mention", "text": "@alice", "username": "alice"}),
        (
            "![👍](tg://emoji?id=5)",
            {"type": "custom_emoji", "custom_emoji_id": "5", "alternative_text": "👍"},
        ),
    ],
)
def test_inline_markdown(source: str, text: Json) -> None:
    assert of_markdown(source) == [{"type": "paragraph", "text": text}]


def test_markdown_has_all_blocks() -> None:
    source = (
        "# Head\n\ntext\n\n- a\n- [x] b\n\n1. c\n\n> quote\n\n```python\nx = 1\n```\n\n---\n\n"
        "| a | b |\n|:--|:-:|\n| 1 | **2** |\n\n$$E = mc^2$$\n\n![](https://a.org/b.jpg)\n\n"
        "<details open><summary>more</summary>\n\n## In\n\n</details>\n\n"
        "<aside>pull<cite>who</cite></aside>\n"
    )
    blocks = of_markdown(source)
    assert kinds(blocks) == [
        "heading", "paragraph", "list", "list", "blockquote", "pre", "divider", "table",
        "mathematical_expression", "photo", "details", "pullquote",
    ]  # fmt: skip
    assert blocks[0]["size"] == 1
    assert blocks[2]["items"][1]["is_checked"] is True
    assert blocks[3]["items"][0]["label"] == "1."
    assert blocks[5] == {"type": "pre", "text": "x = 1", "language": "python"}
    assert [cell["align"] for cell in blocks[7]["cells"][0]] == ["left", "center"]
    assert blocks[10]["is_open"] is True
    assert kinds(blocks[10]["blocks"]) == ["heading"]
    assert blocks[11]["credit"] == "who"


def test_footnotes_become_references() -> None:
    first, note = of_markdown("a[^n] b\n\n[^n]: The _note_.")
    assert first["text"][1] == {"type": "reference_link", "text": "n", "reference_name": "n"}
    assert note["text"]["name"] == "n"
    assert plain(note["text"]) == "The note."


def test_html_lists_tables_quotes_and_maps() -> None:
    source = (
        '<ol start="3" type="a" reversed><li>x</li><li value="7" type="i">y</li></ol>'
        "<blockquote>q<cite>c</cite></blockquote><blockquote collapsed>long</blockquote>"
        '<table bordered compact><caption>cap</caption><tr><td colspan="2" align="right">v</td>'
        '</tr></table><tg-map lat="41.9" long="12.5" zoom="14"/><tg-thinking>hm</tg-thinking>'
        '<tg-button-row align="center"><tg-button type="url" url="https://a.org">go</tg-button>'
        "</tg-button-row>"
    )
    ordered, quote, folded, table, place, thinking, row = of_html(source)
    assert [item["label"] for item in ordered["items"]] == ["c.", "vii."]
    assert (kinds(quote["blocks"]), quote["credit"]) == (["paragraph"], "c")
    assert folded == {"type": "expandable_blockquote", "text": "long"}
    assert (table["is_bordered"], table["is_compact"], table["caption"]) == (True, True, "cap")
    assert table["cells"][0][0] == {
        "align": "right", "valign": "top", "colspan": 2, "text": "v"
    }  # fmt: skip
    assert (place["location"]["latitude"], place["zoom"]) == (41.9, 14)
    assert thinking == {"type": "thinking", "text": "hm"}
    assert row["buttons"] == [{"text": "go", "url": "https://a.org"}]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("щи <blink>x</blink>", 'Unsupported start tag "blink" at byte offset 5'),
        ("x</p>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ],
)
def test_broken_html_is_refused(source: str, words: str) -> None:
    with pytest.raises(Refusal, match="can't parse entities") as caught:
        of_html(source)
    assert words in caught.value.description


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [{"type": "paragraph", "text": "x" * 32_769}],
        [{"type": "divider"}] * 501,
        [{"type": "photo"}] * 51,
        [{"type": "table", "cells": [[{"text": "x"}] * 21]}],
    ],
)
def test_what_is_too_large_is_refused(blocks: list[Json]) -> None:
    with pytest.raises(Refusal, match="RICH_MESSAGE_"):
        check_limits(blocks)


def test_seventeen_levels_are_too_many() -> None:
    block: Json = {"type": "paragraph", "text": "x"}
    for _ in range(15):
        block = {"type": "details", "summary": "s", "blocks": [block]}
    check_limits([block])
    with pytest.raises(Refusal, match="RICH_MESSAGE_TOO_DEEP"):
        check_limits([{"type": "details", "summary": "s", "blocks": [block]}])


def test_sent_blocks_become_received_ones() -> None:
    sent: list[Json] = [
        {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": "a"}], "value": 4}]},
        {"type": "map", "location": {"latitude": 1.0, "longitude": 2.0}},
        {"type": "photo", "photo": {"media": "x"}, "caption": {"text": "c"}},
        {"type": "pre", "text": "@alice"},
    ]

    def file(kind: str, _media: object) -> Json:
        return {"type": kind, kind: ["sizes"]}

    listed, place, photo, pre = received(sent, file)
    assert listed["items"][0]["label"] == "4."
    assert place["zoom"] > 0
    assert photo == {"type": "photo", "caption": {"text": "c"}, "photo": ["sizes"]}
    assert pre["text"] == "@alice"
    assert detected({"type": "bold", "text": "see @alice"})["text"][1]["type"] == "mention"  # type: ignore[call-overload,index]  # JSON
    assert plain_text([{"type": "heading", "text": "H"}, photo]) == "H\nc"


@pytest.mark.parametrize(
    ("number", "kind", "written"),
    [(1, "1", "1"), (27, "a", "aa"), (3, "A", "C"), (14, "i", "xiv"), (1994, "I", "MCMXCIV")],
)
def test_numerals(number: int, kind: str, written: str) -> None:
    assert numeral(number, kind) == written


@given(st.text(st.sampled_from("#*_`|=$[]()!<>/-\n abп1.:^~"), max_size=60))
def test_any_markdown_gives_blocks_that_the_bot_api_knows(source: str) -> None:
    with contextlib.suppress(Refusal):
        blocks = html_blocks(markdown_html(source), picture, lenient=True)
        RichMessage.model_validate({"blocks": blocks})


@given(st.text(st.sampled_from("<>/pb ulite=\"'&;#x1a\n"), max_size=60))
def test_any_html_gives_blocks_or_is_refused(source: str) -> None:
    with contextlib.suppress(Refusal):
        RichMessage.model_validate({"blocks": of_html(source)})
