"""A knowledge base on a real database and real files, with vectors that need no model."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.clock import SystemClock
from bot.nursery import AsyncioNursery
from services.adapters.files.marks import FileMarks
from services.adapters.qdrant.applier import QdrantApplier
from services.adapters.qdrant.index import QdrantIndex
from services.adapters.qdrant.server import QdrantServer
from services.adapters.search.applier import IndexApplier
from services.adapters.search.growing import GraphRules
from services.adapters.search.index import DirectoryIndex
from services.adapters.search.opened import OpenLibraries
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge import SqlPassageStore
from services.adapters.sql.knowledge_feed import SqlChangeFeed
from services.adapters.sql.knowledge_ingest import SqlDocumentStore
from services.adapters.sql.knowledge_libraries import SqlLibraries
from services.errors import DeadlineError, ModelError
from services.inference.models import EmbedRole, Priority
from services.knowledge.embedding import EmbeddingProgress, EmbedPassages
from services.knowledge.forgetting import ForgetKnowledge
from services.knowledge.ingest import DeletionQuestion, IngestReport, IngestSources
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.models import (
    AudienceKind,
    Block,
    BlockKind,
    DayRange,
    LibraryId,
    PassageHit,
    SourceDocument,
    StoredPassage,
)
from services.knowledge.readers.models import ExportSpan, ReadSource

LIBRARY = LibraryId("owner")
LEMMATIZER = MorphologicalLemmatizer()


def post(
    number: int, text: str, *, export: str = "telegram:1", at: datetime | None = None
) -> SourceDocument:
    """A post of an export; each line is a paragraph."""
    return SourceDocument(
        source=f"{export}#{number}", title=f"Post {number}", url=f"https://t.me/c/1/{number}",
        blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in text.splitlines()),
        export=export, order_key=number, posted_at=at,
    )  # fmt: skip


def vector_of(text: str) -> NDArray[np.float32]:
    """A unit vector that depends on the text alone."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(384).astype(np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class FakeEmbedder:
    """A ``TextEmbedder`` by ``vector_of`` that counts what it is asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.refuses = ""
        self.down_after: int | None = None

    async def embed(
        self,
        texts: Sequence[str],
        *,
        role: EmbedRole,
        priority: Priority = Priority.HIGH,
        deadline_s: float = 30.0,
    ) -> NDArray[np.float32]:
        assert role is EmbedRole.PASSAGE
        assert priority is Priority.LOW
        if self.down_after is not None and len(self.texts) >= self.down_after:
            raise DeadlineError("no worker", dependency="workers")
        if self.refuses and any(self.refuses in text for text in texts):
            raise ModelError("refused")
        self.texts += texts
        return np.stack([vector_of(text) for text in texts])


@asynccontextmanager
async def always() -> AsyncIterator[bool]:
    """A claim that nobody disputes."""
    yield True


@dataclass
class OpenBase:
    """What the tests reach for."""

    root: Path
    libraries: SqlLibraries
    documents: SqlDocumentStore
    passages: SqlPassageStore
    feed: SqlChangeFeed
    index: DirectoryIndex | QdrantIndex
    applier: IndexApplier
    opened: OpenLibraries
    ingest: IngestSources
    forget: ForgetKnowledge
    embedder: FakeEmbedder

    async def make(self, library_id: LibraryId = LIBRARY) -> None:
        await self.libraries.ensure(
            library_id, title="", audience=AudienceKind.EVERYONE, now=SystemClock().now()
        )

    async def take(
        self,
        *documents: SourceDocument,
        library_id: LibraryId = LIBRARY,
        span: tuple[int, int] | None = None,
        agree: bool = True,
    ) -> IngestReport:
        spans = (
            () if span is None else (ExportSpan(export="telegram:1", first=span[0], last=span[1]),)
        )

        async def sources() -> AsyncIterator[ReadSource]:
            yield ReadSource(documents=documents, spans=spans)

        async def confirm(_question: DeletionQuestion) -> bool:
            return agree

        return await self.ingest(library_id, sources(), confirm=confirm)

    async def embed(self, library_id: LibraryId = LIBRARY) -> list[EmbeddingProgress]:
        embedding = EmbedPassages(
            vectors=self.passages, embedder=self.embedder, clock=SystemClock(), claim=always
        )
        told: list[EmbeddingProgress] = []
        await embedding.finish(library_id, told.append)
        return told

    async def hits(
        self,
        words: str,
        near: str | None = None,
        *,
        library_id: LibraryId = LIBRARY,
        limit: int = 50,
        posted: DayRange | None = None,
    ) -> list[PassageHit]:
        return await self.index.search(
            library_id, lemmas=LEMMATIZER.content_lemmas(words),
            vector=None if near is None else vector_of(near), limit_per_leg=limit,
            posted=posted,
        )  # fmt: skip

    async def found(self, words: str, *, library_id: LibraryId = LIBRARY) -> list[StoredPassage]:
        hits = await self.hits(words, library_id=library_id)
        return await self.passages.passages([hit.passage_id for hit in hits])

    async def sources(self, words: str) -> list[list[str]]:
        return [[s.source for s in passage.sources] for passage in await self.found(words)]


@asynccontextmanager
async def open_base(
    sessions: Sessions,
    root: Path,
    *,
    apply: bool = True,
    open_limit: int = 8,
    wait_s: float = 20.0,
    graphs: GraphRules | None = None,
    qdrant: QdrantServer | None = None,
) -> AsyncIterator[OpenBase]:
    """Open a knowledge base.

    Args:
        sessions: Of its database.
        root: For its indexes.
        apply: Whether this one may keep the indexes.
        open_limit: Libraries held open at once.
        wait_s: Longest wait of a search for its index.
        graphs: When a library is large enough for a graph.
        qdrant: Where the index is, instead of in directories.
    """
    nursery = AsyncioNursery()
    with ThreadPoolExecutor(2) as executor:
        feed = SqlChangeFeed(sessions)
        applier = IndexApplier(root, feed, executor, poll_s=0.1, graphs=graphs)
        opened = OpenLibraries(root, limit=open_limit)
        libraries, documents = SqlLibraries(sessions), SqlDocumentStore(sessions)
        index: DirectoryIndex | QdrantIndex
        upkeep: IndexApplier | QdrantApplier
        if qdrant is None:
            upkeep, index = applier, DirectoryIndex(opened, applier, feed, executor, wait_s=wait_s)
        else:
            upkeep = QdrantApplier(qdrant, feed, always, poll_s=0.1)
            index = QdrantIndex(qdrant, upkeep, feed, wait_s=wait_s)
        if apply:
            nursery.start(upkeep.run(), name="applier")
        try:
            yield OpenBase(
                root=root, libraries=libraries, documents=documents,
                passages=SqlPassageStore(sessions), feed=feed, applier=applier, opened=opened,
                index=index,
                ingest=IngestSources(
                    store=documents, lemmatizer=LEMMATIZER, feed=feed,
                    marks=FileMarks(root.with_name("marks")),
                ),
                forget=ForgetKnowledge(
                    libraries=libraries, documents=documents, feed=feed, indexes=upkeep,
                    clock=SystemClock(), timeout_s=20.0,
                ),
                embedder=FakeEmbedder(),
            )  # fmt: skip
        finally:
            await nursery.close()
            opened.close()
