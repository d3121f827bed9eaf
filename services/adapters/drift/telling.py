"""Tells two samples from standard input apart, if it can, and says so on standard output."""

import os
import sys
import warnings
from typing import Final

import msgspec
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from services.adapters.drift.wire import Samples, Told

_FOLDS: Final = 5
_SHUFFLES: Final = 199
_SEED: Final = 7
_STRONG: Final = 0.1
"""Weights of standardised features below it tell next to nothing."""
_NICENESS: Final = 10


def main() -> None:
    """Tell."""
    os.nice(_NICENESS)
    samples = msgspec.json.decode(sys.stdin.buffer.read(), type=Samples)
    sys.stdout.buffer.write(msgspec.json.encode(tell(samples)))


def tell(samples: Samples) -> Told:
    """Fit a regularised logistic regression; linear, so that a weight names what moved.

    The p-value is a permutation test's: labels are shuffled against the scores of questions that
    the model was not fitted on, so that a shuffle costs a sort.
    """
    values = np.concatenate([np.array(samples.before), np.array(samples.now)])
    is_now = np.repeat([0, 1], [len(samples.before), len(samples.now)])
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=0.1, class_weight="balanced", max_iter=1000)
    )
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    with warnings.catch_warnings():
        # A fit that is not quite done is good enough to compare with its equals.
        warnings.simplefilter("ignore", ConvergenceWarning)
        scores = cross_val_predict(model, values, is_now, cv=folds, method="decision_function")
        model.fit(values, is_now)
    auc = float(roc_auc_score(is_now, scores))
    random = np.random.default_rng(_SEED)
    as_good = sum(
        roc_auc_score(random.permutation(is_now), scores) >= auc for _ in range(_SHUFFLES)
    )
    weights = np.abs(model[-1].coef_[0])
    return Told(
        auc=auc,
        p_value=float((as_good + 1) / (_SHUFFLES + 1)),
        columns=tuple(int(c) for c in np.argsort(-weights) if weights[c] >= _STRONG),
    )


if __name__ == "__main__":
    main()
