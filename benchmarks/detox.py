"""Polite rewrites of held-out sentences, beside copies and deletion of obscene words."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks._detox_judge import FoldJudge
from benchmarks.report import Figure, Report, figure, machine
from services.adapters.detox.pairs import PAIRS, Pair, read_forms, read_pairs
from services.adapters.detox.training import ORDINARY, aligned, learn_dictionary, train_editing
from services.moderation.detox.guarding import is_calm
from services.moderation.detox.rewriting import PackagedDetoxifier
from services.moderation.detox.tidying import tidied
from services.moderation.detox.tokens import tokens

_FOLDS: Final = 5
_HELD: Final = (1, 2, 3, 4)
"""Fold 0 is what the price of a letter was tuned on."""
_GOAL: Final = 72.5


@dataclass(frozen=True, slots=True)
class _Tried:
    """A held-out sentence, and what each way makes of it.

    Attributes:
        ours: None: nothing is offered.
        are_calm: Whether the judge is calm at the sentence, what is left, and ours.
        spent_s: Of the processor, on ours.
    """

    pair: Pair
    deleted: str
    ours: str | None
    are_calm: tuple[bool, bool, bool]
    spent_s: float

    @property
    def counted(self) -> str:
        """Where nothing is offered the sentence counts as it was."""
        return self.pair.source if self.ours is None else self.ours


def run(data: Path | None) -> Report:
    """Learn from four folds, rewrite the fifth, four times."""
    begun = time.monotonic()
    folder = _folder(data)
    if folder is None:
        missing = (f"chrF, obscene words left, share judged neutral: {PAIRS} (--data)",)
        return Report(name="detox", machine=machine(), seconds=0.0, results=(), missing=missing)
    pairs = read_pairs(folder)
    obscene = read_forms(folder) - ORDINARY
    alignments = [aligned(pair) for pair in pairs]
    fold = np.random.RandomState(0).randint(0, _FOLDS, len(pairs))
    tried: list[_Tried] = []
    for held in _HELD:
        seen = np.flatnonzero(fold != held).tolist()
        judge = FoldJudge([pairs[at] for at in seen], obscene)
        sentences = [alignments[at] for at in seen]
        dictionary = learn_dictionary(sentences, obscene.__contains__)
        detoxifier = PackagedDetoxifier(judge, train_editing(sentences), dictionary)
        tested = np.flatnonzero(fold == held).tolist()
        tried.extend(_try(detoxifier, pairs[at], obscene) for at in tested)
    return Report(
        name="detox", machine=machine(), seconds=time.monotonic() - begun,
        results=tuple(_figures(tried, obscene)),
    )  # fmt: skip


def _folder(data: Path | None) -> Path | None:
    folders = [] if data is None else [data, data / "moderation"]
    return next((each for each in folders if (each / PAIRS).is_file()), None)


def _try(detoxifier: PackagedDetoxifier, pair: Pair, obscene: Collection[str]) -> _Tried:
    began = time.process_time()
    found = detoxifier.rewrite(pair.source)
    spent_s = time.process_time() - began
    ours = None if found is None else found.text
    deleted = _without(pair.source, obscene)
    texts = (pair.source, deleted, "" if ours is None else ours)
    source, left, polite = (is_calm(detoxifier.judge.judge(text)) for text in texts)
    return _Tried(pair, deleted, ours, (source, left, ours is not None and polite), spent_s)


def _figures(tried: Sequence[_Tried], obscene: Collection[str]) -> list[Figure]:
    pairs, count = [each.pair for each in tried], len(tried)
    offered = [each.ours for each in tried if each.ours is not None]
    chrf = _chrf([each.counted for each in tried], pairs)
    copied, deleted = ([each.pair.source for each in tried], [each.deleted for each in tried])
    source, left, ours = (sum(each.are_calm[at] for each in tried) for at in range(3))
    words = sum(word.folded in obscene for text in offered for word in tokens(text))
    return [
        figure("chrF beside duplicate, held-out folds", chrf, baseline=_chrf(copied, pairs),
               unit="chrF", n=count, at_least=_GOAL),
        figure("chrF beside delete, held-out folds", chrf, baseline=_chrf(deleted, pairs),
               unit="chrF", n=count),
        figure("obscene words left in what is offered", words, unit="words", n=len(offered),
               at_most=0),
        figure("judged neutral, of all, beside duplicate", ours / count, baseline=source / count,
               unit="share", n=count),
        figure("judged neutral, of all, beside delete", ours / count, baseline=left / count,
               unit="share", n=count),
        figure("offered at all", len(offered) / count, unit="share", n=count),
        figure("CPU a sentence, judge included", 1000 * sum(each.spent_s for each in tried) / count,
               unit="ms", n=count),
    ]  # fmt: skip


def _chrf(texts: Sequence[str], pairs: Sequence[Pair]) -> float:
    # Only developers have it.
    from sacrebleu.metrics.chrf import CHRF  # noqa: PLC0415

    most = max(len(pair.rewrites) for pair in pairs)
    references = [
        [pair.rewrites[at] if at < len(pair.rewrites) else pair.rewrites[0] for pair in pairs]
        for at in range(most)
    ]
    return float(CHRF().corpus_score(list(texts), references).score)


def _without(text: str, obscene: Collection[str]) -> str:
    rude = [each for each in tokens(text) if each.folded in obscene]
    left = text
    for token in reversed(rude):
        left = left[: token.start] + left[token.end :]
    return tidied(left, text)
