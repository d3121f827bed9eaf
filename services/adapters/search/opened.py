"""Libraries held open for reading, the least recently used closed first."""

import time
from collections import OrderedDict, deque
from collections.abc import Collection, Sequence
from pathlib import Path
from threading import Event, Lock
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from services.adapters.search.dense import DenseReader
from services.adapters.search.files import (
    IndexMeta,
    build_dir,
    library_dir,
    meta_stamp,
    read_meta,
)
from services.adapters.search.graph import Graph
from services.adapters.search.lexical import LexicalReader
from services.knowledge.models import DayRange, LibraryId, PassageHit, PassageId

log = structlog.get_logger(__name__)

# Tantivy's thread for an index that was opened looks every half second whether it may end.
_OPENED_AT_ONCE: Final = 128
_WATCHER_LIVES_S: Final = 0.5


class OpenLibrary:
    """Both legs of one valid state of a library; closed when nobody refers to it any more."""

    def __init__(
        self, library_id: LibraryId, directory: Path, stamp: tuple[int, int], meta: IndexMeta
    ) -> None:
        self.stamp = stamp
        self.meta = meta
        self._library_id = library_id
        build = build_dir(directory, meta)
        self._lexical = LexicalReader(build / "lexical")
        self._dense = DenseReader(build, meta.rows, graph=_graph(build, meta))

    def search(
        self,
        lemmas: Sequence[str],
        vector: NDArray[np.float32] | None,
        limit_per_leg: int,
        posted: DayRange | None = None,
    ) -> list[PassageHit]:
        """Find the union of the best of both legs, by falling lexical, then dense score."""
        lexical = self._lexical.best(lemmas, limit_per_leg, posted)
        dense: dict[int, float] = {}
        if vector is not None:
            dense = self._dense.best(vector, limit_per_leg, posted)
            dense |= self._dense.cosines(vector, [id_ for id_ in lexical if id_ not in dense])
        only_dense = [id_ for id_ in dense if id_ not in lexical]
        # Passages in the log but not in the lexical index were removed a moment ago.
        lexical |= self._lexical.scores(lemmas, only_dense)
        hits = [
            PassageHit(
                passage_id=PassageId(id_), library_id=self._library_id, lexical=score,
                dense=dense.get(id_),
            )
            for id_, score in lexical.items()
        ]  # fmt: skip
        return sorted(hits, key=by_both)

    def known_terms(self, terms: Collection[str]) -> frozenset[str]:
        """Tell which of these terms some passage has."""
        return self._lexical.known(terms)


def _graph(build: Path, meta: IndexMeta) -> Graph | None:
    if not meta.graph_rows:
        return None
    try:
        return Graph(build, rows=meta.graph_rows, size=meta.graph_bytes)
    except OSError:
        # The applier makes it anew; until then all vectors are scanned.
        log.warning("graph_unreadable", build=meta.build)
        return None


def by_both(hit: PassageHit) -> tuple[float, float, int]:
    """Order hits by falling lexical, then dense score."""
    return -hit.lexical, -(hit.dense if hit.dense is not None else -2.0), hit.passage_id


class _Pace:
    """Lets through so many in a stretch of time; the others wait for their turn."""

    def __init__(self, limit: int, stretch_s: float) -> None:
        self._stretch_s = stretch_s
        self._lock = Lock()
        self._passed: deque[float] = deque(maxlen=limit)

    def wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            full = len(self._passed) == self._passed.maxlen
            turn = max(now, self._passed[0] + self._stretch_s) if full else now
            self._passed.append(turn)
        if turn > now:
            Event().wait(turn - now)


class OpenLibraries:
    """A bounded set of open libraries; used from several threads.

    An open library costs a few maps of its files and no file handle. The thread that Tantivy
    starts to open it ends by itself within a second; so that they stay few, no more than 128
    libraries are opened in half a second.
    """

    def __init__(self, root: Path, *, limit: int) -> None:
        """Hold at most ``limit`` libraries open."""
        self._root = root
        self._limit = limit
        self._lock = Lock()
        self._pace = _Pace(_OPENED_AT_ONCE, _WATCHER_LIVES_S)
        self._open: OrderedDict[LibraryId, OpenLibrary] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def get(self, library_id: LibraryId) -> OpenLibrary | None:
        """Give the newest valid state of a library; None when there is none on disk.

        Raises:
            OSError: The files are damaged; the applier builds them anew.
        """
        directory = library_dir(self._root, library_id)
        stamp = meta_stamp(directory)
        with self._lock:
            found = self._open.pop(library_id, None)
        if stamp is not None and (found is None or found.stamp != stamp):
            self._pace.wait()
            found = self._opened(library_id, directory, stamp)
        if stamp is None or found is None:
            return None
        with self._lock:
            self._open[library_id] = found
            while len(self._open) > self._limit:
                self._open.popitem(last=False)
        return found

    def close(self) -> None:
        """Close all."""
        with self._lock:
            self._open.clear()

    @staticmethod
    def _opened(
        library_id: LibraryId, directory: Path, stamp: tuple[int, int]
    ) -> OpenLibrary | None:
        meta = read_meta(directory)
        if meta is None:
            return None
        try:
            return OpenLibrary(library_id, directory, stamp, meta)
        except OSError:
            # A new build may have replaced this one between the two reads.
            again = meta_stamp(directory)
            newer = read_meta(directory)
            if again is None or newer is None or newer == meta:
                raise
            return OpenLibrary(library_id, directory, again, newer)
