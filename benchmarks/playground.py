"""The local Telegram: calls, updates, 300 people tapping, memory; about 12 minutes (--seconds).

Calls and updates stand beside an aiohttp handler that only parses the same requests and answers a
constant; each of the two is a process of its own, rounds are interleaved. Then 300 scripted people
tap at 1/s each, by their own clock, on a plain aiogram bot that answers every tap and edits the
message; the long part goes on at half that rate and watches the playground's memory.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
import uvloop

from benchmarks._calls import CROWD, Measured, Side
from benchmarks._servers import Started, process
from benchmarks.report import Figure, Report, figure, machine, percentile
from playground.load.acts import Answer, Start, Tap
from playground.load.figures import LoadReport
from playground.load.run import run_load
from playground.load.schedule import LoadPlan

LONG_S: Final = 600.0
ROUNDS: Final = 3
PEOPLE: Final = 300
TAPPING_S: Final = 60.0
RATE_PER_S: Final = 1.0
LONG_RATE_PER_S: Final = 0.5  # what two shared cores keep up with for ten minutes
PATIENCE_S: Final = 60.0
SAMPLE_S: Final = 1.0
EDGE: Final = 0.1
MOST_GROWTH: Final = 5.0
OURS: Final = ("bot.cli", "playground", "--port", "0", "--json")


@dataclass(slots=True)
class Memory:
    """RSS of a process, sampled; ``at_s`` counts from the first sample."""

    at_s: list[float] = field(default_factory=list)
    mib: list[float] = field(default_factory=list)

    async def watch(self, started: Started) -> None:
        """Take samples until cancelled."""
        begun = time.perf_counter()
        while True:
            self.at_s.append(time.perf_counter() - begun)
            self.mib.append(started.rss_mib)
            await asyncio.sleep(SAMPLE_S)

    def edges(self) -> tuple[float, float]:
        """Give the medians of the second and of the last tenth; the first tenth is warm-up."""
        tenth = max(1, int(len(self.mib) * EDGE))
        return statistics.median(self.mib[tenth : 2 * tenth]), statistics.median(self.mib[-tenth:])

    def slope_mib_per_min(self) -> float:
        """Give the slope of the straight line through all samples after the warm-up."""
        tenth = max(1, int(len(self.mib) * EDGE))
        if len(self.mib) - tenth < 2:  # noqa: PLR2004 - a line needs two points
            return 0.0
        return statistics.linear_regression(self.at_s[tenth:], self.mib[tenth:]).slope * 60


def run(_data: Path | None, *, seconds: float = LONG_S) -> Report:
    """Measure; no data is needed.

    Args:
        seconds: How long the last part goes on, in which memory is watched.
    """
    begun = time.perf_counter()
    results = uvloop.run(_measure(seconds))
    return Report(
        name="playground", machine=machine(), seconds=round(time.perf_counter() - begun, 1),
        results=tuple(results),
    )  # fmt: skip


async def _measure(seconds: float) -> list[Figure]:
    ours, bare = await _calls_and_updates()
    figures = [*_call_figures(ours, bare), _update_figure(ours, bare)]
    async with process(*OURS) as town:
        base, token = town.said["base"], town.said["token"]
        async with process("benchmarks._tapping_bot", base, token, speaks=False):
            taps = await run_load(base, _tapping(TAPPING_S, RATE_PER_S))
            figures += _tap_figures(taps, f"{TAPPING_S:g} s")
            memory = Memory()
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(memory.watch(town))
                report = await run_load(base, _tapping(seconds, LONG_RATE_PER_S))
                watching.cancel()
    lost = _lost(report, f"{LONG_RATE_PER_S:g}/s for {seconds:g} s")
    return [*figures, lost, *_memory_figures(memory, seconds)]


def _tapping(seconds: float, rate_per_s: float) -> LoadPlan:
    return LoadPlan(
        acts=[Tap()], opening=[Start()], people=PEOPLE, seconds=seconds, rate_per_s=rate_per_s,
        patience_s=PATIENCE_S,
    )  # fmt: skip


async def _calls_and_updates() -> tuple[Side, Side]:
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(process(*OURS))
        handler = await stack.enter_async_context(process("benchmarks._bare_api"))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        ours, bare = (
            Side(session, one.said["base"], one.said["token"], *_ids(town), is_bare=one is handler)
            for one in (town, handler)
        )
        for side in (bare, ours):
            await side.measure()
            side.forget()
        for _ in range(ROUNDS):
            for side in (bare, ours):
                await side.measure()
        return ours, bare


def _ids(town: Started) -> tuple[int, int]:
    return town.said["users"]["alice"], town.said["bot"]["id"]


def _call_figures(ours: Side, bare: Side) -> list[Figure]:
    figures = []
    for kind in ours.kinds:
        mine, theirs = ours.kinds[kind], bare.kinds[kind]
        figures.append(figure(
            f"calls per second, {kind}, {CROWD} at once", statistics.median(mine.per_s),
            baseline=statistics.median(theirs.per_s), unit="calls/s", n=mine.n, ratio_at_least=0.1,
        ))  # fmt: skip
        for name in ("p50", "p95"):
            figures += _latency_figures(kind, name, mine, theirs)
    return figures


def _latency_figures(kind: str, name: str, mine: Measured, theirs: Measured) -> list[Figure]:
    our_ms, their_ms = (statistics.median(getattr(one, f"{name}_ms")) for one in (mine, theirs))
    return [
        figure(f"latency {name}, {kind}, 1 client", our_ms, baseline=their_ms, unit="ms", n=mine.n),
        figure(
            f"added latency {name}, {kind}", our_ms - their_ms, unit="ms", n=mine.n, at_most=5.0
        ),
    ]


def _update_figure(ours: Side, bare: Side) -> Figure:
    return figure(
        f"updates per second, {CROWD} people write, one poller reads",
        statistics.median(ours.updates_per_s), baseline=statistics.median(bare.updates_per_s),
        unit="updates/s", n=ours.words, ratio_at_least=0.1,
    )  # fmt: skip


def _tap_figures(report: LoadReport, how_long: str) -> list[Figure]:
    tap = report.action("tap")
    shown = _ms(tap.answer(Answer.EDITED).taken_s)
    toasts = _ms(tap.answer(Answer.ANSWER).taken_s)
    late = _ms(report.late.taken_s)
    what = f"{PEOPLE} people tap at {RATE_PER_S:g}/s"
    return [
        _lost(report, f"{RATE_PER_S:g}/s for {how_long}"),
        figure(f"taps per second, {what}", tap.n / report.seconds, unit="taps/s", n=tap.n),
        *(
            figure(
                f"tap to edit seen, {name}, {what}", percentile(shown, share), unit="ms",
                n=len(shown),
            )
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
        ),
        figure(f"tap to toast, p95, {what}", percentile(toasts, 0.95), unit="ms", n=len(toasts)),
        figure("taps sent after their instant, p95", percentile(late, 0.95), unit="ms",
               n=len(late)),
    ]  # fmt: skip


def _ms(taken_s: Sequence[float]) -> list[float]:
    return [taken * 1000 for taken in taken_s] or [0.0]


def _lost(report: LoadReport, how_long: str) -> Figure:
    tap = report.action("tap")
    missing = report.lost + tap.refused + tap.skipped + tap.request.lost
    metric = f"answers and edits lost, {PEOPLE} people tap at {how_long}"
    return figure(metric, missing, unit="", n=tap.n, at_most=0)


def _memory_figures(memory: Memory, seconds: float) -> list[Figure]:
    before, after = memory.edges()
    metric, n = f"playground's memory over {seconds:g} s of taps", len(memory.mib)
    return [
        figure(f"{metric}: end against after warm-up", after, baseline=before, unit="MiB", n=n,
               ratio_at_most=1 + MOST_GROWTH / 100),
        figure(f"{metric}: slope", memory.slope_mib_per_min(), unit="MiB/min", n=n),
    ]  # fmt: skip
