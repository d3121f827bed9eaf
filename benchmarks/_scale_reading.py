"""Retrieval with its reads from SQL: passages, sources and sentence vectors of the candidates."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from sqlalchemy import insert

from benchmarks._scale_building import LIBRARY, settings_of
from benchmarks._scale_searching import open_index
from benchmarks._scale_times import QUERIES, Times, in_turns
from benchmarks._synthetic import DIMENSIONS, Corpus, SyntheticQuery
from bot.building.sql import open_sql
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge import SqlPassageStore
from services.adapters.sql.knowledge_tables import DocumentRow, PassageRow, SentenceVectorsRow
from services.adapters.sql.vectors import packed
from services.answering.retrieval import HybridRetriever
from services.knowledge.ingest_ports import PassageChange

SENTENCES: Final = 6
_AT_ONCE: Final = 5_000
_NOW: Final = datetime(2024, 1, 1, tzinfo=UTC)


def fill(home: Path, size: int) -> None:
    """Write the passages of the index to SQL."""
    asyncio.run(_fill(home, Corpus(size)))


async def _fill(home: Path, corpus: Corpus) -> None:
    pool = np.random.default_rng(1).standard_normal((2_000, SENTENCES, DIMENSIONS))
    vectors = [packed(each) for each in pool / np.linalg.norm(pool, axis=-1, keepdims=True)]
    async with open_sql(settings_of(home)) as sessions:
        for portion in _larger(corpus):
            await _write(sessions, portion, vectors)


def _larger(corpus: Corpus) -> Iterator[list[PassageChange]]:
    gathered: list[PassageChange] = []
    for portion in corpus.changes():
        gathered += portion
        if len(gathered) >= _AT_ONCE:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


async def _write(sessions: Sessions, portion: list[PassageChange], vectors: list[bytes]) -> None:
    async with sessions.begin() as session:
        await session.execute(insert(DocumentRow), [_document(change) for change in portion])
        await session.execute(insert(PassageRow), [_passage(change) for change in portion])
        await session.execute(
            insert(SentenceVectorsRow),
            [
                {"passage_id": c.passage_id, "vectors": vectors[c.passage_id % len(vectors)]}
                for c in portion
            ],
        )


def _document(change: PassageChange) -> dict[str, object]:
    return {
        "id": change.passage_id, "library": LIBRARY, "source": f"synthetic#{change.passage_id}",
        "title": "Synthetic", "url": f"https://t.me/synthetic/{change.passage_id}",
        "members_only": False, "content_hash": f"{change.passage_id:064}",
        "posted_at": _NOW + timedelta(minutes=change.passage_id), "edited_at": None,
        "export": None, "order_key": None, "duplicate_of": None,
    }  # fmt: skip


def _passage(change: PassageChange) -> dict[str, object]:
    text = change.lemmas
    cuts = [len(text) * part // SENTENCES for part in range(SENTENCES + 1)]
    assert change.vector is not None  # noqa: S101  synthetic passages have one
    return {
        "id": change.passage_id, "library": LIBRARY, "document_id": change.passage_id,
        "ordinal": 0, "heading": "", "anchor": "", "context": "", "text": text, "lemmas": text,
        "sentences": msgspec.json.encode(list(pairwise(cuts))).decode(),
        "text_hash": f"{change.passage_id:064}", "duplicate_of": None, "change_number": 0,
        "embedded": True, "vector": packed(change.vector),
    }  # fmt: skip


def retrieve(home: Path, size: int) -> Times:
    """Measure retrieval of 20 candidates, the query's vector given."""
    return asyncio.run(_retrieve(home, Corpus(size)))


async def _retrieve(home: Path, corpus: Corpus) -> Times:
    async with open_index(home) as (index, sessions):
        retriever = HybridRetriever(index=index, store=SqlPassageStore(sessions))

        async def retrieval(query: SyntheticQuery) -> None:
            await retriever.search([LIBRARY], lemmas=query.lemmas, vector=query.vector)

        queries = corpus.queries(QUERIES)
        for query in queries:
            await retrieval(query)
        return (await in_turns({"retrieval": retrieval}, queries))["retrieval"]
