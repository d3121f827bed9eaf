"""What every benchmark prints: figures beside their baseline from the same run."""

import platform
from collections.abc import Sequence
from typing import Final

import msgspec
import psutil

DIGITS: Final = 4


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured thing.

    Attributes:
        metric: What it is; ends with its conditions.
        ours: Measured here.
        baseline: The same of what it is compared with; None when there is nothing to compare.
        ratio: ``ours / baseline``.
        unit: Of ``ours`` and ``baseline``.
        n: How many single measurements stand behind it.
        goal: Such as ``ratio <= 5`` or ``ours >= 0.99``; empty without one.
        holds: Whether the goal is met; None without one.
    """

    metric: str
    ours: float
    baseline: float | None
    ratio: float | None
    unit: str
    n: int
    goal: str
    holds: bool | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON document of ``samovar bench``.

    Attributes:
        name: Of the benchmark.
        machine: What it ran on.
        seconds: How long it took.
        results: The figures.
        missing: Figures that need data which was not given.
    """

    name: str
    machine: str
    seconds: float
    results: tuple[Figure, ...]
    missing: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether no goal is missed."""
        return all(figure.holds is not False for figure in self.results)

    def table(self) -> str:
        """Write the figures for people."""
        lines = [f"{self.name} on {self.machine}, {self.seconds:.1f} s"]
        lines += [_line(figure) for figure in self.results]
        lines += [f"  missing: {what}" for what in self.missing]
        return "\n".join(lines)


def figure(
    metric: str,
    ours: float,
    *,
    unit: str,
    n: int,
    baseline: float | None = None,
    ratio_at_most: float | None = None,
    ratio_at_least: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """Judge a figure by the one goal that is given, if any."""
    ratio = None if baseline is None or baseline == 0 else ours / baseline
    goals = [
        ("ratio <=", ratio_at_most, ratio, -1),
        ("ratio >=", ratio_at_least, ratio, 1),
        ("ours >=", at_least, ours, 1),
        ("ours <=", at_most, ours, -1),
    ]
    wanted = [(f"{words} {limit:g}", value, limit, sign) for words, limit, value, sign in goals
              if limit is not None]  # fmt: skip
    return Figure(
        metric=metric,
        ours=round(ours, DIGITS),
        baseline=None if baseline is None else round(baseline, DIGITS),
        ratio=None if ratio is None else round(ratio, DIGITS),
        unit=unit,
        n=n,
        goal=", ".join(goal for goal, _, _, _ in wanted),
        holds=all(
            value is not None and (value - limit) * sign >= 0 for _, value, limit, sign in wanted
        )
        if wanted
        else None,
    )


def machine() -> str:
    """Say what this runs on, load included: it decides what the figures are worth."""
    cores = psutil.cpu_count() or 1
    gib = psutil.virtual_memory().total / 2**30
    load = psutil.getloadavg()[0]
    return (
        f"{platform.machine()}, {cores} cores, {gib:.0f} GiB, load {load:.1f},"
        f" Python {platform.python_version()}"
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _line(figure: Figure) -> str:
    verdict = {True: "holds", False: "MISSED", None: ""}[figure.holds]
    baseline = "" if figure.baseline is None else f" against {figure.baseline:g}"
    ratio = "" if figure.ratio is None else f", ratio {figure.ratio:g}"
    goal = f" [{figure.goal}: {verdict}]" if figure.goal else ""
    return f"  {figure.metric}: {figure.ours:g} {figure.unit}{baseline}{ratio} (n={figure.n}){goal}"
