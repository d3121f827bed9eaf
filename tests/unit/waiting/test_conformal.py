import math
import random

from hypothesis import given
from hypothesis import strategies as st

from services.waiting.conformal import RollingCorrection


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80),
    st.sampled_from([0.5, 0.9]),
    st.integers(1, 40),
)
def test_the_offset_covers_the_wanted_share_of_what_the_window_holds(
    shortfalls: list[float], share: float, window: int
) -> None:
    correction = RollingCorrection(share, window=window, least=1)
    for shortfall in shortfalls:
        correction.learn(shortfall)
    latest = shortfalls[-window:]
    covered = sum(shortfall <= correction.offset for shortfall in latest)
    assert covered >= min(len(latest), math.ceil(share * len(latest)))
    assert correction.offset in latest


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60))
def test_it_is_always_a_finite_number(shortfalls: list[float]) -> None:
    correction = RollingCorrection(0.9, window=20, least=1)
    for shortfall in shortfalls:
        correction.learn(shortfall)
    assert math.isfinite(correction.offset)


def test_too_few_outcomes_correct_nothing() -> None:
    correction = RollingCorrection(0.9, window=100, least=10)
    for _ in range(9):
        correction.learn(5.0)
    assert correction.offset == 0.0
    correction.learn(5.0)
    assert correction.offset == 5.0


def test_coverage_comes_back_after_waits_have_doubled() -> None:
    draw = random.Random(3)
    correction = RollingCorrection(0.9, window=200, least=50)
    covered = []
    for number in range(6000):
        shortfall = draw.gauss(0.0 if number < 3000 else 0.7, 1.0)
        covered.append(shortfall <= correction.offset)
        correction.learn(shortfall)
    assert 0.87 <= sum(covered[1000:3000]) / 2000 <= 0.93
    assert 0.87 <= sum(covered[4000:]) / 2000 <= 0.93
