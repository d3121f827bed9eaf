"""Times single searches on a machine that others use too."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks._synthetic import SyntheticQuery
from benchmarks.report import percentile

QUERIES: Final = 60
ROUNDS: Final = 5
Way = Callable[[SyntheticQuery], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of single searches: percentiles of the queries, of each its median round.

    Attributes:
        cpu_p50: Of the processor time of all threads, which does not grow while others have
            the processor.
        cpu_p95: The same.
    """

    p50: float
    p95: float
    cpu_p50: float
    cpu_p95: float


async def in_turns(ways: Mapping[str, Way], queries: Sequence[SyntheticQuery]) -> dict[str, Times]:
    """Take turns query by query, each time beginning with another way, so that none is warmer."""
    wall: dict[str, list[list[float]]] = {name: [[] for _ in queries] for name in ways}
    cpu: dict[str, list[list[float]]] = {name: [[] for _ in queries] for name in ways}
    names = list(ways)
    for turn in range(ROUNDS):
        for number, query in enumerate(queries):
            first = (turn + number) % len(names)
            for name in names[first:] + names[:first]:
                begun, worked = time.perf_counter(), time.process_time()
                await ways[name](query)
                cpu[name][number].append((time.process_time() - worked) * 1_000)
                wall[name][number].append((time.perf_counter() - begun) * 1_000)
    return {name: _times(wall[name], cpu[name]) for name in names}


def _times(wall: Sequence[Sequence[float]], cpu: Sequence[Sequence[float]]) -> Times:
    walls = [median(rounds) for rounds in wall]
    cpus = [median(rounds) for rounds in cpu]
    return Times(
        p50=percentile(walls, 0.5), p95=percentile(walls, 0.95),
        cpu_p50=percentile(cpus, 0.5), cpu_p95=percentile(cpus, 0.95),
    )  # fmt: skip
