import math
from collections.abc import Iterable
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
from services.waiting.features import base, finds_free_slot, log_seconds, row, seconds

log = structlog.get_logger(__name__)

WINDOW: Final = 400
"""Latest jobs of a kind that a correction looks at."""
_LEAST: Final = 30


class QuantileModel(Protocol):
    """Guesses the 0.5 and 0.9 quantile for a row of ``features.row``."""

    def at(self, row: tuple[float, ...]) -> tuple[float, float]:
        """Predict both, uncorrected."""
        ...


class _Corrections:
    """Of both quantiles, for jobs that are alike."""

    def __init__(self) -> None:
        self.p50 = RollingCorrection(0.5, window=WINDOW, least=_LEAST)
        self.p90 = RollingCorrection(0.9, window=WINDOW, least=_LEAST)


class LearnedKind:
    """What is known of the waits of one kind.

    Jobs that find a free slot need no model: they wait as the latest such jobs did. Those that
    find none are guessed by the model, and the two are corrected apart: most jobs of a calm day
    begin at once and would hide how wrong the guesses of a rush are.
    """

    def __init__(self, model: QuantileModel | None, known: Iterable[JobTiming] = ()) -> None:
        """Take a model.

        Args:
            model: Fitted on ``log_seconds(wait) - base`` of jobs that found no free slot; None:
                their waits are not guessed.
            known: Timings that it was not fitted on, in the order of time.
        """
        self._model = model
        self._free = _Corrections()
        self._full = _Corrections()
        for timing in known:
            self.learn(timing)

    def estimate(self, features: WaitFeatures) -> WaitEstimate | None:
        """Guess a wait, 0 <= p50 <= p90; None when it cannot tell.

        Raises:
            ValueError: The model gave no finite number.
        """
        guessed = self._guessed(features)
        if guessed is None:
            return None
        corrections = self._corrections(features)
        shorter = seconds(guessed[0] + corrections.p50.offset)
        longer = seconds(guessed[1] + corrections.p90.offset)
        return WaitEstimate(p50_s=shorter, p90_s=max(shorter, longer))

    def learn(self, timing: JobTiming) -> None:
        """Move the corrections towards how it was."""
        if (guessed := self._guessed(timing.features)) is None:
            return
        waited = log_seconds(timing.waited_s)
        corrections = self._corrections(timing.features)
        corrections.p50.learn(waited - guessed[0])
        corrections.p90.learn(waited - guessed[1])

    def _corrections(self, features: WaitFeatures) -> _Corrections:
        return self._free if finds_free_slot(features) else self._full

    def _guessed(self, features: WaitFeatures) -> tuple[float, float] | None:
        """Both quantiles on the log scale, not corrected."""
        if finds_free_slot(features):
            return 0.0, 0.0
        if self._model is None:
            return None
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
        """The kinds of which enough was noted; with a model if their pool was full often enough."""
        return frozenset(self._kinds)

    def replace(self, kind: JobKind, learned: LearnedKind) -> None:
        """Guess a kind by a new model from now on."""
        self._kinds[kind] = learned

    def estimate(self, features: WaitFeatures) -> WaitEstimate:
        """See ``WaitEstimator.estimate``; never raises."""
        learned = self._kinds.get(features.kind)
        if learned is not None:
            try:
                if (guessed := learned.estimate(features)) is not None:
                    return guessed
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
