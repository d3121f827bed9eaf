"""Luck that can be repeated."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

SPAN: Final = 2**53


@dataclass(slots=True)
class Chance:
    """Draws that depend on nothing but the seed, the subject and how often it was asked.

    So the same calls meet the same luck, whatever else goes on and however fast.
    """

    seed: int = 0
    drawn: dict[str, int] = field(default_factory=dict)

    def fraction(self, subject: str) -> float:
        """Draw from 0 up to, not including, 1."""
        number = self.drawn.get(subject, 0)
        self.drawn[subject] = number + 1
        digest = hashlib.sha256(f"{self.seed}/{subject}/{number}".encode()).digest()
        return int.from_bytes(digest[:8]) % SPAN / SPAN

    def whole(self, subject: str, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self.fraction(subject) * (high - low + 1))

    def sow(self, seed: int) -> None:
        """Begin anew."""
        self.seed = seed
        self.drawn.clear()
