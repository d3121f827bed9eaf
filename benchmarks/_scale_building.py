"""Fills a library of synthetic passages, in a process whose memory is its own."""

import asyncio
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks._synthetic import PORTION, Corpus
from bot.building.sql import open_sql
from bot.clock import SystemClock
from bot.settings import Settings
from services.adapters.search.building import IndexBuild
from services.adapters.search.files import library_dir
from services.adapters.search.growing import GraphKeeper, GraphRules
from services.adapters.sql.knowledge_feed import SqlChangeFeed
from services.adapters.sql.knowledge_libraries import SqlLibraries
from services.knowledge.ingest_ports import LibraryState, PassageChange
from services.knowledge.models import AudienceKind, LibraryId

LIBRARY: Final = LibraryId("bench")
REMOVED: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What building cost: seconds without making the passages, and the process's memory."""

    seconds: float
    graph_seconds: float
    index_mb: float
    peak_mb: float


def settings_of(home: Path) -> Settings:
    """Settings of a data directory of the benchmark's own."""
    return Settings(data=home, redis_url=None, database_url=None, log_level="WARNING")


def index_dir(home: Path) -> Path:
    """Name the directory of the library's index."""
    return library_dir(settings_of(home).data / "indexes", LIBRARY)


def peak_mb() -> float:
    """Give the most memory that this process has had, mapped files included."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def build(home: Path, size: int) -> Built:
    """Build an index as the applier does."""
    state = asyncio.run(_state(home))
    return _applied(home, state, Corpus(size).changes())


def remove(home: Path, size: int) -> Built:
    """Take a tenth of the passages out again."""
    state = asyncio.run(_state(home))
    return _applied(home, state, _removals(Corpus(size)))


def _removals(corpus: Corpus) -> Iterable[list[PassageChange]]:
    gone = corpus.removals(REMOVED)
    for start in range(0, len(gone), PORTION):
        yield [
            PassageChange(passage_id=id_, indexed=False, lemmas="", day=None, vector=None)
            for id_ in gone[start : start + PORTION]
        ]


async def _state(home: Path) -> LibraryState:
    async with open_sql(settings_of(home)) as sessions:
        await SqlLibraries(sessions).ensure(
            LIBRARY, title="", audience=AudienceKind.PEOPLE, now=SystemClock().now()
        )
        state = await SqlChangeFeed(sessions).state(LIBRARY)
        assert state is not None  # noqa: S101  it was made above
        return state


def _applied(home: Path, state: LibraryState, changes: Iterable[list[PassageChange]]) -> Built:
    directory = index_dir(home)
    build = IndexBuild(directory, state)
    seconds = 0.0
    for portion in changes:
        begun = time.perf_counter()
        build.add(portion)
        seconds += time.perf_counter() - begun
    begun = time.perf_counter()
    build.finish()
    build.close()
    seconds += time.perf_counter() - begun
    begun = time.perf_counter()
    keeper = GraphKeeper(GraphRules(threads=os.cpu_count() or 1))
    keeper.look_at(directory)
    while keeper.step():
        pass
    files = (path.stat().st_size for path in directory.rglob("*") if path.is_file())
    return Built(
        seconds=seconds, graph_seconds=time.perf_counter() - begun,
        index_mb=sum(files) / 1e6, peak_mb=peak_mb(),
    )  # fmt: skip
