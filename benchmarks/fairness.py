"""What a flood of jobs does to others: a light chat, an urgent job, somebody who stops a job.

A wait is the time from asking to the result. Two worker processes with two slots each do jobs of
0.1 to 0.3 s that leave the processor alone, as models on devices of their own do. The light chat
asks now and then: alone, while another chat keeps 40 jobs in the line, and, for contrast, the same
when both share one key, which is a plain queue, first come, first served. The jobs of the flood
are patient: no cap refuses them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import uvloop

from benchmarks._fairness_pool import SERVICE_S, SLOTS, Pool, open_pool
from benchmarks.report import Figure, Report, figure, machine, percentile
from services.inference.models import Priority
from services.tasks import end

LIGHT_ASKS: Final = 80
PLAIN_ASKS: Final = 12
FLOOD: Final = 40
BACKLOG: Final = 100
OVERTAKINGS: Final = 8
CANCELS: Final = 10
LONG_S: Final = 600.0


def run(_data: Path | None) -> Report:
    """Measure for about two minutes; no data is needed."""
    begun = time.perf_counter()
    results = uvloop.run(_measure())
    return Report(
        name="fairness",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(results),
    )


async def _measure() -> list[Figure]:
    async with open_pool() as pool:
        return [
            *await _light_chat(pool),
            *await _urgent_jobs(pool),
            await _cancels(pool),
        ]


async def _light_chat(pool: Pool) -> list[Figure]:
    alone = await _asks(pool, "light", LIGHT_ASKS)
    beside = await _beside_flood(pool, "flood", lambda: _asks(pool, "light", LIGHT_ASKS))
    plain = await _beside_flood(pool, "all", lambda: _asks(pool, "all", PLAIN_ASKS))
    return [
        figure("p95 wait of a light chat while another floods, against alone",
               percentile(beside, 0.95), baseline=percentile(alone, 0.95), unit="s",
               n=len(beside), ratio_at_most=2),
        figure("p50 wait of a light chat while another floods, against alone",
               percentile(beside, 0.5), baseline=percentile(alone, 0.5), unit="s",
               n=len(beside)),
        figure("p95 wait in a plain queue behind the same flood, against alone",
               percentile(plain, 0.95), baseline=percentile(alone, 0.95), unit="s",
               n=len(plain)),
    ]  # fmt: skip


async def _asks(pool: Pool, chat: str, count: int) -> list[float]:
    waits = []
    for _ in range(count):
        await asyncio.sleep(pool.chance.uniform(0.0, SERVICE_S[1]))
        waits.append(await pool.ask(chat))
    return waits


async def _beside_flood(
    pool: Pool, chat: str, measure: Callable[[], Awaitable[list[float]]]
) -> list[float]:
    async def ask_on() -> None:
        while True:
            await pool.ask(chat)

    async with asyncio.TaskGroup() as group:
        flood = [group.create_task(ask_on()) for _ in range(FLOOD)]
        await pool.depth_is(FLOOD)
        waits = await measure()
        for task in flood:
            task.cancel()
    return waits


async def _urgent_jobs(pool: Pool) -> list[Figure]:
    waits, overtaken_by = [], []
    for _ in range(OVERTAKINGS):
        async with asyncio.TaskGroup() as group:
            lows = [pool.new_name("low") for _ in range(BACKLOG + SLOTS)]
            backlog = [
                group.create_task(pool.ask("ingest", priority=Priority.LOW, name=low))
                for low in lows
            ]
            await pool.depth_is(BACKLOG + SLOTS)
            name, asked_at = pool.new_name("urgent"), time.time()
            in_line_at = await pool.put("person", name)
            await pool.ask("person", name=name)
            began = pool.begun()
            for task in backlog:
                task.cancel()
        waits.append(began[name] - asked_at)
        before = [low for low in lows if in_line_at < began.get(low, 0.0) < began[name]]
        overtaken_by.append(len(before))
    return [
        figure(f"jobs of a backlog of {BACKLOG} that begin before an urgent one in line, most",
               max(overtaken_by), unit="jobs", n=OVERTAKINGS, at_most=SLOTS),
        figure("the same, mean", sum(overtaken_by) / OVERTAKINGS, unit="jobs", n=OVERTAKINGS),
        figure("time until an urgent job begins, most", max(waits), unit="s", n=OVERTAKINGS),
    ]  # fmt: skip


async def _cancels(pool: Pool) -> Figure:
    """Measure from a person's stop until the next job begins in the slot."""
    freed = []
    async with asyncio.TaskGroup() as group:
        running: list[tuple[str, asyncio.Task[float]]] = []

        def start() -> str:
            name = pool.new_name("long")
            running.append((name, group.create_task(pool.ask(name, seconds=LONG_S, name=name))))
            return name

        for _ in range(SLOTS):
            await pool.begins(start())
        for _ in range(CANCELS):
            next_name = start()
            await pool.depth_is(SLOTS + 1)
            await asyncio.sleep(pool.chance.uniform(0.0, 0.5))
            stopped_at = time.time()
            await end(running.pop(0)[1])
            freed.append(await pool.begins(next_name) - stopped_at)
        for _, task in running:
            task.cancel()
    return figure("from a stop until the next job has the slot, most", max(freed), unit="s",
                  n=CANCELS, at_most=1)  # fmt: skip
