"""Gives large libraries their graphs, a little at a time, between other work."""

import time
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.adapters.search.dense import DenseReader
from services.adapters.search.files import IndexMeta, build_dir, read_meta, write_meta
from services.adapters.search.graph import GrowingGraph, graph_path, is_whole

log = structlog.get_logger(__name__)

_STEP_S: Final = 0.3
_PORTION: Final = 256
# A tail is scanned; it may grow with the library, so that a graph is not saved too often.
_SHARE_OF_TAIL: Final = 0.05


class GraphRules(msgspec.Struct, frozen=True, kw_only=True):
    """When a library gets a graph, and when it grows.

    Attributes:
        above: Rows up to which all are scanned.
        tail: Rows beyond the graph that are scanned before they are added to it.
        threads: That add rows.
    """

    above: int = 100_000
    tail: int = 20_000
    threads: int = 1

    def wanted(self, meta: IndexMeta) -> bool:
        """Tell whether the graph is to grow."""
        tail = meta.rows - meta.graph_rows
        return meta.rows > self.above and tail > max(self.tail, _SHARE_OF_TAIL * meta.graph_rows)


class GraphKeeper:
    """Grows one graph after the other; used by the applier, which alone writes the files."""

    def __init__(self, rules: GraphRules) -> None:
        """Grow by these rules."""
        self._rules = rules
        self._waiting: dict[Path, None] = {}
        self._growth: _Growth | None = None

    def look_at(self, directory: Path) -> None:
        """Look at a library whose index has changed, when its turn comes."""
        self._waiting[directory] = None

    def step(self) -> bool:
        """Work for less than a second; False when there is nothing to do.

        Raises:
            OSError: The files of a library cannot be read or written; it is left as it is.
        """
        if self._growth is None:
            self._growth = self._next()
            return self._growth is not None
        growth, self._growth = self._growth, None
        if growth.step():
            self._growth = growth
        return True

    def _next(self) -> "_Growth | None":
        while self._waiting:
            directory = next(iter(self._waiting))
            del self._waiting[directory]
            meta = _with_whole_graph(directory)
            if meta is not None and self._rules.wanted(meta):
                return _Growth(directory, meta, self._rules.threads)
        return None


def _with_whole_graph(directory: Path) -> IndexMeta | None:
    """Read what is valid; a graph whose file is damaged does not count."""
    meta = read_meta(directory)
    if meta is None or not meta.graph_rows:
        return meta
    build = build_dir(directory, meta)
    if is_whole(build, rows=meta.graph_rows, size=meta.graph_bytes):
        return meta
    return msgspec.structs.replace(meta, graph_rows=0, graph_bytes=0)


class _Growth:
    """Of one graph, until it covers the rows that there were when it began."""

    def __init__(self, directory: Path, meta: IndexMeta, threads: int) -> None:
        self._directory = directory
        self._meta = meta
        self._build = build_dir(directory, meta)
        saved = graph_path(self._build, meta.graph_rows) if meta.graph_rows else None
        self._graph = GrowingGraph(saved, threads=threads)
        self._dense = DenseReader(self._build, meta.rows)
        self._next_row = meta.graph_rows

    def step(self) -> bool:
        """Add some rows, or save; False when it is done or has become useless."""
        meta = read_meta(self._directory)
        if meta is None or (meta.incarnation, meta.build) != (
            self._meta.incarnation, self._meta.build,
        ):  # fmt: skip
            return False  # built anew meanwhile, or forgotten
        ends_at = time.monotonic() + _STEP_S
        while self._next_row < self._meta.rows and time.monotonic() < ends_at:
            until = min(self._next_row + _PORTION, self._meta.rows)
            self._graph.add(*self._dense.valid(self._next_row, until))
            self._next_row = until
        if self._next_row < self._meta.rows:
            return True
        self._save(meta)
        return False

    def _save(self, meta: IndexMeta) -> None:
        rows = self._meta.rows
        size = self._graph.save(graph_path(self._build, rows))
        write_meta(
            self._directory, msgspec.structs.replace(meta, graph_rows=rows, graph_bytes=size)
        )
        for path in self._build.glob("graph-*"):
            if path != graph_path(self._build, rows):
                path.unlink()
        log.info("graph_grown", library=self._directory.name, rows=rows)
