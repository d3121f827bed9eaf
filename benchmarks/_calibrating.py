"""Fit the weights of ``services/answering/abstaining.py`` anew: ``python -m benchmarks._calibrating DATA``.

A logistic regression over the signals of MTRAG-UN's conversations (answerable against unanswerable)
and of every sixth question of XQuAD-ru (its paragraph there against hidden), both classes of both
sets weighted alike. Fitted on the halves not held out; what it prints of the other halves is what
it is worth. Beside it stands what the weights in use make of the same questions.
"""  # noqa: E501 - one line says what it is

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import uvloop
from numpy.typing import NDArray

from benchmarks._asking import Asker
from benchmarks._library import BenchLibrary, find_xquad, open_bench_library, read_xquad
from benchmarks._mtrag import Kind, find_mtrag, read_mtrag
from services.answering.abstaining import Signals, margin, signals
from services.answering.evidence import views
from services.answering.models import Answer

Floats = NDArray[np.float64]
EVERY: Final = 6
RECALL: Final = 0.8
"""Of the refusals that are due; precision is told at this recall, too."""
NAMES: Final = ("cosine", "lead", "coverage", "passage_lead")
_SCALE: Final = np.array([10.0, 20.0, 2.0, 20.0])
_LEAST: Final = np.array([0.0, 5.0, 0.0, 0.0])
"""No signal may speak against an answer; the sentence's lead keeps some say."""
_STEPS: Final = 20_000
_RATE: Final = 0.05
_PENALTY: Final = 0.002


@dataclass(frozen=True, slots=True)
class Labelled:
    """Signals of one question, and whether the library holds its answer."""

    group: str
    held_out: bool
    answerable: bool
    signals: Signals

    @property
    def row(self) -> tuple[float, ...]:
        """Give the signals as numbers, in the order of ``NAMES``."""
        return tuple(float(getattr(self.signals, name) or 0.0) for name in NAMES)


async def collect(data: Path) -> list[Labelled]:
    """Ask all questions and keep their signals."""
    async with open_bench_library() as bench:
        return [*await _conversations(bench, data), *await _xquad(bench, data)]


async def _conversations(bench: BenchLibrary, data: Path) -> list[Labelled]:
    file = find_mtrag(data)
    documents, conversations = read_mtrag(file) if file else ([], [])
    library = await bench.another("mtrag")
    await library.ingest(documents)
    asker = Asker(library)
    found = []
    for one in conversations:
        if one.kind in {Kind.ANSWERABLE, Kind.UNANSWERABLE}:
            got = await asker.ask(one.question, earlier=one.earlier, language="en")
            seen = await _signals(library, got.answer)
            found.append(Labelled("mtrag", one.held_out, one.kind is Kind.ANSWERABLE, seen))
    return found


async def _xquad(bench: BenchLibrary, data: Path) -> list[Labelled]:
    file = find_xquad(data)
    documents, cases = read_xquad(file) if file else ([], [])
    library = await bench.another("xquad")
    await library.ingest(documents)
    asker = Asker(library)
    found = []
    for number, case in enumerate(cases[::EVERY]):
        for hidden in (False, True):
            got = await asker.ask(case.question, without=[case.source] if hidden else [])
            seen = await _signals(library, got.answer)
            found.append(Labelled("xquad", number % 2 == 1, not hidden, seen))
    return found


async def _signals(library: BenchLibrary, answer: Answer) -> Signals:
    (vector,) = await library.vectors([answer.query.text])
    lemmatizer = library.knowledge.lemmatizer
    sentences = views(answer.evidence, vector, lemmatizer)
    lemmas = lemmatizer.content_lemmas(answer.query.text)
    return signals(answer.query.text, lemmas, answer.candidates, sentences, vector)


def fit(rows: Floats, answerable: NDArray[np.bool_], weights: Floats) -> tuple[Floats, float]:
    """Fit weights and bias by projected gradient descent; no randomness."""
    scaled = rows * _SCALE
    centre = scaled.mean(axis=0)
    least = _LEAST / _SCALE
    slope, bias = least.copy(), 0.0
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-((scaled - centre) @ slope + bias)))
        wrong = weights * (chance - answerable)
        slope = np.maximum(slope - _RATE * (wrong @ (scaled - centre) + _PENALTY * slope), least)
        bias -= _RATE * float(wrong.sum())
    return slope * _SCALE, bias - float(centre @ slope)


def balanced(labelled: Sequence[Labelled]) -> Floats:
    """Weigh both classes of each set alike; all weights add up to one."""
    keys = [(one.group, one.answerable) for one in labelled]
    return np.array([1 / (len(set(keys)) * keys.count(key)) for key in keys])


def main(data: Path) -> None:
    """Collect, fit and print."""
    labelled = uvloop.run(collect(data))
    dev = [one for one in labelled if not one.held_out]
    rows = np.array([one.row for one in dev])
    answerable = np.array([one.answerable for one in dev])
    slope, bias = fit(rows, answerable, balanced(dev))
    told = dict(zip(NAMES, slope.round(2).tolist(), strict=True))
    sys.stdout.write(f"{told} bias {bias:.2f}\n")
    for group in ("mtrag", "xquad"):
        for held_out in (False, True):
            some = [one for one in labelled if (one.group, one.held_out) == (group, held_out)]
            name = f"{group}, {'held out' if held_out else 'fitted on'}"
            known = np.array([one.answerable for one in some])
            fitted = np.array([one.row for one in some]) @ slope + bias
            _tell(f"{name}: fitted", fitted, known)
            _tell(f"{name}: in use", np.array([margin(one.signals) for one in some]), known)


def _tell(name: str, margins: Floats, answerable: NDArray[np.bool_]) -> None:
    refused = margins <= 0
    right = int((refused & ~answerable).sum())
    sys.stdout.write(
        f"{name}: refusal precision {right / max(1, int(refused.sum())):.2f},"
        f" recall {right / max(1, int((~answerable).sum())):.2f},"
        f" precision at recall {RECALL} {precision_at(margins, answerable):.2f},"
        f" AUC {area(margins, answerable):.3f}, n={len(margins)}\n"
    )


def area(margins: Floats, answerable: NDArray[np.bool_]) -> float:
    """Give how often an answerable question stands above one that is not (area under the ROC)."""
    above = margins[answerable][:, None] - margins[~answerable][None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2) if above.size else 0.0


def precision_at(margins: Floats, answerable: NDArray[np.bool_], recall: float = RECALL) -> float:
    """Give the best precision of refusals at any threshold that has this recall."""
    due = ~answerable[np.argsort(margins, kind="stable")]
    found = np.cumsum(due)
    shares = found / np.arange(1, len(due) + 1)
    reached = found >= recall * due.sum()
    return float(shares[reached].max()) if reached.any() else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
