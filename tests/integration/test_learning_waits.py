"""From rows in SQL to better guesses, through the process that fits the models."""

import os
import random
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.quantiles.boosted import BoostedQuantiles
from services.adapters.quantiles.fitting import fit, forest, regressor
from services.adapters.quantiles.wire import FitOrder
from services.adapters.sql.engine import create_sessions
from services.adapters.sql.job_timings import SqlJobTimings
from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.waits import NaiveWaits
from services.waiting.features import row
from services.waiting.learned import LearnedWaits
from services.waiting.training import LearnWaits
from tests.fakes.clock import FakeClock
from tests.support.timings import crowded_timings, wait_features

pytestmark = pytest.mark.services
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def learner(
    engine: AsyncEngine, waits: LearnedWaits, fitter: BoostedQuantiles | None = None
) -> LearnWaits:
    return LearnWaits(
        store=SqlJobTimings(create_sessions(engine)), waits=waits, clock=FakeClock(),
        fitter=fitter or BoostedQuantiles(os.environ),
    )  # fmt: skip


async def test_waits_are_learned_from_rows(sql_engine: AsyncEngine) -> None:
    waits = LearnedWaits()
    learn = learner(sql_engine, waits)
    await learn.store.add(crowded_timings(1500), NOW)
    await learn()
    assert waits.learned == {JobKind.GENERATE}
    later = crowded_timings(500, seed=2)
    guesses = [waits.estimate(timing.features) for timing in later]
    covered = [t.waited_s <= g.p90_s for t, g in zip(later, guesses, strict=True)]
    halves = [t.waited_s <= g.p50_s for t, g in zip(later, guesses, strict=True)]
    assert 0.85 <= np.mean(covered) <= 0.95
    assert 0.42 <= np.mean(halves) <= 0.58
    crowd = wait_features(ahead=20)
    naive, guessed = NaiveWaits().estimate(crowd), waits.estimate(crowd)
    assert guessed.p50_s == pytest.approx(naive.p50_s / 2, rel=0.25)


async def test_under_500_timings_the_naive_guess_stays(sql_engine: AsyncEngine) -> None:
    waits = LearnedWaits()
    learn = learner(sql_engine, waits)
    await learn.store.add(crowded_timings(499), NOW)
    await learn()
    assert not waits.learned
    features = wait_features(ahead=5)
    assert waits.estimate(features) == NaiveWaits().estimate(features)
    await learn.store.add(crowded_timings(1, seed=3), NOW)
    await learn()
    assert waits.learned == {JobKind.GENERATE}


@pytest.mark.parametrize("sql_url", ["sqlite"], indirect=True)
async def test_a_fitting_process_that_fails_leaves_the_guesses_as_they_are(
    sql_engine: AsyncEngine,
) -> None:
    waits = LearnedWaits()
    broken = BoostedQuantiles({**os.environ, "PYTHONHOME": "/nowhere"})
    slow = BoostedQuantiles(os.environ, timeout_s=0.01)
    for fitter in (broken, slow):
        learn = learner(sql_engine, waits, fitter)
        await learn.store.add(crowded_timings(600), NOW)
        await learn()
        assert not waits.learned
        with pytest.raises(UnavailableError):
            await fitter.fit([(1.0,)] * 100, [1.0] * 100)


def test_the_trees_answer_as_scikit_learn_does() -> None:
    draw = np.random.default_rng(0)
    rows, targets = draw.normal(size=(1000, 5)), draw.normal(size=1000)
    model = regressor(0.9, rows, targets + rows[:, 0])
    ours = [forest(model).at(tuple(one)) for one in rows.tolist()]
    assert np.allclose(ours, model.predict(rows))


def test_the_same_rows_give_the_same_trees() -> None:
    draw = random.Random(1)
    rows = tuple(row(wait_features(ahead=draw.randint(0, 40))) for _ in range(400))
    order = FitOrder(rows=rows, targets=tuple(draw.random() for _ in rows))
    assert fit(order) == fit(order)


def test_the_bot_never_loads_scikit_learn() -> None:
    code = "import bot.wiring, sys; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
