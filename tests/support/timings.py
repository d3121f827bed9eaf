"""Timings as a pool would note them."""

import random

from services.inference.bus import Place
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import JobTiming, WaitFeatures


def wait_features(
    *, kind: JobKind = JobKind.GENERATE, ahead: int = 0, running: int = 2, slots: int = 2,
    service_s: float = 10.0, work: int = 100,
) -> WaitFeatures:  # fmt: skip
    return WaitFeatures(
        kind=kind, priority=Priority.HIGH, work=work, most_tokens=200, hour=12.5,
        place=Place(
            ahead=ahead, ahead_cost=float(ahead), running=running, slots=slots,
            service_p50_s=service_s, service_p90_s=2 * service_s, running_for_s=3.0,
        ),
    )  # fmt: skip


def timing(
    waited_s: float = 1.0, *, ahead: int = 0, running: int = 2, slots: int = 2, work: int = 100
) -> JobTiming:
    features = wait_features(ahead=ahead, running=running, slots=slots, work=work)
    return JobTiming(features=features, waited_s=waited_s, ran_s=2.0)


def crowded_timings(count: int, *, seed: int = 1, kind: JobKind = JobKind.GENERATE
                    ) -> list[JobTiming]:  # fmt: skip
    """Jobs of a full pool whose jobs take half of what the naive guess thinks."""
    draw = random.Random(seed)
    noted = []
    for _ in range(count):
        ahead = draw.randint(0, 30)
        waited_s = (ahead + 1) * 10.0 / 2 * 0.5 * draw.lognormvariate(0, 0.3)
        features = wait_features(kind=kind, ahead=ahead)
        noted.append(JobTiming(features=features, waited_s=waited_s, ran_s=5.0))
    return noted
