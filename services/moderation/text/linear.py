"""A linear model over hashed n-grams, with its own calibration."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.moderation.text.hashing import Grams

MOST_UNKNOWN: Final = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From log-odds to a score.

    Attributes:
        threshold: Log-odds that are scored .5: from there on a text counts.
        slope: How fast the score rises there.
        unsure_from: Score from which, up to .5, people or a bigger model should look.
    """

    threshold: float
    slope: float
    unsure_from: float

    def score(self, odds: float) -> float:
        """Give the score in [0, 1]."""
        exponent = min(60.0, max(-60.0, self.slope * (odds - self.threshold)))
        return 1.0 / (1.0 + math.exp(-exponent))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """Judges a text by its n-grams and by counts of what is in it.

    Attributes:
        weights: One for each slot of ``hashing``, float32.
        counted: Weights of counts, in the order that the model was trained with.
    """

    weights: NDArray[np.float32]
    counted: tuple[float, ...]
    bias: float
    calibration: Calibration

    def odds(self, grams: Grams, counts: Sequence[float]) -> float:
        """Give the log-odds of a text; n-grams count by the square root of their number."""
        found = grams.distinct
        summed = float(self.weights[found].sum()) / math.sqrt(max(1, len(found)))
        return summed + self.bias + sum(map(float.__mul__, self.counted, map(float, counts)))

    def known_odds(
        self,
        grams: Grams,
        counts: Sequence[float],
        known: NDArray[np.bool_],
        polite: NDArray[np.bool_] | None = None,
    ) -> float:
        """Give the log-odds when what looks like rude words is not trusted much.

        A word that is not known to be rude adds ``MOST_UNKNOWN`` at most: "Scunthorpe" and its
        kind share letters with rude words, and would decide alone.

        Args:
            grams: As for ``odds``.
            counts: As for ``odds``.
            known: For each word of the text, whether it is known to be rude.
            polite: Likewise whether it is listed as only looking rude; such a word adds nothing.
        """
        weights = self.word_weights(grams)
        most = np.where(known, np.inf, MOST_UNKNOWN)
        if polite is not None:
            most[polite] = 0.0
        excess = np.maximum(0.0, weights - most).sum()
        return self.odds(grams, counts) - float(excess)

    def word_weights(self, grams: Grams) -> NDArray[np.float64]:
        """Give what each word of a text adds to its log-odds; an n-gram is shared by its places."""
        shares = self.weights[grams.found] * grams.shares
        summed = np.bincount(grams.places, weights=shares, minlength=grams.words)
        return summed.astype(np.float64)
