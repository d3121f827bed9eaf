"""What a run of scripted people gives: latencies by action, as JSON."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from playground.encoding import Json


def percentile(ordered: Sequence[float], share: float) -> float:
    """Give the value that ``share`` (0 to 1) of the ordered values do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(slots=True)
class Latency:
    """How long one kind of answer took; ``lost`` never came."""

    taken_s: list[float] = field(default_factory=list)
    lost: int = 0

    def as_json(self) -> Json:
        """Give ``n`` (that came), ``lost``, and p50, p95, p99 and max in ms; null without any."""
        ordered = sorted(self.taken_s)

        def ms(share: float) -> float | None:
            return round(percentile(ordered, share) * 1000, 2) if ordered else None

        return {
            "n": len(ordered), "lost": self.lost,
            "p50_ms": ms(0.5), "p95_ms": ms(0.95), "p99_ms": ms(0.99), "max_ms": ms(1.0),
        }  # fmt: skip


@dataclass(slots=True)
class ActionFigures:
    """All acts of one name.

    Attributes:
        n: That were sent.
        refused: That the playground refused: the person may not, or the message is gone.
        skipped: That were not sent: nothing to do it with, or too many under way.
        request: From the planned instant to the end of the request.
        answers: By what was waited for, from the planned instant to the event.
    """

    n: int = 0
    refused: int = 0
    skipped: int = 0
    request: Latency = field(default_factory=Latency)
    answers: dict[str, Latency] = field(default_factory=dict)

    def answer(self, kind: str) -> Latency:
        """Give the latencies of one kind of answer."""
        return self.answers.setdefault(kind, Latency())

    def as_json(self) -> Json:
        """Give everything, the answers by their kinds."""
        found = {kind: latency.as_json() for kind, latency in sorted(self.answers.items())}
        return {
            "n": self.n, "refused": self.refused, "skipped": self.skipped,
            "request": self.request.as_json(), **found,
        }  # fmt: skip


@dataclass(slots=True)
class LoadReport:
    """A run.

    Attributes:
        people: How many acted.
        seconds: How long they acted, without opening and waiting for the last answers.
        seed: To repeat it.
        late: How late the acts were sent, measured from their planned instants: what this
            machine could not keep up with. It is part of every latency, too.
        missed: How often events were gone before they could be read; answers may be among them.
        actions: By name.
    """

    people: int
    seconds: float
    seed: int
    late: Latency = field(default_factory=Latency)
    missed: int = 0
    actions: dict[str, ActionFigures] = field(default_factory=dict)

    def action(self, name: str) -> ActionFigures:
        """Give the figures of one action."""
        return self.actions.setdefault(name, ActionFigures())

    @property
    def n(self) -> int:
        """How many acts were sent."""
        return sum(one.n for one in self.actions.values())

    @property
    def lost(self) -> int:
        """How many answers never came, of all kinds."""
        return sum(
            latency.lost for one in self.actions.values() for latency in one.answers.values()
        )

    @property
    def refused(self) -> int:
        """How many acts were refused."""
        return sum(one.refused for one in self.actions.values())

    def as_json(self) -> Json:
        """Give the whole report."""
        return {
            "people": self.people, "seconds": round(self.seconds, 2), "seed": self.seed,
            "n": self.n, "lost": self.lost, "refused": self.refused,
            "acts_per_s": round(self.n / self.seconds, 2) if self.seconds else None,
            "late": self.late.as_json(), "missed": self.missed,
            "actions": {name: one.as_json() for name, one in sorted(self.actions.items())},
        }  # fmt: skip
