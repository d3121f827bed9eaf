from dataclasses import dataclass


@dataclass
class FakeTime:
    """The time of a playground that only the test moves."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now
