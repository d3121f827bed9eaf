"""One library's index, brought from one valid state to the next."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import structlog
from numpy.typing import NDArray

from services.adapters.search.dense import DenseReader, append_rows
from services.adapters.search.files import (
    IndexMeta,
    build_dir,
    read_meta,
    remove_other_builds,
    write_meta,
)
from services.adapters.search.graph import DIMENSIONS
from services.adapters.search.lexical import LexicalPassage, LexicalReader, LexicalWriter
from services.knowledge.ingest_ports import LibraryState, PassageChange

log = structlog.get_logger(__name__)

# A log with this share of dead rows is built anew, once it is long enough to matter.
_MOST_GARBAGE: Final = 0.5
_SHORT_LOG: Final = 2_000


class IndexBuild:
    """Applies changes to the valid build, or fills a new one; use it in one thread at a time.

    Everything in it is safe to repeat: nothing counts before ``finish`` has replaced the meta
    file, and what an interrupted run left behind is overwritten by the next.
    """

    def __init__(self, directory: Path, state: LibraryState, *, anew: bool = False) -> None:
        """Open the valid build, or begin a new one where the state calls for it.

        Args:
            directory: Of the library.
            state: Of the library in SQL, read before any of the changes.
            anew: Begin a new build in any case.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._state = state
        self._lexical: LexicalReader | None = None
        self._writer: LexicalWriter | None = None
        self._dense_ids: set[int] = set()
        self._rows = 0
        self._added = 0
        self._removed = 0
        meta = read_meta(directory)
        if anew or meta is None or not _continues(meta, state) or not self._open(meta):
            self._begin(0 if meta is None else meta.build + 1)

    @property
    def after(self) -> int:
        """Change number after which changes are to be added."""
        return self._meta.applied

    @property
    def count(self) -> int:
        """Passages in the lexical index once this is finished."""
        return self._lexical_count() + self._added - self._removed

    def add(self, changes: Sequence[PassageChange]) -> None:
        """Take over a portion of changes."""
        ids = [change.passage_id for change in changes]
        present = self._lexical.present(ids) if self._lexical else {}
        stays = {
            c.passage_id for c in changes
            if c.indexed and c.passage_id in present and c.day == present[c.passage_id]
        }  # fmt: skip
        # A text never changes, its day may: such a passage goes and comes again.
        self._remove_lexical([id_ for id_ in present if id_ not in stays])
        new = [
            LexicalPassage(passage_id=c.passage_id, lemmas=c.lemmas, day=c.day)
            for c in changes if c.indexed and c.passage_id not in stays
        ]  # fmt: skip
        if new:
            self._lexical_writer().add(new)
            self._added += len(new)
        hidden = [c.passage_id for c in changes if not c.indexed]
        self._append_removals([id_ for id_ in hidden if id_ in self._dense_ids])
        self._append_vectors([c for c in changes if c.indexed and c.vector is not None])

    def keep_only(self, ids: NDArray[np.int64]) -> None:
        """Remove everything that is not among these ids; called after all changes."""
        lexical = self._lexical.ids() if self._lexical else np.empty(0, dtype=np.int64)
        self._remove_lexical(np.setdiff1d(lexical, ids).tolist())
        dense = np.fromiter(self._dense_ids, dtype=np.int64)
        self._append_removals(np.setdiff1d(dense, ids).tolist())

    def finish(self) -> None:
        """Make the new state valid and clean up what it replaces."""
        build = build_dir(self._directory, self._meta)
        if self._writer is None and self._lexical is None:
            self._lexical_writer()  # an empty library has an index too
        if self._writer is not None:
            self._writer.commit()
            self._writer = None
        write_meta(
            self._directory,
            msgspec.structs.replace(self._meta, applied=self._state.change_number, rows=self._rows),
        )
        remove_other_builds(self._directory, int(build.name[1:]))

    def close(self) -> None:
        """Let go of the files; without ``finish`` before, nothing has changed."""
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None
        self._lexical = None

    def _open(self, meta: IndexMeta) -> bool:
        build = build_dir(self._directory, meta)
        try:
            self._lexical = LexicalReader(build / "lexical")
            dense = DenseReader(build, meta.rows)
        except OSError:
            log.warning("index_damaged", library=self._state.library_id)
            self._lexical = None
            return False
        if dense.garbage > _MOST_GARBAGE and meta.rows > _SHORT_LOG:
            self._lexical = None
            return False
        self._dense_ids = set(dense.ids().tolist())
        self._rows = meta.rows
        self._meta = meta
        return True

    def _begin(self, number: int) -> None:
        self._meta = IndexMeta(
            incarnation=self._state.incarnation, build=number,
            built=self._state.change_number, applied=0, rows=0,
        )  # fmt: skip
        build = build_dir(self._directory, self._meta)
        if build.exists():
            shutil.rmtree(build)
        build.mkdir()

    def _lexical_count(self) -> int:
        return self._lexical.count if self._lexical else 0

    def _lexical_writer(self) -> LexicalWriter:
        if self._writer is None:
            self._writer = LexicalWriter(build_dir(self._directory, self._meta) / "lexical")
        return self._writer

    def _remove_lexical(self, ids: Sequence[int]) -> None:
        if ids:
            self._lexical_writer().remove(ids)
            self._removed += len(ids)

    def _append_removals(self, ids: Sequence[int]) -> None:
        if ids:
            none = np.zeros((len(ids), DIMENSIONS), dtype=np.float32)
            self._append([-id_ for id_ in ids], none, [None] * len(ids))
            self._dense_ids -= set(ids)

    def _append_vectors(self, changes: Sequence[PassageChange]) -> None:
        vectors = [change.vector for change in changes if change.vector is not None]
        if vectors:
            ids = [change.passage_id for change in changes]
            wide = np.asarray(vectors, dtype=np.float32)
            lengths = np.linalg.norm(wide, axis=1, keepdims=True)
            days = [change.day for change in changes]
            self._append(ids, wide / np.maximum(lengths, np.float32(1e-12)), days)
            self._dense_ids |= set(ids)

    def _append(
        self, ids: Sequence[int], vectors: NDArray[np.float32], days: Sequence[date | None]
    ) -> None:
        build = build_dir(self._directory, self._meta)
        self._rows = append_rows(build, self._rows, ids, vectors, days)


def _continues(meta: IndexMeta, state: LibraryState) -> bool:
    """Tell whether the valid build can go on, or was made from what is no longer so."""
    return (
        meta.incarnation == state.incarnation
        and meta.applied <= state.change_number
        and meta.built >= state.purge_number
    )
