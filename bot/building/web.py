from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot.clock import SystemClock
from bot.settings import Settings
from services.adapters.http.guard import AddressRules, guarded_client
from services.adapters.http.pages import PageReader
from services.adapters.http.robots import USER_AGENT, Robots
from services.adapters.http.searxng import SearxngSearch
from services.answering.websearch import WebRetriever
from services.inference.ports import TextEmbedder
from services.knowledge.ports import Lemmatizer


@asynccontextmanager
async def open_pages(settings: Settings) -> AsyncIterator[PageReader]:
    """Give the reader of web pages; only public addresses and those that the owner names."""
    rules = AddressRules(allowed=settings.private_networks)
    async with guarded_client(rules, user_agent=USER_AGENT) as client:
        yield PageReader(client, Robots(client=client, clock=SystemClock()))


@asynccontextmanager
async def open_web(
    settings: Settings, embedder: TextEmbedder, lemmatizer: Lemmatizer
) -> AsyncIterator[WebRetriever | None]:
    """Give the search of the web; None where no search engine is connected."""
    if settings.searxng_url is None:
        yield None
        return
    async with open_pages(settings) as pages, httpx.AsyncClient() as client:
        yield WebRetriever(
            engine=SearxngSearch(client, settings.searxng_url),
            pages=pages,
            embedder=embedder,
            lemmatizer=lemmatizer,
        )
