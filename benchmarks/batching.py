"""Texts of many callers in batches, beside the same texts encoded offline.

Every text is a job of its own: it goes through Redis to the worker process that Samovar starts,
and comes back over the reply stream. The baseline of the throughput has no queue, no jobs and no
other process: the same engine, on as many threads (one), encodes all the texts at once in this
process, sorted by length, in batches of its own choice. The other baseline, that of the latency,
is a worker that differs only in handing each job to the engine by itself. Long texts gain nothing
from batches on a processor, so whether there are batches shows in questions alone: without them
these come to a third of the offline throughput. Rounds are interleaved, so that all meet the same
machine; medians count.
"""

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import uvloop

from benchmarks._batching_sides import (
    Text,
    batched_pool,
    by_callers,
    direct_pool,
    offline,
    one_by_one,
    questions,
    texts_of_all_lengths,
)
from benchmarks.report import Figure, Report, figure, machine, percentile
from bot.building.inference import Inference
from bot.nursery import AsyncioNursery
from services.workers.packaged.encoder import Engine, fastest_engine

ROUNDS: Final = 5
CALLERS: Final = 64
TEXTS: Final = 240
QUESTIONS: Final = 320
ALONE: Final = 80
WARM_UP: Final = 40
SHARE_OF_OFFLINE: Final = 0.8
SLOWER_ALONE: Final = 1.2
SHARE_OF_OFFLINE_SHORT: Final = 0.5


@dataclass
class _Crowd:
    """Texts of many callers, and how long all sides took for all."""

    name: str
    texts: list[Text]
    ours_s: list[float] = field(default_factory=list)
    offline_s: list[float] = field(default_factory=list)
    direct_s: list[float] = field(default_factory=list)

    async def round(self, pool: Inference, direct: Inference, engine: Engine) -> None:
        self.offline_s.append(await asyncio.to_thread(offline, engine, self.texts))
        self.ours_s.append(await by_callers(pool, self.texts, CALLERS))
        self.direct_s.append(await by_callers(direct, self.texts, CALLERS))

    def beside_offline(self, *, goal: float) -> Figure:
        return self._figure("offline", self.offline_s, goal)

    def beside_direct(self) -> Figure:
        return self._figure("a worker without batches", self.direct_s)

    def _figure(self, other: str, other_s: list[float], goal: float | None = None) -> Figure:
        n = len(self.texts)
        return figure(
            f"throughput against {other}, {CALLERS} callers, {self.name}",
            n / statistics.median(self.ours_s), baseline=n / statistics.median(other_s),
            unit="texts/s", n=n * len(self.ours_s), ratio_at_least=goal,
        )  # fmt: skip


@dataclass
class _Alone:
    """Calls of one caller, by batches and without."""

    texts: list[Text]
    ours_s: list[float] = field(default_factory=list)
    direct_s: list[float] = field(default_factory=list)

    async def round(self, pool: Inference, direct: Inference) -> None:
        # In parts, as a disturbance of a second would else hit one side.
        for start in range(0, len(self.texts), len(self.texts) // 4):
            part = self.texts[start : start + len(self.texts) // 4]
            self.direct_s += await one_by_one(direct, part)
            self.ours_s += await one_by_one(pool, part)

    def figure(self, share: float, *, goal: float | None) -> Figure:
        return figure(
            f"p{share * 100:.0f} of a question, 1 caller", percentile(self.ours_s, share) * 1000,
            baseline=percentile(self.direct_s, share) * 1000, unit="ms", n=len(self.ours_s),
            ratio_at_most=goal,
        )  # fmt: skip


def run(_data: Path | None) -> Report:
    """Measure for three or four minutes; no data is needed."""
    begun = time.perf_counter()
    mixed = _Crowd("questions, sentences and passages alike", texts_of_all_lengths(TEXTS))
    short = _Crowd("questions only", questions(QUESTIONS))
    alone = _Alone(questions(ALONE))
    uvloop.run(_measure([mixed, short], alone))
    return Report(
        name="batching",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=(
            mixed.beside_offline(goal=SHARE_OF_OFFLINE),
            mixed.beside_direct(),
            short.beside_offline(goal=SHARE_OF_OFFLINE_SHORT),
            short.beside_direct(),
            alone.figure(0.5, goal=SLOWER_ALONE),
            alone.figure(0.95, goal=None),
        ),
    )


async def _measure(crowds: list[_Crowd], alone: _Alone) -> None:
    nursery = AsyncioNursery()
    try:
        async with AsyncExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="samovar-bench-")))
            pool = await stack.enter_async_context(batched_pool(home, nursery))
            direct = await stack.enter_async_context(direct_pool(home, nursery))
            engine = await asyncio.to_thread(fastest_engine, home / "cache")
            for side in (pool, direct):
                await one_by_one(side, questions(WARM_UP))
            for _ in range(ROUNDS):
                await alone.round(pool, direct)
                for crowd in crowds:
                    await crowd.round(pool, direct, engine)
    finally:
        await nursery.close()
