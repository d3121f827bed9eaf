"""The dense leg: an exact scan of all vectors, or of those that a graph names.

The vectors of a library are a log: a row for each version of a passage's vector, with the
passage's id in ``rows.i64`` (negative: the passage was removed) and the day it was posted on in
``days.i32`` (0: unknown). The last row of an id counts. All files only grow within a build; how
many rows are valid is written elsewhere, last.
"""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.adapters.search.graph import DIMENSIONS, Graph
from services.knowledge.models import DayRange

_ROWS: Final = "rows.i64"
_DAYS: Final = "days.i32"
_VECTORS: Final = "vectors.f32"
_NO_DAY: Final = 0
Scored = tuple[NDArray[np.intp], NDArray[np.float32]]
"""Rows and their cosines."""
# So few are scanned faster than a graph is asked.
_SCANNED: Final = 5_000
# How many more rows than are wanted the graph is asked for. Where that comes to more than this,
# as under a filter that leaves less than a quarter, it misses too many, and a scan does not.
_SPARE: Final = 4.0
_MOST_ASKED: Final = 800
# A smaller share of the rows than this is copied out before it is multiplied.
_GATHERED: Final = 0.1


class DenseReader:
    """The vectors of one valid state, mapped from disk and shared by all processes."""

    def __init__(self, directory: Path, rows: int, *, graph: Graph | None = None) -> None:
        """Map the first ``rows`` rows.

        Args:
            directory: Of the build.
            rows: Valid rows.
            graph: Of the first of them; None: all are scanned.

        Raises:
            OSError: The files are missing or shorter than that.
        """
        try:
            log = np.fromfile(directory / _ROWS, dtype="<i8", count=rows) if rows else _no_ids()
            self._days = np.fromfile(directory / _DAYS, dtype="<i4", count=rows) if rows else log
            self._vectors = _mapped(directory / _VECTORS, rows)
        except ValueError as error:
            raise OSError(f"the vectors in {directory.name} are shorter than expected") from error
        if len(log) < rows or len(self._days) < rows:
            raise OSError(f"the rows in {directory.name} are fewer than expected")
        self._graph = graph
        self._ids, self._rows = _last_rows(log)
        self._valid: NDArray[np.bool_] | None = None
        if len(self._rows) < rows:
            self._valid = np.zeros(rows, dtype=np.bool_)
            self._valid[self._rows] = True
        self._id_of_row = np.abs(log)

    @property
    def count(self) -> int:
        """Number of passages with a vector."""
        return len(self._ids)

    @property
    def garbage(self) -> float:
        """Share of the rows that no longer count."""
        return 1 - self.count / len(self._id_of_row) if len(self._id_of_row) else 0.0

    def best(
        self, query: NDArray[np.float32], limit: int, posted: DayRange | None = None
    ) -> dict[int, float]:
        """Find the passages of greatest cosine, of these days if any are given, best first."""
        wanted = self._valid if posted is None else self._posted(posted)
        count = self.count if wanted is None else int(np.count_nonzero(wanted))
        found = self._by_graph(query, min(limit, count), wanted, count)
        rows, cosines = found or self._scanned(query, wanted, count)
        if len(rows) > limit:
            best = np.argpartition(cosines, len(cosines) - limit)[-limit:]
            rows, cosines = rows[best], cosines[best]
        order = np.argsort(-cosines, kind="stable")
        ids = self._id_of_row[rows[order]]
        return dict(zip(ids.tolist(), cosines[order].tolist(), strict=True))

    def valid(self, start: int, end: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Give the rows of a span that count, and their vectors."""
        rows = np.arange(start, end)
        if self._valid is not None:
            rows = rows[self._valid[start:end]]
        return rows, np.asarray(self._vectors[rows])

    def cosines(self, query: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """Give the cosines of these passages; those without a vector are left out."""
        wanted = np.array(sorted(ids), dtype=np.int64)
        if not self.count or not len(wanted):
            return {}
        places = np.minimum(np.searchsorted(self._ids, wanted), self.count - 1)
        there = self._ids[places] == wanted
        values = self._vectors[self._rows[places[there]]] @ query
        return dict(zip(wanted[there].tolist(), values.tolist(), strict=True))

    def ids(self) -> NDArray[np.int64]:
        """List the passages with a vector, rising."""
        return self._ids

    def _posted(self, days: DayRange) -> NDArray[np.bool_]:
        first, last = days.first.toordinal(), days.last.toordinal()
        within = (self._days >= first) & (self._days <= last)
        return within if self._valid is None else within & self._valid

    def _by_graph(
        self,
        query: NDArray[np.float32],
        limit: int,
        wanted: NDArray[np.bool_] | None,
        count: int,
    ) -> Scored | None:
        """Score rows among which the best are; None where all have to be scanned."""
        if self._graph is None or count <= _SCANNED:
            return None
        asked = int(_SPARE * limit * len(self._id_of_row) / count)
        if asked > _MOST_ASKED:
            return None
        near = self._graph.near(query, asked)
        tail = np.arange(self._graph.rows, len(self._id_of_row))
        beyond = self._vectors[self._graph.rows :] @ query
        if wanted is not None:
            near, there = near[wanted[near]], wanted[tail]
            tail, beyond = tail[there], beyond[there]
        if len(near) < limit:  # those that are wanted lie elsewhere
            return None
        cosines = self._vectors[near] @ query
        return np.concatenate([near, tail]), np.concatenate([cosines, beyond])

    def _scanned(
        self, query: NDArray[np.float32], wanted: NDArray[np.bool_] | None, count: int
    ) -> Scored:
        """Give all rows that are wanted, and their cosines."""
        if wanted is None:
            return np.arange(count), self._vectors @ query
        rows = np.flatnonzero(wanted)
        if count < _GATHERED * len(wanted):
            return rows, self._vectors[rows] @ query
        return rows, (self._vectors @ query)[rows]


def append_rows(
    directory: Path,
    rows: int,
    ids: Sequence[int],
    vectors: NDArray[np.floating],
    days: Sequence[date | None],
) -> int:
    """Append to the log after its first ``rows`` rows; what lies beyond them is dropped.

    Args:
        directory: Of the build.
        rows: Valid rows so far.
        ids: Passage ids, negative for removed passages.
        vectors: Shape (len(ids), 384); a removed passage has zeros.
        days: On which the passages were posted.

    Returns:
        Valid rows after the caller has written that number to the meta file.
    """
    data = np.ascontiguousarray(vectors, dtype="<f4").reshape(len(ids), DIMENSIONS)
    _write_at(directory / _VECTORS, rows * DIMENSIONS * 4, data.tobytes())
    known = np.array([_NO_DAY if day is None else day.toordinal() for day in days], dtype="<i4")
    _write_at(directory / _DAYS, rows * 4, known.tobytes())
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
    if len(log) and log[0] > 0 and np.all(np.diff(log) > 0):
        return log, np.arange(len(log))
    ids, places = np.unique(np.abs(log)[::-1], return_index=True)
    rows = len(log) - 1 - places
    there = log[rows] > 0
    return ids[there], rows[there]
