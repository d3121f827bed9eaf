import math
from typing import Final

from services.inference.bus import Place
from services.inference.models import Priority
from services.inference.waits import NaiveWaits, WaitFeatures

_PRIORITIES: Final = tuple(Priority)
_naive: Final = NaiveWaits()
# Some centuries; exp cannot hold much more.
_LONGEST: Final = 23.0


def log_seconds(seconds: float) -> float:
    """Put a wait on the scale that models are fitted on; it keeps zero and order."""
    return math.log1p(max(0.0, seconds))


def seconds(value: float) -> float:
    """Turn ``log_seconds`` around, never below zero."""
    return math.expm1(min(max(0.0, value), _LONGEST))


def finds_free_slot(features: WaitFeatures) -> bool:
    """Tell whether a job could begin at once: then only the way to the worker takes time."""
    place = features.place
    return place.running + place.ahead < place.slots


def base(features: WaitFeatures) -> float:
    """Give the naive median on the log scale.

    Models learn the difference to it: trees alone cannot guess waits longer than they have seen.
    """
    return log_seconds(_naive.estimate(features).p50_s)


def row(features: WaitFeatures) -> tuple[float, ...]:
    """Write features as the numbers that a model reads; all are finite.

    The hour is left out: with weeks of data trees take it for the name of a single rush.
    """
    place = features.place
    slots = max(1, place.slots)
    return (
        float(place.ahead),
        place.ahead_cost,
        float(place.running),
        float(place.slots),
        base(features),
        log_seconds(place.ahead_cost * place.service_p50_s / slots),
        log_seconds(_left_of_running(place) / slots),
        log_seconds(place.service_p50_s),
        log_seconds(place.service_p90_s),
        log_seconds(place.running_for_s),
        math.log1p(max(0, features.work)),
        float(features.most_tokens),
        float(_PRIORITIES.index(features.priority)),
    )


def _left_of_running(place: Place) -> float:
    """What the running jobs have still to do, if all were usual ones."""
    return max(0.0, place.running * place.service_p50_s - place.running_for_s)
