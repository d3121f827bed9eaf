from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inference.bus import Place
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import JobTiming, NaiveWaits, WaitFeatures
from services.waiting.features import row, seconds
from services.waiting.learned import LearnedKind, LearnedWaits
from tests.support.timings import timing, wait_features

amounts = st.floats(0, 1e7)
counts = st.integers(0, 100_000)
places = st.builds(
    Place, ahead=counts, ahead_cost=amounts, running=counts, slots=counts, service_p50_s=amounts,
    service_p90_s=amounts, running_for_s=amounts,
)  # fmt: skip
any_features = st.builds(
    WaitFeatures, kind=st.just(JobKind.DRAW), priority=st.sampled_from(Priority), place=places,
    work=st.integers(0, 10**12), most_tokens=counts, hour=st.floats(0, 24, exclude_max=True),
)  # fmt: skip


@dataclass
class Always:
    """A model that answers the same."""

    p50: float
    p90: float

    def at(self, row: tuple[float, ...]) -> tuple[float, float]:
        return self.p50, self.p90


class Broken:
    def at(self, row: tuple[float, ...]) -> tuple[float, float]:
        raise ArithmeticError


def waits_of(model: Always | Broken) -> LearnedWaits:
    waits = LearnedWaits()
    waits.replace(JobKind.DRAW, LearnedKind(model))
    return waits


@given(
    any_features,
    st.floats(-50, 50),
    st.floats(-50, 50),
    st.lists(st.tuples(any_features, st.floats(0, 1e6)), max_size=5),
)
def test_a_guess_is_never_negative_and_p90_is_never_below_p50(
    features: WaitFeatures, p50: float, p90: float, noted: list[tuple[WaitFeatures, float]]
) -> None:
    waits = waits_of(Always(p50, p90))
    for seen, waited_s in noted * 20:
        waits.note(JobTiming(features=seen, waited_s=waited_s, ran_s=1.0))
    guessed = waits.estimate(features)
    assert 0 <= guessed.p50_s <= guessed.p90_s <= seconds(1e9)
    assert waits.learned == {JobKind.DRAW}


@pytest.mark.parametrize("model", [Broken(), Always(float("nan"), 1.0), Always(0.0, float("inf"))])
def test_a_model_that_fails_is_replaced_by_the_naive_guess(model: Always | Broken) -> None:
    waits = waits_of(model)
    features = wait_features(kind=JobKind.DRAW, ahead=7)
    assert waits.estimate(features) == NaiveWaits().estimate(features)
    assert not waits.learned


def test_a_model_that_fails_when_it_is_corrected_is_dropped_too() -> None:
    waits = waits_of(Broken())
    waits.note(replace(timing(), features=wait_features(kind=JobKind.DRAW)))
    assert not waits.learned


def test_kinds_without_a_model_are_guessed_naively() -> None:
    features = wait_features(kind=JobKind.SPEAK, ahead=3)
    assert waits_of(Always(9.0, 9.0)).estimate(features) == NaiveWaits().estimate(features)


def test_how_it_was_corrects_the_later_guesses() -> None:
    waits = waits_of(Always(0.0, 0.0))
    features = wait_features(kind=JobKind.DRAW, ahead=9)
    before = waits.estimate(features)
    for number in range(400):
        waited_s = before.p50_s * (2 + number % 100 / 100)
        waits.note(JobTiming(features=features, waited_s=waited_s, ran_s=1.0))
    after = waits.estimate(features)
    assert after.p50_s == pytest.approx(before.p50_s * 2.5, rel=0.05)
    assert after.p90_s == pytest.approx(before.p50_s * 2.9, rel=0.05)


def test_the_naive_guess_is_the_start_so_that_longer_queues_than_ever_wait_longer() -> None:
    waits = waits_of(Always(0.0, 0.0))
    guessed = [
        waits.estimate(wait_features(kind=JobKind.DRAW, ahead=n)).p50_s for n in (5, 50, 500)
    ]
    assert guessed == sorted(guessed)
    assert guessed[2] > 50 * guessed[0]


def test_rows_have_one_length() -> None:
    assert len(row(wait_features())) == len(row(wait_features(slots=0, running=0)))


def test_a_free_slot_is_guessed_by_the_latest_that_found_one() -> None:
    waits = LearnedWaits()
    waits.replace(JobKind.DRAW, LearnedKind(None))
    free = wait_features(kind=JobKind.DRAW, running=0)
    for number in range(100):
        waits.note(JobTiming(features=free, waited_s=0.01 + number / 1000, ran_s=1.0))
    guessed = waits.estimate(free)
    assert guessed.p50_s == pytest.approx(0.06, abs=0.005)
    assert guessed.p90_s == pytest.approx(0.1, abs=0.005)
    full = wait_features(kind=JobKind.DRAW, ahead=4)
    assert waits.estimate(full) == NaiveWaits().estimate(full), "nothing was fitted on full pools"
