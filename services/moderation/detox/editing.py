"""Which words polite people would leave out or write otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.moderation.detox.features import slots
from services.moderation.detox.tokens import Token


@dataclass(frozen=True, slots=True)
class EditChance:
    """How likely a word is left out, and how likely another stands in its place."""

    left_out: float
    replaced: float

    @property
    def kept(self) -> float:
        """How likely it stays."""
        return max(0.0, 1.0 - self.left_out - self.replaced)


@dataclass(frozen=True, slots=True)
class EditModel:
    """Two linear models over hashed features, learnt from what rewriters did.

    Attributes:
        weights: One row for leaving out, one for replacing.
        biases: One each.
    """

    weights: NDArray[np.float32]
    biases: tuple[float, float]

    def chances(self, tokens: Sequence[Token]) -> list[EditChance]:
        """Judge each token within its sentence."""
        return [self._chance(found) for found in slots(tokens)]

    def _chance(self, found: list[int]) -> EditChance:
        odds = self.weights[:, found].sum(axis=1) + self.biases
        out, other = (1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))).tolist()
        return EditChance(out, other)
