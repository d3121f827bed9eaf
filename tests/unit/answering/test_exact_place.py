"""Links that open a page at the words that are quoted."""

from urllib.parse import unquote

import pytest

from services.answering.exact_place import exact_place


@pytest.mark.parametrize(
    ("url", "words", "directive"),
    [
        ("https://example.org/a", "Plain words here.", "Plain%20words%20here."),
        ("https://example.org/a", "Well-known, R&D", "Well%2Dknown%2C%20R%26D"),
        ("https://example.org/a", "one two three four five six seven eight nine ten",
         "one%20two%20three%20four,seven%20eight%20nine%20ten"),
        ("https://example.org/a", "first line\nand the end", "first%20line,and%20the%20end"),
    ],
)  # fmt: skip
def test_a_web_page_opens_at_the_quote(url: str, words: str, directive: str) -> None:
    assert exact_place(url, words) == f"{url}#:~:text={directive}"


def test_a_heading_stays_for_browsers_that_know_no_text_fragments() -> None:
    assert (
        exact_place("https://example.org/a#top", "Words")
        == "https://example.org/a#top:~:text=Words"
    )


@pytest.mark.parametrize(
    "url",
    [
        None, "https://t.me/c/1/2", "https://example.org/a.pdf#page=3", "https://example.org/a.pdf",
        "file:///book.html", "https://example.org/a#:~:text=x", "https://example.org/a#/route",
    ],
)  # fmt: skip
def test_what_is_exact_already_stays(url: str | None) -> None:
    assert exact_place(url, "Words") == url


def test_words_come_back_whole() -> None:
    found = exact_place("https://example.org/a", "Щи солят в конце - не раньше, & всё.")
    assert found is not None
    assert unquote(found.partition("text=")[2]).startswith("Щи солят в конце")
    assert "-" not in found.partition("text=")[2]
