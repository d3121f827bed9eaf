from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from bot.clock import SystemClock
from bot.settings import Settings
from services.adapters.http.guard import AddressRules, guarded_client
from services.adapters.http.pages import PageReader
from services.adapters.http.robots import USER_AGENT, Robots
from services.adapters.http.searxng import SearxngSearch
from services.answering.websearch import WebRetriever
from services.errors import InvalidInputError
from services.inference.ports import TextEmbedder
from services.knowledge.chat_files import ChatFile
from services.knowledge.ports import Lemmatizer
from services.knowledge.readers.models import ReadSource
from services.people.models import Role
from services.people.ports import PeopleStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPages:
    """``PageSource``: pages that people add in chats.

    Attributes:
        public: Reads what anybody can read.
        named: Reads also the private networks that the owner names; for the owner and admins
            alone, or whoever may talk to the bot could look around in those networks.
    """

    public: PageReader
    named: PageReader
    people: PeopleStore

    async def read(self, file: ChatFile) -> ReadSource:
        """Read the page at the file's address; see the port."""
        if file.address is None:
            msg = "the file is no page"
            raise InvalidInputError(msg)
        person = await self.people.find(file.user_id)
        trusted = person is not None and person.role in {Role.OWNER, Role.ADMIN}
        return await (self.named if trusted else self.public).read(file.address)


@asynccontextmanager
async def open_chat_pages(settings: Settings, people: PeopleStore) -> AsyncIterator[ChatPages]:
    """Give the reader of pages that people add in chats."""
    async with open_pages(settings) as named, _opened(AddressRules()) as public:
        yield ChatPages(public=public, named=named, people=people)


@asynccontextmanager
async def open_pages(settings: Settings) -> AsyncIterator[PageReader]:
    """Give the reader of web pages; only public addresses and those that the owner names."""
    async with _opened(AddressRules(allowed=settings.private_networks)) as pages:
        yield pages


@asynccontextmanager
async def _opened(rules: AddressRules) -> AsyncIterator[PageReader]:
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
