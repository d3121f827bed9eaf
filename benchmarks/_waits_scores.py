from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks._waits_pool import Replayed
from services.inference.waits import JobTiming, WaitEstimate, WaitEstimator

_P50: Final = 0.5
_P90: Final = 0.9


@dataclass(frozen=True, slots=True)
class Guess:
    """What was guessed of a job when it was accepted, and how it was."""

    timing: JobTiming
    ours: WaitEstimate
    naive: WaitEstimate


def pinball(quantile: float, actual: float, guessed: float) -> float:
    """Give the loss whose expectation the true quantile makes smallest."""
    short = actual - guessed
    return max(quantile * short, (quantile - 1.0) * short)


def loss(actual: float, guessed: WaitEstimate) -> float:
    """Give the mean of both quantiles' losses, in seconds."""
    return (pinball(_P50, actual, guessed.p50_s) + pinball(_P90, actual, guessed.p90_s)) / 2


def mean_losses(guesses: Sequence[Guess]) -> tuple[float, float]:
    """Give our mean loss and the naive one."""
    ours = sum(loss(guess.timing.waited_s, guess.ours) for guess in guesses)
    naive = sum(loss(guess.timing.waited_s, guess.naive) for guess in guesses)
    return ours / len(guesses), naive / len(guesses)


def covered(guesses: Sequence[Guess], pick: Callable[[Guess], float]) -> float:
    """Give the share of waits that were not longer than guessed."""
    return sum(guess.timing.waited_s <= pick(guess) for guess in guesses) / len(guesses)


def replay(
    jobs: Iterable[Replayed],
    ours: WaitEstimator,
    naive: WaitEstimator,
    learn: Callable[[JobTiming], None],
) -> list[Guess]:
    """Guess each job when it is accepted; learn how it was only when it ended."""
    jobs = list(jobs)
    moments = [(job.accepted_s, 1, number) for number, job in enumerate(jobs)]
    moments += [(job.done_s, 0, number) for number, job in enumerate(jobs)]
    guesses = {}
    for _, accepted, number in sorted(moments):
        timing = jobs[number].timing
        if accepted:
            guesses[number] = Guess(
                timing, ours.estimate(timing.features), naive.estimate(timing.features)
            )
        else:
            learn(timing)
    return [guesses[number] for number in range(len(jobs))]
