"""The editing model and the dictionary, learnt from sentences and their polite rewrites."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from services.adapters.detox.aligning import Alignment, align
from services.adapters.detox.artefacts import save
from services.adapters.detox.pairs import Pair, read_forms, read_pairs
from services.moderation.detox.dictionary import ROOT, Dictionary
from services.moderation.detox.editing import EditModel
from services.moderation.detox.features import BITS, slots
from services.moderation.detox.morphology import shape
from services.moderation.detox.tokens import folded

_STRENGTH = 0.3
_MOST_FORMS, _MOST_LEMMAS, _MOST_ROOTS = 8, 12, 8
_LEAST_ROOT = 1.0
ORDINARY: Final = frozenset(["какая", "минут", "мини", "дота", "доту", "доте"])
"""Words that the list of obscene forms holds by mistake."""

Counts = defaultdict[str, defaultdict[str, float]]


def aligned(pair: Pair) -> tuple[Alignment, ...]:
    """Align a sentence with each of its rewrites, the closest first."""
    found = (align(pair.source, rewrite) for rewrite in dict.fromkeys(pair.rewrites))
    return tuple(sorted(found, key=lambda each: each.kept, reverse=True))


def train_editing(sentences: Sequence[tuple[Alignment, ...]]) -> EditModel:
    """Learn which words the closest rewrite leaves out or replaces."""
    closest = [alignments[0] for alignments in sentences]
    rows = list(chain.from_iterable(slots(each.words) for each in closest))
    labels = list(chain.from_iterable(each.labels for each in closest))
    matrix = _matrix(rows)
    left_out = _fitted(matrix, [label == "" for label in labels])
    replaced = _fitted(matrix, [bool(label) for label in labels])
    weights = np.stack([left_out.coef_[0], replaced.coef_[0]]).astype(np.float16)
    biases = (float(left_out.intercept_[0]), float(replaced.intercept_[0]))
    return EditModel(weights.astype(np.float32), biases)


def _matrix(rows: Sequence[Sequence[int]]) -> csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns: NDArray[np.int32] = np.fromiter(
        chain.from_iterable(rows), np.int32, count=int(ends[-1])
    )
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((ones, columns, ends), shape=(len(rows), 1 << BITS))


def _fitted(matrix: csr_matrix, wanted: Sequence[bool]) -> LogisticRegression:
    return LogisticRegression(C=_STRENGTH, solver="liblinear").fit(matrix, np.array(wanted))


def learn_dictionary(
    sentences: Iterable[tuple[Alignment, ...]], is_rude: Callable[[str], bool]
) -> Dictionary:
    """Count what stands for which word; rude replacements are left out."""
    forms, lemmas, roots = _counts(), _counts(), _counts()
    for alignments in sentences:
        share = 1 / len(alignments)
        for word, other in _replacements(alignments):
            if any(is_rude(part) for part in other.split()):
                continue
            forms[word][other] += share
            if other.isalpha():
                lemmas[shape(word).lemma][shape(other).lemma] += share
                roots[word[:ROOT]][shape(other).lemma] += share
    return Dictionary(
        forms=_commonest(forms, _MOST_FORMS, 0.0),
        lemmas=_commonest(lemmas, _MOST_LEMMAS, 0.0),
        roots=_commonest(roots, _MOST_ROOTS, _LEAST_ROOT),
    )


def _replacements(alignments: Sequence[Alignment]) -> Iterable[tuple[str, str]]:
    for alignment in alignments:
        for token, label in zip(alignment.words, alignment.labels, strict=True):
            if label and token.is_word and label[0].isalnum():
                yield token.folded, folded(label)


def _counts() -> Counts:
    return defaultdict(lambda: defaultdict(float))


def _commonest(counts: Counts, most: int, least: float) -> dict[str, dict[str, float]]:
    return {
        word: {
            other: round(count, 2)
            for other, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most]
        }
        for word, found in sorted(counts.items())
        if sum(found.values()) > least
    }


def train(directory: Path, into: Path) -> int:
    """Learn both parts from the pairs in a directory and write them.

    Returns:
        How many pairs there were.
    """
    obscene = read_forms(directory) - ORDINARY
    sentences = [aligned(pair) for pair in read_pairs(directory)]
    save(train_editing(sentences), learn_dictionary(sentences, obscene.__contains__), into)
    return len(sentences)
