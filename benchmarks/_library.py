"""A library of the benchmark's own, kept by the packaged parts, and questions for it."""

import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from benchmarks._cached_embedder import CachedEmbedder
from bot.building.inference import open_inference
from bot.building.knowledge import Knowledge, build_embedding, open_knowledge
from bot.building.redis import open_redis
from bot.building.sql import open_sql
from bot.clock import SystemClock
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from bot.worker_child import WorkerChild
from services.inference.kinds import JobKind
from services.inference.models import EmbedRole
from services.inference.ports import TextGenerator
from services.knowledge.ingest import DeletionQuestion
from services.knowledge.models import AudienceKind, Block, BlockKind, LibraryId, SourceDocument
from services.knowledge.readers.models import ReadSource

FILE: Final = "xquad.ru.dev.json"
INDEXED_WITHIN_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the source of the document that answers it, and the answer's own words."""

    question: str
    source: str
    answers: tuple[str, ...] = ()


def find_xquad(data: Path | None) -> Path | None:
    """Find the questions in a data directory or in its ``retrieval`` folder."""
    return find_questions(data, FILE)


def find_questions(data: Path | None, name: str) -> Path | None:
    """Find a file of questions in a data directory or in its ``retrieval`` folder."""
    if data is None:
        return None
    places = (data / name, data / "retrieval" / name)
    return next((place for place in places if place.is_file()), None)


def read_xquad(file: Path) -> tuple[list[SourceDocument], list[Case]]:
    """Read paragraphs as documents, and the questions about them."""
    paragraphs = [
        paragraph
        for article in json.loads(file.read_text("utf-8"))["data"]
        for paragraph in article["paragraphs"]
    ]
    documents = [
        document(f"xquad#{number}", paragraph["context"].lstrip("\ufeff").strip())
        for number, paragraph in enumerate(paragraphs)
    ]
    cases = [
        Case(
            asked["question"],
            f"xquad#{number}",
            tuple(answer["text"] for answer in asked["answers"]),
        )
        for number, paragraph in enumerate(paragraphs)
        for asked in paragraph["qas"]
    ]
    return documents, cases


def document(source: str, text: str) -> SourceDocument:
    """Make a document of one paragraph."""
    block = Block(kind=BlockKind.PARAGRAPH, text=text)
    return SourceDocument(source=source, title="", url=None, blocks=(block,))


@dataclass(frozen=True)
class BenchLibrary:
    """The packaged parts in a data directory of the run's own."""

    settings: Settings
    knowledge: Knowledge
    embedder: CachedEmbedder
    cache: Path
    library: LibraryId
    generator: TextGenerator | None = None

    async def another(self, name: str) -> "BenchLibrary":
        """Open a further library beside this one."""
        library = LibraryId(name)
        await self.knowledge.libraries.ensure(
            library, title=name, audience=AudienceKind.PEOPLE, now=SystemClock().now()
        )
        return replace(self, library=library)

    async def beside(self, name: str) -> "BenchLibrary":
        """Open another library of the run."""
        library = LibraryId(name)
        await self.knowledge.libraries.ensure(
            library, title=name, audience=AudienceKind.PEOPLE, now=SystemClock().now()
        )
        return replace(self, library=library)

    async def ingest(self, documents: Sequence[SourceDocument]) -> None:
        """Take documents over, embed them and wait for the index."""
        await self.knowledge.ingest(self.library, _as_read(documents), confirm=_refuse)
        left = await self.knowledge.passages.unembedded(self.library, limit=100_000)
        texts = [text for passage in left for text in (passage.text, *passage.sentences)]
        await self.embedder.prepare(texts, role=EmbedRole.PASSAGE, name="passages")
        embedding = build_embedding(self.settings, self.knowledge, self.embedder)
        await embedding.finish(self.library, lambda _: None)
        library = await self.knowledge.libraries.find(self.library)
        changes = 0 if library is None else library.change_number
        await self.knowledge.applier.wait_applied(self.library, changes, timeout_s=INDEXED_WITHIN_S)

    async def vectors(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions, from the cache where they are known."""
        await self.embedder.prepare(questions, role=EmbedRole.QUERY, name="questions")
        return await self.embedder.embed(questions, role=EmbedRole.QUERY)


async def _as_read(documents: Sequence[SourceDocument]) -> AsyncIterator[ReadSource]:
    yield ReadSource(documents=tuple(documents))


async def _refuse(_question: DeletionQuestion) -> bool:
    return False


@asynccontextmanager
async def open_bench_library(*, generate: str = "") -> AsyncIterator[BenchLibrary]:
    """Open everything, with two workers, and close it again.

    Args:
        generate: Backend that a worker writes answers with; empty: no worker writes any.
    """
    cache = Settings().data / "benchmarks"
    async with AsyncExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="samovar-bench-"))
        settings = Settings(data=Path(home), redis_url=None, database_url=None, log_level="WARNING")
        kinds = [JobKind.EMBED]
        if generate:
            settings = settings.model_copy(update={"generate_backend": generate})
            kinds.append(JobKind.GENERATE)
        sessions = await stack.enter_async_context(open_sql(settings))
        nursery = AsyncioNursery()
        knowledge = await stack.enter_async_context(open_knowledge(settings, sessions, nursery))
        stack.push_async_callback(nursery.close)
        library = LibraryId("bench")
        await knowledge.libraries.ensure(
            library, title="bench", audience=AudienceKind.PEOPLE, now=SystemClock().now()
        )
        redis_url = await stack.enter_async_context(open_redis(settings))
        inference = await stack.enter_async_context(
            open_inference(
                settings, redis_url, replica_id=f"bench-{uuid4().hex[:8]}", nursery=nursery,
                spawn_worker=True, kinds=kinds,
            )
        )  # fmt: skip
        second = WorkerChild(
            settings, device="cpu", kinds=[JobKind.EMBED], presence=inference.presence
        )
        nursery.start(second.run(), name="second-worker")
        stack.push_async_callback(second.stop)
        embedder = CachedEmbedder(
            inference.embedder, cache / "vectors.sqlite3", settings.embed_backend
        )
        stack.callback(embedder.close)
        generator = inference.generator if generate else None
        yield BenchLibrary(settings, knowledge, embedder, cache, library, generator)
