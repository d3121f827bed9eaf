"""Fits one order from standard input and writes the trees to standard output, as JSON."""

import os
import sys
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from services.adapters.quantiles.wire import FitOrder
from services.waiting.trees import Forest, Quantiles, Tree

# Small trees: waits of one rush are alike, and large ones learn rushes by heart.
_ITERATIONS: Final = 100
_LEARNING_RATE: Final = 0.06
_LEAVES: Final = 8
_LEAST_IN_LEAF: Final = 60
_LEAF: Final = -1
# The bot answers people meanwhile.
_NICENESS: Final = 10


def main() -> None:
    """Fit."""
    os.nice(_NICENESS)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=FitOrder)
    sys.stdout.buffer.write(msgspec.json.encode(fit(order)))


def fit(order: FitOrder) -> Quantiles:
    """Fit both quantiles; the same order gives the same trees."""
    rows = np.asarray(order.rows, dtype=np.float64)
    targets = np.asarray(order.targets, dtype=np.float64)
    return Quantiles(p50=forest(regressor(0.5, rows, targets)),
                     p90=forest(regressor(0.9, rows, targets)))  # fmt: skip


def regressor(
    quantile: float, rows: NDArray[np.float64], targets: NDArray[np.float64]
) -> HistGradientBoostingRegressor:
    """Fit one quantile."""
    model = HistGradientBoostingRegressor(
        loss="quantile", quantile=quantile, max_iter=_ITERATIONS, learning_rate=_LEARNING_RATE,
        max_leaf_nodes=_LEAVES, min_samples_leaf=_LEAST_IN_LEAF, early_stopping=False,
        random_state=0,
    )  # fmt: skip
    return model.fit(rows, targets)


def forest(model: HistGradientBoostingRegressor) -> Forest:
    """Take the trees out of a model.

    scikit-learn has no public way to them; a test holds their answers against ``predict``.
    """
    return Forest(
        start=float(model._baseline_prediction.item()),  # noqa: SLF001 - as above
        trees=tuple(_tree(stage[0].nodes) for stage in model._predictors),  # noqa: SLF001
    )


def _tree(nodes: NDArray[np.void]) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=tuple(np.where(leaf, _LEAF, nodes["feature_idx"]).tolist()),
        # JSON knows no infinity.
        threshold=tuple(np.nan_to_num(nodes["num_threshold"]).tolist()),
        left=tuple(nodes["left"].tolist()),
        right=tuple(nodes["right"].tolist()),
        value=tuple(nodes["value"].tolist()),
    )


if __name__ == "__main__":
    main()
