"""Fitted models as plain numbers: quick to ask, and safe to read from another process."""

import msgspec


class Tree(msgspec.Struct, frozen=True, array_like=True):
    """A decision tree, its nodes in five columns; the first node is the root.

    Attributes:
        feature: Which number of the row is compared; -1: the node is a leaf.
        threshold: A number up to this goes left.
        left: Node for small numbers.
        right: Node for great ones.
        value: What a leaf adds.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]

    def at(self, row: tuple[float, ...]) -> float:
        """Find the leaf of a row."""
        feature, threshold, left, right = self.feature, self.threshold, self.left, self.right
        node = 0
        while (column := feature[node]) >= 0:
            node = left[node] if row[column] <= threshold[node] else right[node]
        return self.value[node]


class Forest(msgspec.Struct, frozen=True):
    """Boosted trees: their sum is the answer."""

    start: float
    trees: tuple[Tree, ...]

    def at(self, row: tuple[float, ...]) -> float:
        """Predict for a row, in about a tenth of a millisecond."""
        return self.start + sum(tree.at(row) for tree in self.trees)


class Quantiles(msgspec.Struct, frozen=True):
    """A model for each of the two quantiles."""

    p50: Forest
    p90: Forest

    def at(self, row: tuple[float, ...]) -> tuple[float, float]:
        """Predict both for a row."""
        return self.p50.at(row), self.p90.at(row)
