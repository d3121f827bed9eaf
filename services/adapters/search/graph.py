"""The dense leg's shortcut in a large library: a graph of neighbours (HNSW, usearch).

It covers the first rows of the vector log, as they were when it was saved, in 8 bits a number:
enough to name rows that are near, whose cosines are then counted from the log itself. Rows that
were added later are scanned, rows that were removed later are left out by the reader.
"""

import os
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

DIMENSIONS: Final = 384
_CONNECTIVITY: Final = 16
# At 64 a graph of 200,000 rows missed 2.6% of the nearest 50, at 128 0.2%, for twice the work.
_WIDTH_OF_BUILDING: Final = 128
# Rows looked at in one search, or as many as are asked for.
_WIDTH_OF_SEARCH: Final = 192


def graph_path(build: Path, rows: int) -> Path:
    """Name the graph over the first ``rows`` rows of a build."""
    return build / f"graph-{rows}.usearch"


class Graph:
    """A saved graph, mapped from disk and shared by all processes and threads."""

    def __init__(self, build: Path, *, rows: int, size: int) -> None:
        """Map it.

        Args:
            build: Directory in which it lies.
            rows: That it covers.
            size: Bytes that it must have; usearch itself does not survive a shorter one.

        Raises:
            OSError: It is missing, of another size, or no graph.
        """
        if not is_whole(build, rows=rows, size=size):
            raise OSError(f"the graph in {build.name} is not as it was saved")
        self.rows = rows
        self._index = _saved(graph_path(build, rows), view=True)

    def near(self, query: NDArray[np.float32], count: int) -> NDArray[np.intp]:
        """Name about ``count`` rows that are nearest to a query, in no order to rely on."""
        found = self._index.search(query, count, threads=1)
        return np.asarray(found.keys, dtype=np.intp)


class GrowingGraph:
    """A graph in memory that takes rows; use it in one thread at a time."""

    def __init__(self, saved: Path | None, *, threads: int) -> None:
        """Begin with what was saved, or with nothing.

        Raises:
            OSError: The file is missing or no graph.
        """
        self._threads = threads
        self._index = _empty() if saved is None else _saved(saved, view=False)

    def add(self, rows: NDArray[np.intp], vectors: NDArray[np.float32]) -> None:
        """Add rows; other threads of Python run meanwhile."""
        if len(rows):
            self._index.add(rows.astype(np.uint64), vectors, threads=self._threads)

    def save(self, path: Path) -> int:
        """Write it so that a power cut leaves all of it or nothing; tell its size."""
        temporary = path.with_suffix(".new")
        self._index.save(str(temporary))
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        return path.stat().st_size


def is_whole(build: Path, *, rows: int, size: int) -> bool:
    """Tell whether a graph's file is there with the size that it was saved with."""
    try:
        return graph_path(build, rows).stat().st_size == size
    except FileNotFoundError:
        return False


def _empty() -> Index:
    # The vectors have length 1, so that their product is their cosine, at two thirds of the price.
    return Index(
        ndim=DIMENSIONS, metric="ip", dtype="i8", connectivity=_CONNECTIVITY,
        expansion_add=_WIDTH_OF_BUILDING, expansion_search=_WIDTH_OF_SEARCH,
    )  # fmt: skip


def _saved(path: Path, *, view: bool) -> Index:
    index = _empty()
    try:
        if view:
            index.view(str(path))
        else:
            index.load(str(path))
    except RuntimeError as error:
        raise OSError(f"{path.name} cannot be read as a graph") from error
    return index
