import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.load.acts import Act, Say, Tap, View
from playground.load.schedule import Arrivals, LoadPlan, planned


def plan(**more: object) -> LoadPlan:
    fields: dict[str, object] = {"acts": [Say(), Tap(weight=3)], "people": 20, "seconds": 30.0}
    return LoadPlan(**(fields | more))  # type: ignore[arg-type]  # any field, to try bad ones


@settings(deadline=None, max_examples=30)  # makes 600 acts each time
@given(seed=st.integers(0, 2**32), arrivals=st.sampled_from(("poisson", "fixed")))
def test_the_same_seed_gives_the_same_acts_in_order(seed: int, arrivals: Arrivals) -> None:
    first = list(planned(plan(seed=seed, arrivals=arrivals)))
    assert first == list(planned(plan(seed=seed, arrivals=arrivals)))
    assert [one.at_s for one in first] == sorted(one.at_s for one in first)
    assert all(0 <= one.at_s < 30 for one in first)
    assert len({one.mark for one in first}) == len(first)


def test_another_seed_gives_other_acts() -> None:
    assert list(planned(plan(seed=1))) != list(planned(plan(seed=2)))


@pytest.mark.parametrize("arrivals", ["poisson", "fixed"])
def test_the_rate_is_kept(arrivals: Arrivals) -> None:
    acts = list(planned(plan(people=100, seconds=100, rate_per_s=2, arrivals=arrivals)))
    assert len(acts) == pytest.approx(100 * 100 * 2, rel=0.03)
    taps = sum(isinstance(one.act, Tap) for one in acts)
    assert taps / len(acts) == pytest.approx(0.75, abs=0.02)


def test_a_fixed_rate_has_even_distances() -> None:
    instants = [one.at_s for one in planned(plan(people=1, arrivals="fixed", rate_per_s=4))]
    gaps = [later - earlier for earlier, later in itertools.pairwise(instants)]
    assert gaps == pytest.approx([0.25] * len(gaps))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"people": 0}, "people is 1 to 5000, not 0"),
        ({"people": 5_001}, "people is 1 to 5000"),
        ({"seconds": -1.0}, "seconds is 0 to"),
        ({"rate_per_s": 0.0}, "rate_per_s is"),
        ({"acts": []}, "acts: give at least one"),
        ({"acts": [Say(weight=0)]}, "acts: give at least one"),
    ],
)
def test_a_plan_out_of_bounds_is_refused(more: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plan(**more)


def test_a_tap_needs_a_button_with_its_label() -> None:
    view = View(tappable=7, labels=(("Yes", 0, 0), ("No (3)", 1, 0)))
    request = Tap(label="No").request(view, "")
    assert request is not None
    assert (request.path, request.body) == ("/messages/7/tap", {"row": 1, "column": 0})
    assert Tap(label="Maybe").request(view, "") is None
    assert Tap().request(View(), "") is None


def test_acts_are_counted_by_their_name_or_kind() -> None:
    acts: list[Act] = [Say(), Say(name="ask"), Tap()]
    assert [act.title for act in acts] == ["say", "ask", "tap"]
