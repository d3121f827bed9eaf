"""Every Redis key that Samovar writes, except those inside the job queue engine.

One frozen class per kind of key; its docstring prints the format. All keys begin with
``samovar:`` so that one Redis can serve other programs beside us.
"""

from dataclasses import dataclass

PREFIX = "samovar"


@dataclass(frozen=True, slots=True)
class LeaseKey:
    """``samovar:lease:<name>``: the holder's token, with a time to live."""

    name: str

    def __str__(self) -> str:
        return f"{PREFIX}:lease:{self.name}"


@dataclass(frozen=True, slots=True)
class LeaseQueueKey:
    """``samovar:lease-queue:<name>``: tokens of those who wait, by arrival."""

    name: str

    def __str__(self) -> str:
        return f"{PREFIX}:lease-queue:{self.name}"


@dataclass(frozen=True, slots=True)
class LeaseWaitersKey:
    """``samovar:lease-waiters:<name>``: the same tokens by the time they last asked."""

    name: str

    def __str__(self) -> str:
        return f"{PREFIX}:lease-waiters:{self.name}"


@dataclass(frozen=True, slots=True)
class FencingKey:
    """``samovar:fencing``: the number of the newest lease of all."""

    def __str__(self) -> str:
        return f"{PREFIX}:fencing"
