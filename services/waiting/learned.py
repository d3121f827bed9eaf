import math
from collections.abc import Sequence
from typing import Final, Protocol

import structlog

from services.inference.kinds import JobKind
from services.inference.waits import (
    JobTiming,
    NaiveWaits,
    WaitEstimate,
    WaitEstimator,
    WaitFeatures,
)
from services.waiting.conformal import RollingCorrection
from services.waiting.features import base, log_seconds, row, seconds

log = structlog.get_logger(__name__)

WINDOW: Final = 400
_LEAST: Final = 50


class QuantileModel(Protocol):
    """Guesses the 0.5 and 0.9 quantile for a row of ``features.row``."""

    def at(self, row: tuple[float, ...]) -> tuple[float, float]:
        """Predict both, uncorrected."""
        ...


class LearnedKind:
    """The model of one kind and the corrections of its two quantiles."""

    def __init__(self, model: QuantileModel, held_out: Sequence[JobTiming] = ()) -> None:
        """Take a model.

        Args:
            model: Fitted on ``log_seconds(wait) - base``.
            held_out: Timings that it was not fitted on, in the order of time.
        """
        self._model = model
        self._p50 = RollingCorrection(0.5, window=WINDOW, least=_LEAST)
        self._p90 = RollingCorrection(0.9, window=WINDOW, least=_LEAST)
        for timing in held_out[-WINDOW:]:
            self.learn(timing)

    def estimate(self, features: WaitFeatures) -> WaitEstimate:
        """Guess a wait: 0 <= p50 <= p90.

        Raises:
            ValueError: The model gave no finite number.
        """
        p50, p90 = self._raw(features)
        shorter = seconds(p50 + self._p50.offset)
        longer = seconds(p90 + self._p90.offset)
        return WaitEstimate(p50_s=shorter, p90_s=max(shorter, longer))

    def learn(self, timing: JobTiming) -> None:
        """Move the corrections towards how it was."""
        p50, p90 = self._raw(timing.features)
        waited = log_seconds(timing.waited_s)
        self._p50.learn(waited - p50)
        self._p90.learn(waited - p90)

    def _raw(self, features: WaitFeatures) -> tuple[float, float]:
        start = base(features)
        p50, p90 = self._model.at(row(features))
        if not math.isfinite(start + p50 + p90):
            raise ValueError("a prediction that is not finite")
        return start + p50, start + p90


class LearnedWaits:
    """Guesses by the model of a kind; kinds without one, and whatever fails, by another guesser."""

    def __init__(self, otherwise: WaitEstimator | None = None) -> None:
        self._otherwise = otherwise or NaiveWaits()
        self._kinds: dict[JobKind, LearnedKind] = {}

    @property
    def learned(self) -> frozenset[JobKind]:
        """The kinds that have a model."""
        return frozenset(self._kinds)

    def replace(self, kind: JobKind, learned: LearnedKind) -> None:
        """Guess a kind by a new model from now on."""
        self._kinds[kind] = learned

    def estimate(self, features: WaitFeatures) -> WaitEstimate:
        """See ``WaitEstimator.estimate``; never raises."""
        learned = self._kinds.get(features.kind)
        if learned is not None:
            try:
                return learned.estimate(features)
            except Exception as error:  # noqa: BLE001 - a guess must not stop a job
                self._drop(features.kind, error)
        return self._otherwise.estimate(features)

    def note(self, timing: JobTiming) -> None:
        """Correct the model by how long a job waited; never raises."""
        kind = timing.features.kind
        if (learned := self._kinds.get(kind)) is None:
            return
        try:
            learned.learn(timing)
        except Exception as error:  # noqa: BLE001 - as above
            self._drop(kind, error)

    def _drop(self, kind: JobKind, error: Exception) -> None:
        """Do without a model that fails, until the next training."""
        log.warning("wait_model_dropped", kind=kind, error=type(error).__name__)
        del self._kinds[kind]
