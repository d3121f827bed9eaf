"""A library large enough for a graph finds what a scan finds, whatever happens to it."""

import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.adapters.search.building import IndexBuild
from services.adapters.search.dense import DenseReader
from services.adapters.search.files import build_dir, read_meta
from services.adapters.search.graph import DIMENSIONS, graph_path
from services.adapters.search.growing import GraphKeeper, GraphRules
from services.adapters.search.opened import OpenLibraries, OpenLibrary
from services.adapters.sql.engine import create_engine, create_sessions, sqlite_url
from services.adapters.sql.schema import upgrade_schema
from services.knowledge.ingest_ports import LibraryState, PassageChange
from services.knowledge.models import DayRange, LibraryId, PassageId
from tests.support.library import LIBRARY, OpenBase, open_base, post

pytestmark = pytest.mark.services

ROWS = 12_000
FIRST_DAY = date(2024, 1, 1).toordinal()
FILES = GraphRules(above=6_000, tail=1_000)


def clustered(count: int, *, seed: int) -> NDArray[np.float32]:
    """Unit vectors in groups of about a hundred, as texts about the same thing lie."""
    centers = np.random.default_rng(0).standard_normal((ROWS // 100, DIMENSIONS))
    rng = np.random.default_rng(seed)
    vectors = centers[rng.integers(0, len(centers), count)]
    vectors = vectors + 0.7 * rng.standard_normal((count, DIMENSIONS))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
    return unit


VECTORS = clustered(ROWS, seed=1)
QUERIES = clustered(40, seed=2)


def state(change: int) -> LibraryState:
    return LibraryState(
        library_id=LIBRARY, incarnation="1", change_number=change, purge_number=0, buried=False
    )


def changes(rows: range, *, indexed: bool = True) -> list[PassageChange]:
    """Passages whose ids are their rows plus one, twelve on each day."""
    return [
        PassageChange(
            passage_id=PassageId(row + 1), indexed=indexed, lemmas=f"слово{row % 7}",
            day=date.fromordinal(FIRST_DAY + row // 12),
            vector=VECTORS[row].astype(np.float16),
        )
        for row in rows
    ]  # fmt: skip


def apply(directory: Path, change: int, *portions: list[PassageChange]) -> None:
    build = IndexBuild(directory, state(change))
    for portion in portions:
        build.add(portion)
    build.finish()
    build.close()


def grow(directory: Path, rules: GraphRules = FILES) -> None:
    keeper = GraphKeeper(rules)
    keeper.look_at(directory)
    while keeper.step():
        pass


def opened(directory: Path) -> OpenLibrary:
    found = OpenLibraries(directory.parent, limit=1).get(LibraryId(directory.name))
    assert found is not None
    return found


def graph_rows(directory: Path) -> int:
    meta = read_meta(directory)
    assert meta is not None
    return meta.graph_rows


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / LIBRARY
    apply(path, 1, changes(range(8_000)))
    grow(path)
    return path


@pytest.fixture
def directory(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / LIBRARY))


def recall(
    directory: Path, there: NDArray[np.intp], posted: DayRange | None = None, *, limit: int = 50
) -> float:
    """Share of the nearest passages, by a scan of those that are there, that a search finds."""
    library, found = opened(directory), 0
    for query in QUERIES:
        nearest = there[np.argsort(-(VECTORS[there] @ query))[:limit]] + 1
        hits = library.search([], query, limit, posted)
        found += len({hit.passage_id for hit in hits} & set(nearest.tolist()))
    return found / len(QUERIES) / min(limit, len(there))


def test_the_graph_finds_what_a_scan_finds(directory: Path) -> None:
    assert graph_rows(directory) == 8_000
    assert recall(directory, np.arange(8_000)) >= 0.98
    (hit, *_) = opened(directory).search([], VECTORS[17], 5)
    assert hit.passage_id == 18
    assert hit.dense == pytest.approx(1.0, abs=1e-3)


def test_what_came_and_went_since_is_known(directory: Path) -> None:
    gone = range(0, 8_000, 10)
    apply(
        directory,
        2,
        changes(range(8_000, 8_500)),
        [c for r in gone for c in changes(range(r, r + 1), indexed=False)],
    )
    assert graph_rows(directory) == 8_000
    there = np.setdiff1d(np.arange(8_500), np.array(gone))
    assert recall(directory, there) >= 0.98
    ids = {hit.passage_id for q in QUERIES for hit in opened(directory).search([], q, 50)}
    assert not ids & {row + 1 for row in gone}
    apply(directory, 3, changes(range(8_500, 12_000)))
    grow(directory)
    assert graph_rows(directory) == 12_800  # removals are rows of the log too
    assert recall(directory, np.setdiff1d(np.arange(12_000), np.array(gone))) >= 0.98
    build = build_dir(directory, read_meta(directory))  # type: ignore[arg-type]
    assert [path.name for path in build.glob("graph-*")] == ["graph-12800.usearch"]


@pytest.mark.parametrize("days", [1, 30, 300, 600])
def test_days_leave_the_nearest_of_those_days(directory: Path, days: int) -> None:
    posted = DayRange(date.fromordinal(FIRST_DAY), date.fromordinal(FIRST_DAY + days - 1))
    assert recall(directory, np.arange(12 * days), posted) >= 0.98


def test_a_damaged_graph_is_not_read_and_made_anew(directory: Path) -> None:
    meta = read_meta(directory)
    assert meta is not None
    path = graph_path(build_dir(directory, meta), meta.graph_rows)
    path.write_bytes(path.read_bytes()[:5_000])
    assert recall(directory, np.arange(8_000)) >= 0.999  # a scan of rounded vectors
    grow(directory)
    assert path.stat().st_size > 5_000
    assert recall(directory, np.arange(8_000)) >= 0.98


def test_a_library_that_is_built_anew_meanwhile_gets_no_old_graph(directory: Path) -> None:
    apply(directory, 2, changes(range(8_000, 12_000)))
    keeper = GraphKeeper(FILES)
    keeper.look_at(directory)
    assert keeper.step()
    build = IndexBuild(directory, state(3), anew=True)
    build.add(changes(range(7_000)))
    build.finish()
    build.close()
    while keeper.step():
        pass
    meta = read_meta(directory)
    assert meta is not None
    assert (meta.build, meta.rows, meta.graph_rows) == (1, 7_000, 0)
    assert not list(directory.rglob("graph-*"))


def test_many_threads_search_one_graph(directory: Path) -> None:
    library = opened(directory)
    alone = [library.search([], query, 50) for query in QUERIES]
    with ThreadPoolExecutor(16) as executor:
        for _ in range(5):
            together = executor.map(lambda query: library.search([], query, 50), QUERIES)
            assert list(together) == alone


def test_a_small_library_is_scanned(tmp_path: Path) -> None:
    path = tmp_path / LIBRARY
    apply(path, 1, changes(range(3_000)))
    grow(path)
    assert graph_rows(path) == 0
    assert recall(path, np.arange(3_000)) >= 0.999
    reader = DenseReader(path / "g0", 3_000)
    assert len(reader.best(QUERIES[0], 5_000)) == 3_000


@pytest.fixture
async def base(data_dir: Path) -> AsyncIterator[OpenBase]:
    engine = create_engine(sqlite_url(data_dir))
    await upgrade_schema(engine)
    root = data_dir / "indexes"
    async with open_base(
        create_sessions(engine), root, graphs=GraphRules(above=3, tail=1)
    ) as opened_base:
        await opened_base.make()
        yield opened_base
    await engine.dispose()


async def test_the_applier_grows_graphs_and_forgetting_leaves_none_of_it(base: OpenBase) -> None:
    dishes = ("щи", "борщ", "уха", "плов", "каша", "блины", "кисель", "квас")
    await base.take(*(post(n, f"Рецепт, где {dish} главное.") for n, dish in enumerate(dishes)))
    await base.embed()
    assert len(await base.hits("рецепт", "щи")) == len(dishes)
    await base.applier.wait_grown(LIBRARY, timeout_s=20)
    # A slow machine grows it more than once; rows of earlier vectors go with the next purge.
    assert graph_rows(base.root / LIBRARY) >= len(dishes)
    assert len(await base.hits("рецепт", "щи")) == len(dishes)
    await base.forget.sources(LIBRARY, ["telegram:1#0"])
    await base.applier.wait_grown(LIBRARY, timeout_s=20)
    assert graph_rows(base.root / LIBRARY) == len(dishes) - 1
    assert len(list(base.root.rglob("graph-*"))) == 1
    await base.forget.library(LIBRARY)
    assert not list(base.root.rglob("graph-*"))
