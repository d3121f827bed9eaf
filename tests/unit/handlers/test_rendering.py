import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.i18n import load_catalogue
from handlers.rendering.answers import Keyboard, answer_parts, body, stopped_parts
from handlers.rendering.rich import LIMIT, RichText, Span, utf16_length
from services.answering.models import (
    Answer,
    Citation,
    Decision,
    RankedPassage,
    SearchQuery,
    Writer,
)
from services.knowledge.models import (
    DayRange,
    LibraryId,
    PassageId,
    PassageSource,
    StoredPassage,
)
from services.knowledge.visible import visible

_TEXTS = load_catalogue("en").texts("ru")
_TAGS = {"a", "b", "i", "u", "s", "code", "pre", "blockquote", "strong", "em", "del", "ins"}


class _Shown(HTMLParser):
    """Reads a part as Telegram does: balanced known tags only; keeps text and links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS
        assert {name for name, _ in attrs} <= {"href", "expandable", "class"}
        self.open.append(tag)
        self.links.extend(value or "" for name, value in attrs if name == "href")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _answer(text: str, *citations: Citation, **changes: object) -> Answer:
    values: dict[str, object] = {
        "question": "?", "query": SearchQuery(text="?"), "decision": Decision.SOURCES,
        "language": "ru", "text": text, "citations": citations, "abstained": False,
    }  # fmt: skip
    return Answer(**(values | changes))  # type: ignore[arg-type]  # tests build it from parts


def _citation(n: int = 1, **changes: object) -> Citation:
    values: dict[str, object] = {
        "n": n, "source": "s", "url": "https://t.me/c/1", "title": "Щи", "quote": "Капуста"
    }  # fmt: skip
    return Citation(**(values | changes))  # type: ignore[arg-type]  # tests build it from parts


def _html(answer: Answer) -> str:
    return "\n".join(part.html for part in answer_parts(answer, _TEXTS))


def test_markers_open_their_source_and_sources_hide_in_a_quote() -> None:
    html = _html(_answer("Варите час [1]. Солите [2].", _citation(1), _citation(2, url=None)))
    assert '<a href="https://t.me/c/1">[1]</a>' in html
    assert "Солите [2]." in html
    assert "<blockquote expandable><b>Источники</b>" in html
    assert '1. <a href="https://t.me/c/1">Щи</a>' in html
    assert "<i>«Капуста»</i>" in html


def test_links_for_members_say_so() -> None:
    assert "участникам" in _html(_answer("Да [1].", _citation(members_only=True)))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "tg://user?id=1", "https://", 'http://[bad" onclick', "t.me/x"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert _Shown(_html(_answer("Да [1].", _citation(url=url)))).links == []


def test_quotes_in_an_address_stay_inside_the_attribute() -> None:
    shown = _Shown(_html(_answer("Да [1].", _citation(url='https://a.b/?q="><b>x</b>'))))
    assert shown.links[0] == 'https://a.b/?q="><b>x</b>'


def test_untrusted_titles_and_quotes_are_only_text() -> None:
    evil = "</blockquote><a href='tg://user?id=1'>x</a>&amp;"
    shown = _Shown(_html(_answer("Да [1].", _citation(title=evil, quote=evil))))
    assert shown.text.count(evil) == 2
    assert shown.links == ["https://t.me/c/1"] * 2


def test_markdown_of_a_model_becomes_formatting_and_loses_its_links() -> None:
    text = "**Важно**: варите [долго](https://evil.example) `час` [1]."
    shown = _Shown(body(text, [_citation()]).html())
    assert shown.text == "Важно: варите долго час [1]."
    assert shown.links == ["https://t.me/c/1"]
    assert "<b>Важно</b>" in body(text, []).html()


def test_plain_sentences_keep_their_stars_and_underscores() -> None:
    text = "2 * 3 * 4 = 24, файл some_file_name.txt, вот <тег> & всё"
    assert _Shown(body(text, []).html()).text == text


def test_an_abstention_offers_what_was_found_once() -> None:
    passage = StoredPassage(
        passage_id=PassageId(1), library_id=LibraryId("demo"), text="Борщ варят долго", title="",
        lemmas="", sentences=(), sources=(PassageSource(source="s", url=None, title="Борщ <3"),),
    )  # fmt: skip
    offered = (RankedPassage(passage=passage, score=1.0),) * 2
    (part,) = answer_parts(_answer("", abstained=True, offered=offered), _TEXTS)
    assert part.html.count("Борщ &lt;3") == 1
    assert part.keyboard is Keyboard.RETRY


def test_an_abstention_offers_each_document_once_by_its_first_place() -> None:
    """Two passages of an article were offered as two articles of the same name."""
    offered = tuple(
        RankedPassage(
            passage=StoredPassage(
                passage_id=PassageId(n), library_id=LibraryId("demo"), text="x", title="",
                lemmas="", sentences=(), sources=(
                    PassageSource(source="s", url=f"https://e.org/{page}", title="Борщ"),
                ),
            ),
            score=1.0,
        )
        for n, page in enumerate(("a#one", "a#two", "b#one"))
    )  # fmt: skip
    (part,) = answer_parts(_answer("", abstained=True, offered=offered), _TEXTS)
    assert _Shown(part.html).links == ["https://e.org/a#one", "https://e.org/b#one"]


def test_small_talk_comes_from_the_catalogue_without_buttons() -> None:
    (part,) = answer_parts(_answer("smalltalk-thanks", decision=Decision.SMALL_TALK), _TEXTS)
    assert part.html == _TEXTS("smalltalk-thanks")
    assert part.keyboard is Keyboard.NONE


def test_a_stopped_answer_keeps_its_text_and_says_so() -> None:
    (part,) = stopped_parts("Половина <ответа", _TEXTS)
    assert part.html.startswith("Половина &lt;ответа")
    assert "неполный" in part.html


_words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), min_size=1, max_size=40)
_pieces = st.one_of(_words, st.sampled_from(["\n", "\n\n", " ", ". ", "[1]", "[2]", "😀", "<b>"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(_pieces, max_size=60), st.integers(1, 120))
def test_every_part_is_valid_and_short_and_nothing_is_lost(pieces: list[str], repeats: int) -> None:
    text = "".join(pieces) * repeats + "."
    parts = answer_parts(_answer(text, _citation(1), _citation(2)), _TEXTS)
    shown = [_Shown(part.html) for part in parts]
    assert all(0 < utf16_length(one.text) <= LIMIT for one in shown)
    assert {part.keyboard for part in parts[:-1]} <= {Keyboard.NONE}
    assert parts[-1].keyboard is Keyboard.ANSWER
    if not re.search(r"\*\*|__|`|^\s*[#*+|]|\x00", text, re.MULTILINE):
        joined = re.sub(r"\s", "", visible("".join(one.text for one in shown)))
        assert joined.startswith(re.sub(r"\s", "", visible(text)))


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
    st.lists(
        st.tuples(
            st.sampled_from(["bold", "italic", "underline", "code"]),
            st.integers(0, 60),
            st.integers(1, 60),
        ),
        max_size=8,
    ),
    st.integers(1, 70),
)
def test_formatting_of_any_shape_nests_and_keeps_the_text(
    text: str, marks: list[tuple[str, int, int]], limit: int
) -> None:
    spans = tuple(
        Span(kind, start, min(start + length, len(text)))
        for kind, start, length in marks
        if start < len(text)
    )
    shown = [_Shown(part.html()).text for part in RichText(text, spans).parts(limit + 1)]
    assert "".join("".join(shown).split()) == "".join(text.replace("\r", "\n").split())


@pytest.mark.parametrize(
    ("writer", "footer"),
    [
        (Writer.SPARE_MODEL, "запасная"),
        (Writer.SOURCES_ALONE, "составлен из предложений источников"),
    ],
)
def test_a_stand_in_is_said_to_be_one_below_the_sources(writer: Writer, footer: str) -> None:
    answer = _answer("Щи готовы [1].", _citation(), writer=writer)
    (part,) = answer_parts(answer, _TEXTS)
    assert part.keyboard is Keyboard.ANSWER
    assert footer in _Shown(part.html).text.splitlines()[-1]
    chosen = _html(_answer("Щи готовы [1].", _citation()))
    assert part.html.startswith(chosen)
    assert footer not in chosen


def test_a_person_is_told_how_a_garbled_question_was_read() -> None:
    query = SearchQuery(text="как сварить щи", corrected="как <b>сварить</b> щи")
    html = _html(_answer("Варите час [1].", _citation(), query=query))
    assert "<i>🔎 Искал: «как &lt;b&gt;сварить&lt;/b&gt; щи»</i>\n\nВарите час" in html


def test_a_person_is_told_that_the_days_had_nothing() -> None:
    days = DayRange(date(2026, 3, 1), date(2026, 3, 31))
    dated = SearchQuery(text="щи", posted=days, undated=True)
    assert "смотрел за всё время" in _html(_answer("Варите час [1].", _citation(), query=dated))
    silent = SearchQuery(text="?", posted=days, undated=True, whole_days=True)
    assert "ничего не публиковали" in _html(_answer("", query=silent, abstained=True))
