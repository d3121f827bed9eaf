import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.building.search_index import AnyApplier, AnyIndex, open_search_index
from bot.clock import SystemClock
from bot.settings import Settings
from services.adapters.files.marks import FileMarks
from services.adapters.search.sole import claim_of
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge import SqlPassageStore
from services.adapters.sql.knowledge_feed import SqlChangeFeed
from services.adapters.sql.knowledge_ingest import SqlDocumentStore
from services.adapters.sql.knowledge_libraries import SqlLibraries
from services.inference.ports import TextEmbedder
from services.knowledge.demo_library import MountDemoLibrary
from services.knowledge.embedding import EmbedPassages
from services.knowledge.forgetting import ForgetKnowledge
from services.knowledge.ingest import IngestSources
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.tasks import Nursery

_SEARCH_THREADS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The knowledge base of a process.

    Attributes:
        index: Both retrieval legs.
        passages: Passages by id, and their way to vectors.
        lemmatizer: The one that the index is built with.
        libraries: Libraries and their audiences.
        documents: Documents in SQL.
        ingest: The use case that takes documents over.
        applier: Brings the index up to SQL.
        forget: The use case that removes libraries and documents for good.
        mount_demo: The use case that brings the demo library in.
    """

    index: AnyIndex
    passages: SqlPassageStore
    lemmatizer: MorphologicalLemmatizer
    libraries: SqlLibraries
    documents: SqlDocumentStore
    ingest: IngestSources
    applier: AnyApplier
    forget: ForgetKnowledge
    mount_demo: MountDemoLibrary


@asynccontextmanager
async def open_knowledge(
    settings: Settings, sessions: Sessions, nursery: Nursery
) -> AsyncIterator[Knowledge]:
    """Open the knowledge base and follow SQL, unless another process of the directory does.

    Args:
        settings: For the data directory and the number of open libraries.
        sessions: An open database with the newest schema.
        nursery: Owner of the applier's task; closed by the caller before this context ends.
    """
    feed = SqlChangeFeed(sessions)
    async with AsyncExitStack() as stack:
        executor = stack.enter_context(
            ThreadPoolExecutor(_SEARCH_THREADS, thread_name_prefix="search")
        )
        search = await stack.enter_async_context(open_search_index(settings, feed, executor))
        documents = SqlDocumentStore(sessions)
        passages = SqlPassageStore(sessions, settings.public_url)
        libraries = SqlLibraries(sessions)
        lemmatizer = MorphologicalLemmatizer()
        ingest = IngestSources(
            store=documents, lemmatizer=lemmatizer, feed=feed,
            marks=FileMarks(settings.data / "ingest"),
        )  # fmt: skip
        nursery.start(search.applier.run(), name="index-applier")
        # Otherwise the first question would load them on the event loop.
        nursery.start(asyncio.to_thread(lemmatizer.load), name="dictionaries")
        yield Knowledge(
            index=search.index,
            passages=passages,
            lemmatizer=lemmatizer,
            libraries=libraries,
            documents=documents,
            ingest=ingest,
            applier=search.applier,
            forget=ForgetKnowledge(
                libraries=libraries,
                documents=documents,
                feed=feed,
                indexes=search.applier,
                clock=SystemClock(),
            ),
            mount_demo=MountDemoLibrary(
                libraries=libraries,
                ingest=ingest,
                vectors=passages,
                clock=SystemClock(),
                embed_backend=settings.embed_backend,
            ),
        )


def build_embedding(
    settings: Settings, knowledge: Knowledge, embedder: TextEmbedder
) -> EmbedPassages:
    """Put together what gives passages their vectors; run it in the bot, or finish a library.

    Args:
        settings: For the data directory, of which one process at a time embeds.
        knowledge: Where the passages are.
        embedder: Vectors from the pool.
    """
    return EmbedPassages(
        vectors=knowledge.passages,
        embedder=embedder,
        clock=SystemClock(),
        claim=claim_of(settings.data / "indexes" / ".embedding.lock"),
    )
