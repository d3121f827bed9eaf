"""Guessed waits beside ``work ahead / slots``, on replayed days of mixed load.

A simulated pool with the order of service of the real one serves some days of people, rushes,
floods, documents and nightly work, with slow periods and dying workers. The models are fitted on
the days before the last one, by the code that the bot runs at night, and guess the last day: each
job from what was known when it was accepted. Corrections learn from a job only after its end.
Waits of a day hang together, so last days of several such runs are judged, all in one.

Nine jobs of ten find a free slot and wait some milliseconds, of which the naive guess knows
nothing: they make up most of the coverage of all jobs, and nearly none of the loss. Most of the
loss is that of batch work. What people are told are the waits of their jobs that find no free
slot, so these are judged apart.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import uvloop

from benchmarks._waits_load import DAY_S, Load
from benchmarks._waits_pool import Pool, Replayed
from benchmarks._waits_scores import Guess, covered, mean_losses, replay
from benchmarks.report import Figure, Report, figure, machine, percentile
from services.adapters.quantiles.boosted import BoostedQuantiles
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import NaiveWaits
from services.waiting.features import finds_free_slot
from services.waiting.learned import LearnedWaits
from services.waiting.training import LEAST_TIMINGS, MOST_TIMINGS, learn_kind

SEEDS: Final = (2026, 2027, 2028)
DAYS: Final = 8
RATIO: Final = 0.7
COVERED: Final = (0.87, 0.93)
TIMED: Final = 2000


def run(_data: Path | None) -> Report:
    """Measure for one or two minutes; no data is needed."""
    begun = time.perf_counter()
    figures = uvloop.run(_measure())
    return Report(
        name="waits",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(figures),
    )


async def _measure() -> list[Figure]:
    days = [await _last_day(seed) for seed in SEEDS]
    guesses = [guess for _, of_day in days for guess in of_day]
    return [*_together(guesses), *_by_kind(guesses), _cost(*days[-1])]


async def _last_day(seed: int) -> tuple[LearnedWaits, list[Guess]]:
    jobs = Pool(seed).run(Load(seed, DAYS).arrivals(), DAYS)
    last_day = (DAYS - 1) * DAY_S
    waits = LearnedWaits()
    await _learn([job for job in jobs if job.done_s < last_day], waits)
    replayed = [job for job in jobs if job.accepted_s >= last_day]
    return waits, replay(replayed, waits, NaiveWaits(), waits.note)


async def _learn(jobs: Sequence[Replayed], waits: LearnedWaits) -> None:
    fitter = BoostedQuantiles(os.environ)
    for kind in JobKind:
        timings = [job.timing for job in jobs if job.timing.features.kind is kind]
        free = [timing for timing in timings if finds_free_slot(timing.features)]
        full = [timing for timing in timings if not finds_free_slot(timing.features)]
        if len(timings) >= LEAST_TIMINGS:
            learned = await learn_kind(free[-LEAST_TIMINGS:], full[-MOST_TIMINGS:], fitter)
            waits.replace(kind, learned)


def _together(guesses: Sequence[Guess]) -> list[Figure]:
    people = [guess for guess in guesses if guess.timing.features.priority is Priority.HIGH]
    full = [guess for guess in guesses if not finds_free_slot(guess.timing.features)]
    told = [guess for guess in people if not finds_free_slot(guess.timing.features)]
    return [
        _loss("pinball loss, all jobs", guesses, goal=RATIO),
        *_coverage("all jobs", guesses, goal=True),
        _loss("pinball loss, people's jobs, no free slot", told),
        *_coverage("people's jobs, no free slot", told, goal=True),
        _loss("pinball loss, people's jobs", people),
        *_coverage("people's jobs", people),
        _loss("pinball loss, no free slot", full),
        *_coverage("no free slot", full),
    ]


def _by_kind(guesses: Sequence[Guess]) -> list[Figure]:
    figures = []
    for kind in JobKind:
        mine = [guess for guess in guesses if guess.timing.features.kind is kind]
        figures += [_loss(f"pinball loss, {kind}", mine), *_coverage(str(kind), mine)]
    return figures


def _loss(metric: str, guesses: Sequence[Guess], goal: float | None = None) -> Figure:
    ours, naive = mean_losses(guesses)
    return figure(metric, ours, baseline=naive, unit="s", n=len(guesses), ratio_at_most=goal)


def _coverage(of: str, guesses: Sequence[Guess], *, goal: bool = False) -> list[Figure]:
    least, most = COVERED if goal else (None, None)
    n = len(guesses)
    # The naive guess says 0 to who finds a free slot, which is short by milliseconds only.
    fair = not any(finds_free_slot(guess.timing.features) for guess in guesses)
    ours = [covered(guesses, lambda guess: guess.ours.p90_s),
            covered(guesses, lambda guess: guess.ours.p50_s)]  # fmt: skip
    naive = [covered(guesses, lambda guess: guess.naive.p90_s) if fair else None,
             covered(guesses, lambda guess: guess.naive.p50_s) if fair else None]  # fmt: skip
    return [
        figure(f"waits within the 0.9 quantile, {of}", ours[0], baseline=naive[0], unit="share",
               n=n, at_least=least, at_most=most),
        figure(f"waits within the 0.5 quantile, {of}", ours[1], baseline=naive[1], unit="share",
               n=n),
    ]  # fmt: skip


def _cost(waits: LearnedWaits, guesses: Sequence[Guess]) -> Figure:
    """Time single guesses, as they are made on the event loop, by the models."""
    full = [guess for guess in guesses if not finds_free_slot(guess.timing.features)]
    spent_ms = []
    for guess in full[:TIMED]:
        begun = time.perf_counter()
        waits.estimate(guess.timing.features)
        spent_ms.append((time.perf_counter() - begun) * 1000)
    return figure("a guess where no slot is free, p99", percentile(spent_ms, 0.99), unit="ms",
                  n=len(spent_ms))  # fmt: skip
