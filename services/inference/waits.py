"""How long a job is going to wait: what is known when it is asked, and the naive answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from services.inference.bus import Place
from services.inference.kinds import JobKind
from services.inference.models import Priority

USUAL_SERVICE_S: Final[Mapping[JobKind, float]] = {
    JobKind.EMBED: 0.1, JobKind.GENERATE: 8.0, JobKind.REWRITE: 1.0, JobKind.SCORE: 0.5,
    JobKind.ENTAIL: 0.5, JobKind.TOXICITY: 0.1, JobKind.DETOX: 2.0, JobKind.DRAW: 15.0,
    JobKind.DESCRIBE: 5.0, JobKind.TRANSCRIBE: 10.0, JobKind.SPEAK: 3.0, JobKind.TRANSLATE: 2.0,
}  # fmt: skip
"""Until the first job of a kind has told better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFeatures:
    """What a job's wait can depend on, as it was at one moment.

    Attributes:
        place: Where the job stood.
        work: Length of the prompt in characters, or what stands for it.
        most_tokens: Upper bound of the text; 0 for kinds without text.
        hour: Of the day, 0 to 24, local to the machine.
    """

    kind: JobKind
    priority: Priority
    place: Place
    work: int
    most_tokens: int
    hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitEstimate:
    """Seconds until a job begins: half of such waits are shorter than p50, 90% than p90."""

    p50_s: float
    p90_s: float


class WaitEstimator(Protocol):
    """Whoever guesses waits."""

    def estimate(self, features: WaitFeatures) -> WaitEstimate:
        """Guess a wait within a millisecond or two."""
        ...


class NaiveWaits:
    """Work ahead by slots; what is used until there is data."""

    def estimate(self, features: WaitFeatures) -> WaitEstimate:
        """See ``WaitEstimator.estimate``."""
        place = features.place
        usual = place.service_p50_s or USUAL_SERVICE_S[features.kind]
        slow = max(usual, place.service_p90_s)
        waits_for = max(0.0, place.ahead + place.running - place.slots + 1.0)
        slots = max(1, place.slots)
        return WaitEstimate(p50_s=waits_for * usual / slots, p90_s=waits_for * slow / slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTiming:
    """What became of a job, for learning from it; holds nothing of a person.

    Attributes:
        features: As they were when the job was accepted.
        waited_s: Until it began.
        ran_s: From then until its result.
    """

    features: WaitFeatures
    waited_s: float
    ran_s: float


class JobJournal(Protocol):
    """Where timings are noted."""

    def note(self, timing: JobTiming) -> None:
        """Keep a timing; returns at once and may drop it when too many come."""
        ...


class NoJournal:
    """Keeps nothing; for commands that come and go."""

    def note(self, timing: JobTiming) -> None:
        """See ``JobJournal.note``."""


class QueueObserver(Protocol):
    """Whoever wants to tell a person how long it takes."""

    async def waiting(self, estimate: WaitEstimate) -> None:
        """Hear about once a second, while the job waits, how much longer it will."""
        ...

    async def begun(self) -> None:
        """Hear that the wait is over; comes after ``waiting`` only.

        When the worker dies, the job may wait again.
        """
        ...
