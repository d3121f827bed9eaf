"""The articles that ship with the demo, and the questions they are measured on."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
ARTICLES = sorted((ROOT / "services" / "knowledge" / "demo").iterdir())
QUESTIONS = ROOT / "tests" / "data" / "demo_questions.jsonl"
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
# Words that end in a stop in mid-sentence would cut a quotation short.
ABBREVIATION = re.compile(r"\b(?:ст|ч|гр?|кг|мл|мин|т\. ?е|т\. ?д|др|tbsp|tsp|min|approx)\.")


def quotable(article: Path) -> list[str]:
    """Sentences outside headings and list markers."""
    lines = [line for line in article.read_text("utf-8").splitlines() if not line.startswith("#")]
    bare = [re.sub(r"^(?:\d+\.|-)\s+", "", line) for line in lines if line]
    return [part for line in bare for part in re.split(r"(?<=[.!?])\s+", line)]


def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.name)
def test_article_has_the_shape_that_readers_and_quotations_rely_on(article: Path) -> None:
    named = re.fullmatch(r"\d\d-[a-z-]+\.(ru|en)\.md", article.name)
    assert named is not None
    text = article.read_text("utf-8")
    assert re.match(r"# \S[^\n]+\n\n", text)
    assert len(re.findall(r"^## ", text, re.MULTILINE)) >= 3
    assert 120 <= len(text.split()) <= 350
    assert bool(CYRILLIC.search(text)) == (named[1] == "ru")
    assert ABBREVIATION.search(text) is None


def test_numbers_are_unique_and_no_sentence_is_said_twice() -> None:
    assert max(Counter(article.name[:2] for article in ARTICLES).values()) == 1
    said = Counter(sentence for article in ARTICLES for sentence in quotable(article))
    assert [sentence for sentence, times in said.items() if times > 1] == []


def test_each_expected_quotation_stands_in_the_article_that_is_expected() -> None:
    texts = {article.name: article.read_text("utf-8").replace("`", "") for article in ARTICLES}
    wrong = [
        (question["id"], words)
        for question in questions()
        if question["expect_source"] is not None
        for words in question["expect_any"] or [None]
        if words is None or words not in texts[question["expect_source"]]
    ]
    assert wrong == []


def test_questions_cover_every_article_follow_ups_and_what_nothing_answers() -> None:
    asked = questions()
    assert len({question["id"] for question in asked}) == len(asked) >= 60
    sources = {question["expect_source"] for question in asked}
    assert {article.name for article in ARTICLES} <= sources
    assert sum(question["expect_source"] is None for question in asked) >= 12
    assert sum(bool(question["history"]) for question in asked) >= 15
