"""Coverage by conformal correction: a quantile is moved by what it was lately short of.

After Romano, Patterson and Candès, "Conformalized Quantile Regression", with a window instead of
a fixed set, so that it follows when waits change.
"""

import math
from bisect import bisect_left, insort
from collections import deque


class RollingCorrection:
    """The offset that would have given the latest predictions the wanted coverage.

    Args:
        share: Of outcomes that are to lie at or below the corrected prediction, 0 to 1.
        window: How many outcomes are looked at.
        least: Fewer outcomes correct nothing.
    """

    def __init__(self, share: float, *, window: int, least: int) -> None:
        self._share = share
        self._window = window
        self._least = least
        self._latest: deque[float] = deque()
        self._ordered: list[float] = []

    def learn(self, shortfall: float) -> None:
        """Take an outcome less its uncorrected prediction."""
        if not math.isfinite(shortfall):
            return
        if len(self._latest) == self._window:
            del self._ordered[bisect_left(self._ordered, self._latest.popleft())]
        self._latest.append(shortfall)
        insort(self._ordered, shortfall)

    @property
    def offset(self) -> float:
        """What to add to a prediction; 0 while too little is known."""
        count = len(self._ordered)
        if count < self._least:
            return 0.0
        # The rank of split conformal prediction: one more than the share of what was seen.
        rank = math.ceil(self._share * (count + 1))
        return self._ordered[min(rank, count) - 1]
