"""How long jobs waited and how well it was guessed, for Prometheus."""

from collections import deque
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from services.inference.kinds import JobKind
from services.inference.waits import JobTiming, WaitEstimator

_BUCKETS: Final = (0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600)
_LATEST: Final = 400

WAITED: Final = Histogram(
    "samovar_wait_seconds", "Seconds from acceptance of a job to its begin", ["kind"],
    buckets=_BUCKETS,
)  # fmt: skip
GUESSED: Final = Histogram(
    "samovar_wait_guessed_seconds", "Seconds that a job was guessed to wait",
    ["kind", "quantile"], buckets=_BUCKETS,
)  # fmt: skip
COVERED: Final = Gauge(
    "samovar_wait_covered", f"Share of the last {_LATEST} waits within the guessed quantile",
    ["kind", "quantile"],
)  # fmt: skip
LEARNED: Final = Gauge("samovar_wait_learned", "Kinds whose waits are guessed from earlier ones")
DROPPED: Final = Counter("samovar_wait_timings_dropped", "Timings that were not kept")


class MeasuredWaits:
    """``JobJournal`` that compares each wait with its guess.

    It guesses again from what was known when the job was accepted: stand it before whoever learns
    from the timing.
    """

    def __init__(self, waits: WaitEstimator) -> None:
        self._waits = waits
        self._covered: dict[tuple[JobKind, str], deque[bool]] = {}

    def note(self, timing: JobTiming) -> None:
        """See ``JobJournal.note``."""
        kind = timing.features.kind
        guessed = self._waits.estimate(timing.features)
        WAITED.labels(kind).observe(timing.waited_s)
        for quantile, guess_s in (("0.5", guessed.p50_s), ("0.9", guessed.p90_s)):
            GUESSED.labels(kind, quantile).observe(guess_s)
            latest = self._covered.setdefault((kind, quantile), deque(maxlen=_LATEST))
            latest.append(timing.waited_s <= guess_s)
            COVERED.labels(kind, quantile).set(sum(latest) / len(latest))
