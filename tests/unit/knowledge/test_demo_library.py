import re

from handlers.command_menu import _PRIVATE as MENU
from services.knowledge.demo_library import ARTICLES, load_vectors, read_articles
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.prepared import prepare


def test_every_article_is_read_and_has_a_title_of_its_own() -> None:
    articles = read_articles()
    assert articles.skipped == ()
    assert len(articles.documents) >= 40
    assert len({article.title for article in articles.documents}) == len(articles.documents)


def test_the_shipped_vectors_are_those_of_the_articles() -> None:
    """When this fails: ``samovar reindex --demo-vectors services/knowledge/demo``."""
    shipped = load_vectors(ARTICLES, "packaged:e5")
    passages = [
        passage
        for document in prepare(read_articles().documents, MorphologicalLemmatizer())
        for passage in document.passages
    ]
    stale = [p.heading for p in passages if p.text_hash not in shipped]
    assert stale == []
    assert all(len(shipped[p.text_hash]) == 1 + len(p.sentences) for p in passages)
    assert load_vectors(ARTICLES, "packaged:another") == {}


def test_the_articles_name_every_command_that_the_menu_offers() -> None:
    texts = {path.name: path.read_text("utf-8") for path in ARTICLES.glob("*.md")}
    for name in ("35-commands.ru.md", "45-commands-and-groups.en.md"):
        listed = texts[name].split("\n\n")[1]
        assert set(re.findall(r"/(\w+)", listed)) == {*MENU, "access"}
        assert all(f"/{command} " in texts[name].split("\n\n", 2)[2] for command in MENU)
