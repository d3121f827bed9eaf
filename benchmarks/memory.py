"""Memories that matter for a question: precision and recall on written cases, in ru and en.

The lists of words and the least cosine were chosen on the cases marked ``tuned``; those marked
``held-out`` were written beside them and are judged apart. The baseline recalls every memory for
every question.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Figure, Report, figure, machine
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.memory.models import Memory, Origin, Place
from services.memory.noticing import notice
from services.memory.recalling import relevant
from services.workers.packaged.e5_ctranslate import Int8E5

PRECISION: Final = 0.9
RECALL: Final = 0.8
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)

Vectors = dict[str, NDArray[np.float32]]


class Case(msgspec.Struct, frozen=True):
    """A memory, a question, and whether the one matters for the other."""

    split: str
    language: str
    memory: str
    question: str
    relevant: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What a way of recalling did on some cases."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the recalled that matters."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of what matters that is recalled."""
        return self.right / max(1, self.right + self.missed)


def run(_data: Path | None) -> Report:
    """Measure for some seconds; no data is needed."""
    begun = time.perf_counter()
    every = cases()
    vectors = _vectors(every)
    figures = [
        each
        for split in ("tuned", "held-out")
        for name, known in (("words", {}), ("words and vectors", vectors))
        for each in _figures(name, split, [c for c in every if c.split == split], known)
    ]
    return Report(
        name="memory",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(figures),
    )


def cases() -> list[Case]:
    """Read the written cases."""
    raw = resources.files("benchmarks").joinpath("data", "memory_recall.jsonl").read_text("utf-8")
    return [msgspec.json.decode(line, type=Case) for line in raw.splitlines()]


def judge(some: Sequence[Case], vectors: Vectors) -> Judged:
    """Recall for every case, with vectors where there are any."""
    lemmatizer = MorphologicalLemmatizer()
    right = wrong = missed = 0
    for case in some:
        memory = remembered(case.memory, vectors.get(case.memory))
        found = relevant(case.question, [memory], lemmatizer, vectors.get(case.question)).memories
        right += bool(found) and case.relevant
        wrong += bool(found) and not case.relevant
        missed += not found and case.relevant
    return Judged(right, wrong, missed)


def remembered(text: str, vector: NDArray[np.float32] | None = None) -> Memory:
    """Make the memory that a sentence becomes when it is said to the bot."""
    facts = notice(text)
    return Memory(
        memory_id=1, place=Place(user_id=1, chat_id=1), text=text,
        slot=facts[0].slot if facts else None, origin=Origin.ASKED, written_at=_NOW, used_at=_NOW,
        vector=vector,
    )  # fmt: skip


def _figures(name: str, split: str, some: Sequence[Case], vectors: Vectors) -> list[Figure]:
    done, n = judge(some, vectors), len(some)
    share = sum(case.relevant for case in some) / n
    judged = split == "held-out"
    return [
        figure(
            f"precision, {split}, by {name}", done.precision, unit="share", n=n, baseline=share,
            at_least=PRECISION if judged else None,
        ),
        figure(
            f"recall, {split}, by {name}", done.recall, unit="share", n=n, baseline=1.0,
            at_least=RECALL if judged and vectors else None,
        ),
    ]  # fmt: skip


def _vectors(some: Sequence[Case]) -> Vectors:
    questions = list(dict.fromkeys(case.question for case in some))
    memories = list(dict.fromkeys(case.memory for case in some))
    with tempfile.TemporaryDirectory(prefix="samovar-bench-") as cache:
        encoder = Int8E5(Path(cache))
        rows = [
            *encoder.encode(questions, is_query=True),
            *encoder.encode(memories, is_query=False),
        ]
    unit = [np.asarray(row, np.float32) / np.linalg.norm(row) for row in rows]
    return dict(zip([*questions, *memories], unit, strict=True))
