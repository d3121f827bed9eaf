"""The replayed day: guessed without knowing the future, served in the order of the real line."""

from dataclasses import replace

import pytest

from benchmarks._waits_line import Line
from benchmarks._waits_load import DAY_S, Arrival, Load, Request
from benchmarks._waits_pool import Pool, Replayed
from benchmarks._waits_scores import pinball, replay
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import JobTiming, NaiveWaits, WaitEstimate, WaitFeatures
from tests.support.timings import timing, wait_features

DRAWING = Request(
    kind=JobKind.DRAW, priority=Priority.HIGH, chat=1, work=1, most_tokens=0, service_s=10.0,
    deadline_s=1000.0, patient=True,
)  # fmt: skip


class Remembering:
    """Notes what is asked and what is learned, in order."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, float]] = []

    def estimate(self, features: WaitFeatures) -> WaitEstimate:
        self.heard.append(("guess", float(features.work)))
        return WaitEstimate(p50_s=0.0, p90_s=0.0)

    def note(self, timing: JobTiming) -> None:
        self.heard.append(("learn", float(timing.features.work)))


def test_a_job_is_learned_from_only_after_its_end() -> None:
    waits = Remembering()
    jobs = [Replayed(0.0, 50.0, timing(work=1)), Replayed(10.0, 20.0, timing(work=2)),
            Replayed(50.0, 60.0, timing(work=3))]  # fmt: skip
    replay(jobs, waits, NaiveWaits(), waits.note)
    assert waits.heard == [("guess", 1), ("guess", 2), ("learn", 2), ("learn", 1), ("guess", 3),
                           ("learn", 3)]  # fmt: skip


def test_pinball_loss_weighs_too_short_guesses_by_the_quantile() -> None:
    assert pinball(0.9, 10.0, 0.0) == pytest.approx(9.0)
    assert pinball(0.9, 0.0, 10.0) == pytest.approx(1.0)


def served(line: Line) -> list[tuple[Priority, int]]:
    order = []
    while (job := line.next()) is not None:
        order.append((job.request.priority, job.request.chat))
    return order


def test_the_urgent_go_first_and_a_flooding_chat_waits_behind_its_own_jobs() -> None:
    line = Line(JobKind.DRAW)
    low, flood, light = (replace(DRAWING, priority=Priority.LOW), DRAWING,
                         replace(DRAWING, chat=2))  # fmt: skip
    for request in (low, flood, flood, flood, light):
        line.add(request, wait_features(), 0.0)
    high = Priority.HIGH
    assert served(line) == [(high, 1), (high, 2), (high, 1), (high, 1), (Priority.LOW, 1)]


def test_a_newcomer_stands_behind_what_goes_before_it() -> None:
    line = Line(JobKind.DRAW)
    for request in (DRAWING, DRAWING, DRAWING):
        line.add(request, wait_features(), 0.0)
    comers = (DRAWING, replace(DRAWING, chat=2), replace(DRAWING, priority=Priority.LOW))
    stands = [line.place(comer, running=2, slots=2, now=0.0).ahead for comer in comers]
    assert stands == [3, 1, 3]


def test_two_workers_draw_two_pictures_at_once() -> None:
    jobs = Pool(1).run([Arrival(0.0, replace(DRAWING, chat=chat)) for chat in range(4)], 0)
    waited = sorted(job.timing.waited_s for job in jobs)
    assert waited == pytest.approx([0, 0, 10, 10], abs=2)
    assert [job.timing.features.place.ahead for job in jobs[:2]] == [0, 0]


def test_the_same_seed_gives_the_same_day() -> None:
    def day(seed: int) -> list[Replayed]:
        arrivals = [each for each in Load(seed, 1).arrivals() if each.at_s < DAY_S / 8]
        return Pool(seed).run(arrivals, 0)

    assert day(3) == day(3)
    assert day(3) != day(4)
