"""Fits the linear models of moderation; the only place here that knows scikit-learn."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from services.moderation.text.hashing import BITS, slots

_SMOOTHING: Final = 0.5
_STRICTNESS: Final = 10.0
_PLAIN_STRICTNESS: Final = 3.0
_ITERATIONS: Final = 300

Numbers = NDArray[np.float64]
Labels = NDArray[np.bool_]


def table(texts: Sequence[str]) -> sparse.csr_matrix:
    """Write the n-grams of texts, one row for each; a row's length is 1."""
    found = [slots(text) for text in texts]
    ends = np.cumsum([0, *map(len, found)])
    values = np.concatenate([np.full(len(each), 1 / np.sqrt(max(1, len(each)))) for each in found])
    return sparse.csr_matrix((values, np.concatenate(found), ends), shape=(len(texts), 1 << BITS))


def fitted(
    rows: sparse.csr_matrix,
    counts: Numbers,
    labels: Labels,
    weights: Numbers,
    *,
    plain_share: float,
) -> tuple[NDArray[np.float32], tuple[float, ...], float]:
    """Fit two logistic regressions and add them.

    One sees n-grams scaled by how unevenly they are spread over both classes, which is good at
    words that decide alone; the other sees them as they are, which is good at tone.

    Returns:
        Weights of n-grams, weights of counts, bias.

    Source:
        Wang and Manning, ACL 2012 (P12-2018), for the scaling.
    """
    scale = _unevenness(rows, labels, weights)
    parts = [(1.0, scale, _STRICTNESS), (plain_share, np.ones_like(scale), _PLAIN_STRICTNESS)]
    total = np.zeros(rows.shape[1] + counts.shape[1])
    bias = 0.0
    for share, factors, strictness in parts:
        if share == 0:
            continue
        seen = sparse.hstack([rows @ sparse.diags(factors), counts]).tocsr()
        model = LogisticRegression(
            C=strictness, solver="liblinear", dual=True, max_iter=_ITERATIONS, random_state=0
        )
        model.fit(seen, labels, sample_weight=weights)
        total += share * model.coef_[0] * np.concatenate([factors, np.ones(counts.shape[1])])
        bias += share * float(model.intercept_[0])
    norm = sum(share for share, _, _ in parts)
    grams = (total[: rows.shape[1]] / norm).astype(np.float32)
    return grams, tuple((total[rows.shape[1] :] / norm).tolist()), bias / norm


def _unevenness(rows: sparse.csr_matrix, labels: Labels, weights: Numbers) -> Numbers:
    present = sparse.diags(weights) @ (rows > 0).astype(np.float64)
    bad = np.asarray(present[labels].sum(axis=0)).ravel() + _SMOOTHING
    good = np.asarray(present[~labels].sum(axis=0)).ravel() + _SMOOTHING
    uneven: Numbers = np.abs(np.log(bad / bad.sum()) - np.log(good / good.sum()))
    return uneven
