"""Which documents an ingest has read: eight bytes for a post, a text for any other."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.knowledge.models import SourceDocument

_PORTION: Final = 5_000


class SeenDocuments:
    """Sources of documents, each once."""

    def __init__(self) -> None:
        self._posts: dict[str, list[array[int]]] = {}
        self._others: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._others) + sum(len(run) for runs in self._posts.values() for run in runs)

    def add(self, document: SourceDocument) -> bool:
        """Note a document; False when it is known already."""
        if not _is_post(document):
            known = document.source in self._others
            self._others[document.source] = None
            return not known
        assert document.export is not None  # noqa: S101  of a post
        assert document.order_key is not None  # noqa: S101  of a post
        return self._add_post(document.export, document.order_key)

    def add_posts(self, export: str, ids: NDArray[np.int64]) -> int:
        """Note posts; tell how many of them are new."""
        return sum(self._add_post(export, int(id_)) for id_ in ids)

    def sources(self) -> Iterator[list[str]]:
        """List the sources in portions."""
        others = list(self._others)
        yield from (others[at : at + _PORTION] for at in range(0, len(others), _PORTION))
        for export, runs in self._posts.items():
            for run in runs:
                for at in range(0, len(run), _PORTION):
                    yield [f"{export}#{id_}" for id_ in run[at : at + _PORTION]]

    def _add_post(self, export: str, id_: int) -> bool:
        runs = self._posts.setdefault(export, [])
        if any(_has(run, id_) for run in runs):
            return False
        # Posts come in order of their ids; only another file of the same chat begins again.
        if not runs or runs[-1][-1] > id_:
            runs.append(array("q"))
        runs[-1].append(id_)
        return True


def _is_post(document: SourceDocument) -> bool:
    return document.source == f"{document.export}#{document.order_key}"


def _has(run: "array[int]", id_: int) -> bool:
    if run[-1] < id_:
        return False
    at = bisect_left(run, id_)
    return at < len(run) and run[at] == id_
