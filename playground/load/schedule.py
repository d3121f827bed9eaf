"""When each of the scripted people does what: by their own clock, whatever the bot does."""

import heapq
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from playground.load.acts import Act

Arrivals = Literal["poisson", "fixed"]
MOST_PEOPLE: Final = 5_000
MOST_SECONDS: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """Who does what, how often, for how long.

    Attributes:
        acts: What they choose from, by weight.
        people: How many; they move in for the run.
        seconds: For how long they act.
        rate_per_s: Acts per second and person. The rate is open-loop: nobody waits for an answer
            before the next act, so a slow bot meets as many as a fast one.
        arrivals: ``poisson``: at random instants; ``fixed``: at even distances, each person
            beginning somewhere in the first of them.
        opening: What everybody does once before, in this order; not measured.
        patience_s: How long somebody waits for an answer before it counts as lost.
        most_waiting: Acts under way at once; more are not begun, and counted as ``skipped``.
        seed: The same seed gives the same people, instants and choices.

    Raises:
        ValueError: A figure is out of bounds; the sentence says which.
    """

    acts: Sequence[Act]
    people: int = 10
    seconds: float = 10.0
    rate_per_s: float = 1.0
    arrivals: Arrivals = "poisson"
    opening: Sequence[Act] = ()
    patience_s: float = 20.0
    most_waiting: int = 20_000
    seed: int = 1

    def __post_init__(self) -> None:
        if not self.acts or sum(act.weight for act in self.acts) <= 0:
            raise ValueError("acts: give at least one with a weight above 0")
        bounds = (
            ("people", self.people, 1, MOST_PEOPLE), ("seconds", self.seconds, 0, MOST_SECONDS),
            ("rate_per_s", self.rate_per_s, 0.001, 1_000), ("patience_s", self.patience_s, 0, 600),
            ("most_waiting", self.most_waiting, 1, 1_000_000),
        )  # fmt: skip
        for name, value, least, most in bounds:
            if not least <= value <= most:
                raise ValueError(f"{name} is {least:g} to {most:g}, not {value:g}")


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """One act to come: ``at_s`` after the begin, by the person with this number."""

    at_s: float
    person: int
    count: int
    act: Act

    @property
    def mark(self) -> str:
        """A short text that no other act of the run has."""
        return f"#{self.person}.{self.count}#"


def planned(plan: LoadPlan) -> Iterator[Planned]:
    """Give all acts of a run in the order of their instants, one at a time."""
    return heapq.merge(*(_of_one(plan, person) for person in range(plan.people)))


def _of_one(plan: LoadPlan, person: int) -> Iterator[Planned]:
    chance = random.Random(f"{plan.seed}:{person}")  # noqa: S311 - chance that can be repeated
    weights = [act.weight for act in plan.acts]
    at_s = 0.0
    for count in itertools.count():
        at_s += _pause(plan, chance, is_first=count == 0)
        if at_s >= plan.seconds:
            return
        act = chance.choices(plan.acts, weights)[0]
        yield Planned(at_s, person, count, act)


def _pause(plan: LoadPlan, chance: random.Random, *, is_first: bool) -> float:
    if plan.arrivals == "poisson":
        return chance.expovariate(plan.rate_per_s)
    return (chance.random() if is_first else 1.0) / plan.rate_per_s
