"""Searches a library beside bare Tantivy and a bare exact scan of the same passages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from benchmarks._scale_building import LIBRARY, REMOVED, index_dir, peak_mb, settings_of
from benchmarks._scale_times import QUERIES, Times, Way, in_turns
from benchmarks._synthetic import DIMENSIONS, FIRST_DAY, Corpus, SyntheticQuery
from bot.building.sql import open_sql
from services.adapters.search.applier import IndexApplier
from services.adapters.search.files import build_dir, read_meta
from services.adapters.search.index import DirectoryIndex
from services.adapters.search.lexical import LexicalReader
from services.adapters.search.opened import OpenLibraries
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_feed import SqlChangeFeed
from services.answering.retrieval import HITS_READ, best_hits
from services.knowledge.models import DayRange

PER_LEG: Final = 50
WITHIN_DAYS: Final = DayRange(FIRST_DAY, FIRST_DAY + timedelta(days=99))


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What searching one library came to."""

    whole: Times
    lexical: Times
    within_days: Times
    bare_lexical: Times
    bare_scan: Times
    recall: float
    recall_within_days: float
    peak_mb: float


@asynccontextmanager
async def open_index(home: Path) -> AsyncIterator[tuple[DirectoryIndex, Sessions]]:
    """Open an index that nobody changes, as the bot does."""
    settings = settings_of(home)
    with ThreadPoolExecutor(4) as executor:
        async with open_sql(settings) as sessions:
            root, feed = settings.data / "indexes", SqlChangeFeed(sessions)
            applier = IndexApplier(root, feed, executor, poll_s=1.0)
            opened = OpenLibraries(root, limit=4)
            yield DirectoryIndex(opened, applier, feed, executor, wait_s=1.0), sessions
            opened.close()


def search(home: Path, size: int, *, removed: bool = False) -> Searched:
    """Measure searches in turns with what they are compared with."""
    return asyncio.run(_search(home, Corpus(size), removed=removed))


async def _search(home: Path, corpus: Corpus, *, removed: bool) -> Searched:
    queries = corpus.queries(QUERIES)
    directory = index_dir(home)
    meta = read_meta(directory)
    assert meta is not None  # noqa: S101  it was built
    build = build_dir(directory, meta)
    lexical = LexicalReader(build / "lexical")
    async with open_index(home) as (index, _):

        async def whole(query: SyntheticQuery) -> None:
            hits = await index.search(LIBRARY, lemmas=query.lemmas, vector=query.vector)
            best_hits(hits, limit=HITS_READ)

        async def within(query: SyntheticQuery) -> None:
            await index.search(
                LIBRARY, lemmas=query.lemmas, vector=query.vector, posted=WITHIN_DAYS
            )

        for query in queries:
            await whole(query)
        peak = peak_mb()  # before the scan's own copy of the vectors
        bare = _BareScan(build, corpus.size, set(corpus.removals(REMOVED)) if removed else set())
        bare_lexical = _BareTantivy(build / "lexical")
        ways: dict[str, Way] = {
            "bare_lexical": _each(lambda query: bare_lexical.search(query.lemmas)),
            "lexical": _each(lambda query: lexical.best(query.lemmas, PER_LEG)),
            "whole": whole,
            "bare_scan": _each(lambda query: bare.best(query.vector)),
            "within_days": within,
        }
        times = await in_turns(ways, queries)
        return Searched(
            **times, peak_mb=peak, recall=await _recall(index, bare, queries, None),
            recall_within_days=await _recall(index, bare, queries, WITHIN_DAYS),
        )  # fmt: skip


def _each(work: Callable[[SyntheticQuery], object]) -> Way:
    async def awaited(query: SyntheticQuery) -> None:
        work(query)

    return awaited


async def _recall(
    index: DirectoryIndex,
    bare: "_BareScan",
    queries: Sequence[SyntheticQuery],
    posted: DayRange | None,
) -> float:
    """Share of the scan's nearest that a search by vector alone finds."""
    found = 0
    for query in queries:
        hits = await index.search(
            LIBRARY, lemmas=(), vector=query.vector, limit_per_leg=PER_LEG, posted=posted
        )
        nearest = set(bare.best(query.vector, posted).tolist())
        found += len({hit.passage_id for hit in hits} & nearest)
    return found / len(queries) / PER_LEG


class _BareTantivy:
    """Tantivy as its documentation shows it, on the same files."""

    def __init__(self, directory: Path) -> None:
        index = tantivy.Index.open(str(directory))
        self._schema = index.schema
        self._searcher = index.searcher()

    def search(self, lemmas: Sequence[str]) -> None:
        terms = [
            (Occur.Should, Query.term_query(self._schema, "lemmas", lemma, "freq"))
            for lemma in lemmas
        ]
        self._searcher.search(Query.boolean_query(terms), PER_LEG, count=False)


class _BareScan:
    """One multiplication over all vectors in memory, and the greatest of the products."""

    def __init__(self, build: Path, size: int, removed: set[int]) -> None:
        log = np.fromfile(build / "rows.i64", dtype="<i8", count=size)
        self._vectors: NDArray[np.float32] = np.fromfile(
            build / "vectors.f32", dtype="<f4", count=size * DIMENSIONS
        ).reshape(size, DIMENSIONS)
        self._days = np.fromfile(build / "days.i32", dtype="<i4", count=size)
        self._ids = log
        if removed:
            there = ~np.isin(log, np.array(sorted(removed)))
            self._ids, self._days = log[there], self._days[there]
            self._vectors = self._vectors[there]

    def best(self, query: NDArray[np.float32], posted: DayRange | None = None) -> NDArray[np.int64]:
        cosines = self._vectors @ query
        if posted is not None:
            first, last = posted.first.toordinal(), posted.last.toordinal()
            cosines[(self._days < first) | (self._days > last)] = -2
        return self._ids[np.argpartition(cosines, len(cosines) - PER_LEG)[-PER_LEG:]]
