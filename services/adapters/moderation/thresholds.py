"""Thresholds of a head, from log-odds of texts that it was not fitted on."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from services.adapters.moderation.corpora import Example, Origin
from services.adapters.moderation.fitting import Numbers
from services.moderation.text.linear import Calibration

_WIDER = 2.5
_FREE = 1e6


def calibrated(
    examples: Sequence[Example], odds: Numbers, alarms: Mapping[Origin, float]
) -> Calibration:
    """Find the lowest threshold that keeps false alarms in bounds.

    Args:
        examples: With their labels.
        odds: Their log-odds; the same order.
        alarms: For each origin the share of its good texts that may be flagged.
    """
    origins = np.array([each.origin for each in examples])
    bad = np.array([each.is_bad for each in examples])
    threshold = max(
        _quantile(odds[(origins == of) & _good(of, bad)], share) for of, share in alarms.items()
    )
    unsure = max(
        _quantile(odds[(origins == of) & _good(of, bad)], min(0.5, share * _WIDER))
        for of, share in alarms.items()
    )
    seen = np.isin(origins, list(alarms)) | bad & (origins == Origin.SPAM) & (Origin.VK in alarms)
    slope = LogisticRegression(C=_FREE).fit(odds[seen, None], bad[seen]).coef_[0][0]
    calibration = Calibration(threshold=threshold, slope=float(slope), unsure_from=0.5)
    return Calibration(
        threshold=threshold, slope=float(slope), unsure_from=calibration.score(unsure)
    )


def _good(origin: Origin, bad: np.ndarray) -> np.ndarray:
    # A rude comment is no offer.
    return ~bad if origin is not Origin.VK else np.ones_like(bad)


def _quantile(odds: Numbers, share: float) -> float:
    """Give the value that no more than ``share`` of the log-odds exceed."""
    ordered = np.sort(odds)[::-1]
    at = int(share * len(ordered))
    return float(ordered[min(at, len(ordered) - 1)]) + 1e-6
