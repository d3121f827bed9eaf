import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.waits import JobTiming
from services.waiting.features import finds_free_slot
from services.waiting.learned import LearnedWaits, QuantileModel
from services.waiting.training import LearnWaits, learn_kind
from tests.fakes.clock import FakeClock
from tests.support.timings import crowded_timings


@dataclass
class ThreadNotingModel:
    """Answers the same, and notes who asks."""

    answer: float = 0.0
    threads: set[int] = field(default_factory=set)

    def at(self, row: tuple[float, ...]) -> tuple[float, float]:
        self.threads.add(threading.get_ident())
        return self.answer, self.answer


@dataclass
class Fitter:
    """Gives models in turn; no model: it cannot."""

    models: list[ThreadNotingModel | None]

    async def fit(
        self, rows: Sequence[tuple[float, ...]], targets: Sequence[float]
    ) -> QuantileModel:
        model = self.models.pop(0)
        if model is None:
            raise UnavailableError("no memory", dependency="fitting")
        return model


@dataclass
class Store:
    kept: dict[JobKind, list[JobTiming]]

    async def add(self, timings: Sequence[JobTiming], at: datetime) -> None:
        raise AssertionError

    async def latest(self, kind: JobKind, limit: int, *, free_slot: bool) -> list[JobTiming]:
        alike = [each for each in self.kept.get(kind, ())
                 if finds_free_slot(each.features) is free_slot]  # fmt: skip
        return alike[-limit:]

    async def purge(self, before: datetime, keep: int) -> int:
        return 0


async def test_guessing_thousands_of_known_waits_does_not_hold_up_the_event_loop() -> None:
    model = ThreadNotingModel()
    await learn_kind([], crowded_timings(1000), Fitter([model]))
    assert model.threads
    assert threading.get_ident() not in model.threads


async def test_a_kind_whose_model_is_no_use_does_not_keep_the_others_from_being_learned() -> None:
    kinds = [JobKind.GENERATE, JobKind.DRAW, JobKind.SPEAK]
    in_order = [kind for kind in JobKind if kind in kinds]
    waits = LearnedWaits()
    fitter = Fitter([ThreadNotingModel(float("nan")), None, ThreadNotingModel()])
    store = Store({kind: crowded_timings(600, kind=kind) for kind in kinds})
    await LearnWaits(store=store, fitter=fitter, waits=waits, clock=FakeClock())()
    assert waits.learned == {in_order[2]}
