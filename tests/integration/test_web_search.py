from collections.abc import AsyncIterator, Sequence

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from services.adapters.http.guard import AddressRules, guarded_client, networks
from services.adapters.http.pages import PageReader
from services.adapters.http.robots import Robots
from services.adapters.http.searxng import SearxngSearch
from services.answering.websearch import WEB, WebRetriever
from services.errors import UnavailableError
from services.inference.models import EmbedRole, Priority
from services.knowledge.lemmas import MorphologicalLemmatizer
from tests.fakes.clock import FakeClock
from tests.support.searxng_server import SmallWeb, small_web

SOUP = """<html><body><article><h1>Зелёные щи</h1><p>Зелёные щи варят из щавеля или крапивы.
Варить их нужно двадцать минут на слабом огне, а яйцо кладут в тарелку.</p></article>"""
TEA = """<html><body><article><h1>Чай</h1><p>Чай заваривают водой, которая только что закипела.
Листовому чаю хватает пяти минут, а потом он горчит.</p></article>"""
LEMMATIZER = MorphologicalLemmatizer()


class WordVectors:
    """Vectors that tell words: the pool itself has tests of its own. ``down``: no worker."""

    def __init__(self) -> None:
        self.down = False
        self.texts = 0

    async def embed(
        self,
        texts: Sequence[str],
        *,
        role: EmbedRole,
        priority: Priority = Priority.HIGH,
        deadline_s: float = 30.0,
    ) -> NDArray[np.float32]:
        assert role is EmbedRole.PASSAGE
        if self.down:
            raise UnavailableError("no worker", dependency="workers")
        self.texts += len(texts)
        return np.stack([words(text) for text in texts])


def words(text: str) -> NDArray[np.float32]:
    vector = np.full(64, 0.01, dtype=np.float32)
    for lemma in LEMMATIZER.content_lemmas(text):
        vector[sum(lemma.encode()) % 64] += 1
    return vector / np.linalg.norm(vector)


@pytest.fixture
async def internet() -> AsyncIterator[SmallWeb]:
    async with small_web() as small:
        small.pages = {"/soup": SOUP, "/tea": TEA}
        yield small


@pytest.fixture
async def retriever(internet: SmallWeb) -> AsyncIterator[WebRetriever]:
    rules = AddressRules(allowed=networks("127.0.0.0/8"))
    async with guarded_client(rules, user_agent="test") as client, httpx.AsyncClient() as own:
        yield WebRetriever(
            engine=SearxngSearch(own, internet.base),
            pages=PageReader(client, Robots(client=client, clock=FakeClock())),
            embedder=WordVectors(),
            lemmatizer=LEMMATIZER,
        )


QUERY = "Сколько варить зелёные щи?"


async def search(retriever: WebRetriever, *, vector: bool = True) -> list[str]:
    found = await retriever.search(
        QUERY, lemmas=LEMMATIZER.content_lemmas(QUERY), vector=words(QUERY) if vector else None,
        language="ru",
    )  # fmt: skip
    return [candidate.passage.text for candidate in found]


async def test_pages_of_the_web_become_passages_that_open_where_they_stand(
    internet: SmallWeb, retriever: WebRetriever
) -> None:
    found = await retriever.search(
        QUERY, lemmas=LEMMATIZER.content_lemmas(QUERY), vector=words(QUERY), language="ru"
    )
    best = found[0].passage
    assert "двадцать минут" in best.text
    assert (best.library_id, best.sources[0].url) == (WEB, f"{internet.base}/soup")
    assert best.passage_id < 0
    assert best.sentence_vectors is not None
    assert len(best.sentence_vectors) == len(best.sentences)
    assert internet.asked == [(QUERY, "ru")]


async def test_a_page_that_may_not_be_read_stands_for_itself_with_its_snippet(
    internet: SmallWeb, retriever: WebRetriever
) -> None:
    internet.pages = {"/closed": SOUP}
    internet.snippets = {"/closed": "Щи зелёные готовят за полчаса."}
    assert await search(retriever) == ["Щи зелёные готовят за полчаса."]


async def test_without_a_worker_the_web_is_ranked_by_words(
    internet: SmallWeb, retriever: WebRetriever
) -> None:
    embedder = retriever.embedder
    assert isinstance(embedder, WordVectors)
    embedder.down = True
    assert "двадцать минут" in (await search(retriever))[0]
    embedder.down = False
    assert "двадцать минут" in (await search(retriever, vector=False))[0]
    assert embedder.texts == 0


@pytest.mark.parametrize(
    ("status", "body"), [(500, None), (403, None), (200, "<html>"), (200, '{"results": 5}')]
)
async def test_a_search_engine_in_trouble_is_unavailable(
    internet: SmallWeb, retriever: WebRetriever, status: int, body: str | None
) -> None:
    internet.status, internet.body = status, body
    with pytest.raises(UnavailableError):
        await search(retriever)


async def test_addresses_of_other_kinds_are_left_out(
    internet: SmallWeb, retriever: WebRetriever
) -> None:
    internet.body = (
        '{"results": [{"url": "javascript:alert(1)", "content": "щи"},'
        ' {"url": "file:///etc/passwd", "content": "щи"}]}'
    )
    assert await search(retriever) == []
