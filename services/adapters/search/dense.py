"""The dense leg: an exact scan of all vectors.

The vectors of a library are a log: a row for each version of a passage's vector, with the
passage's id in ``rows.i64`` (negative: the passage was removed). The last row of an id counts.
Both files only grow within a build; how many rows are valid is written elsewhere, last.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

DIMENSIONS: Final = 384
_ROWS: Final = "rows.i64"
_VECTORS: Final = "vectors.f32"


class DenseReader:
    """The vectors of one valid state, mapped from disk and shared by all processes."""

    def __init__(self, directory: Path, rows: int) -> None:
        """Map the first ``rows`` rows.

        Raises:
            OSError: The files are missing or shorter than that.
        """
        try:
            log = np.fromfile(directory / _ROWS, dtype="<i8", count=rows) if rows else _no_ids()
            self._vectors = _mapped(directory / _VECTORS, rows)
        except ValueError as error:
            raise OSError(f"the vectors in {directory.name} are shorter than expected") from error
        if len(log) < rows:
            raise OSError(f"the rows in {directory.name} are fewer than expected")
        self.garbage = 0.0
        self._ids, self._rows = _last_rows(log)
        self._hidden: NDArray[np.bool_] | None = None
        if len(self._rows) < rows:
            self.garbage = 1 - len(self._rows) / rows
            self._hidden = np.ones(rows, dtype=np.bool_)
            self._hidden[self._rows] = False
        self._id_of_row = np.abs(log)

    @property
    def count(self) -> int:
        """Number of passages with a vector."""
        return len(self._ids)

    def best(self, query: NDArray[np.float32], limit: int) -> dict[int, float]:
        """Find the passages of greatest cosine, best first."""
        if not self.count:
            return {}
        cosines = self._vectors @ query
        if self._hidden is not None:
            cosines[self._hidden] = -np.inf
        limit = min(limit, self.count)
        rows = np.argpartition(cosines, len(cosines) - limit)[-limit:]
        rows = rows[np.argsort(-cosines[rows], kind="stable")]
        return {int(self._id_of_row[row]): float(cosines[row]) for row in rows}

    def cosines(self, query: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """Give the cosines of these passages; those without a vector are left out."""
        wanted = np.array(sorted(ids), dtype=np.int64)
        if not self.count or not len(wanted):
            return {}
        places = np.minimum(np.searchsorted(self._ids, wanted), self.count - 1)
        there = self._ids[places] == wanted
        rows = self._rows[places[there]]
        values = self._vectors[rows] @ query
        return {int(id_): float(value) for id_, value in zip(wanted[there], values, strict=True)}

    def ids(self) -> NDArray[np.int64]:
        """List the passages with a vector, rising."""
        return self._ids


def append_rows(
    directory: Path, rows: int, ids: Sequence[int], vectors: NDArray[np.floating]
) -> int:
    """Append to the log after its first ``rows`` rows; what lies beyond them is dropped.

    Args:
        directory: Of the build.
        rows: Valid rows so far.
        ids: Passage ids, negative for removed passages.
        vectors: Shape (len(ids), 384); a removed passage has zeros.

    Returns:
        Valid rows after the caller has written that number to the meta file.
    """
    data = np.ascontiguousarray(vectors, dtype="<f4").reshape(len(ids), DIMENSIONS)
    _write_at(directory / _VECTORS, rows * DIMENSIONS * 4, data.tobytes())
    _write_at(directory / _ROWS, rows * 8, np.array(ids, dtype="<i8").tobytes())
    return rows + len(ids)


def _write_at(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _mapped(path: Path, rows: int) -> NDArray[np.float32]:
    if not rows:
        return np.empty((0, DIMENSIONS), dtype=np.float32)
    return np.memmap(path, dtype="<f4", mode="r", shape=(rows, DIMENSIONS))


def _no_ids() -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


def _last_rows(log: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the ids that have a vector, rising, and the row of each."""
    ids, places = np.unique(np.abs(log)[::-1], return_index=True)
    rows = len(log) - 1 - places
    there = log[rows] > 0
    return ids[there], rows[there]
