import random
from dataclasses import dataclass


@dataclass(slots=True)
class Luck:
    """Random numbers of the town, the same again for the same seed.

    Args:
        seed: What decides them.
        drawn: How many were drawn; a town that is read from a file goes on with the next.
    """

    seed: int = 0
    drawn: int = 0

    def number(self, lowest: int, highest: int) -> int:
        """Draw a number, both ends included."""
        self.drawn += 1
        source = random.Random(f"{self.seed}:{self.drawn}")  # noqa: S311 - dice, no secrets
        return source.randint(lowest, highest)
