"""What stands in Qdrant: one collection for all libraries, no text.

A passage is a point with the passage's id: its lemmas as a sparse vector (hashes, weights of
BM25), its vector, and as payload its library and day. What has been applied of a library is a
point too, whose id is made of the library's name.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from uuid import UUID, uuid5

import msgspec
import numpy as np
from numpy.typing import NDArray
from qdrant_client import models

from services.knowledge.ingest_ports import PassageChange
from services.knowledge.models import DayRange, LibraryId

DIMENSIONS: Final = 384
LEMMAS: Final = "lemmas"
DENSE: Final = "dense"
LIBRARY: Final = "library"
DAY: Final = "day"
# As Tantivy has them. Its average is the library's own and live; here a weight is written once,
# so the average is what splitting makes of most texts.
_K1: Final = 1.2
_B: Final = 0.75
_AVERAGE_LEMMAS: Final = 80.0
_STATES: Final = UUID("6f7c2a4e-0a52-4b39-9d51-0f3b6a4f6d11")


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What of a library is in Qdrant.

    Attributes:
        incarnation: Of the library in SQL.
        applied: Change number up to which all changes are in.
        built: Change number at which everything else was last known to be out.
    """

    state_of: str
    incarnation: str
    applied: int
    built: int


def state_id(library_id: LibraryId) -> str:
    """Name the point that says what of a library is in."""
    return str(uuid5(_STATES, library_id))


def term(lemma: str) -> int:
    """Give the same number for a lemma everywhere and always, in 32 bits."""
    return int.from_bytes(hashlib.blake2b(lemma.encode(), digest_size=4).digest(), "little")


def passage_weights(lemmas: str) -> models.SparseVector:
    """Weigh a passage's lemmas by the part of BM25 that does not depend on the library."""
    words = lemmas.split()
    norm = _K1 * (1 - _B + _B * len(words) / _AVERAGE_LEMMAS)
    return _sparse(words, lambda times: times * (_K1 + 1) / (times + norm))


def query_weights(lemmas: Iterable[str]) -> models.SparseVector:
    """Weigh a query's lemmas: one that is said twice counts twice."""
    return _sparse(lemmas, float)


def _sparse(words: Iterable[str], weight: Callable[[int], float]) -> models.SparseVector:
    weights: dict[int, float] = {}
    for lemma, times in Counter(words).items():
        weights[term(lemma)] = weights.get(term(lemma), 0.0) + weight(times)
    return models.SparseVector(indices=list(weights), values=list(weights.values()))


def point(library_id: LibraryId, change: PassageChange) -> models.PointStruct:
    """Make a passage's point."""
    vector: dict[str, models.SparseVector | list[float]] = {}
    if change.lemmas:
        vector[LEMMAS] = passage_weights(change.lemmas)
    if change.vector is not None:
        vector[DENSE] = _unit(change.vector).tolist()
    payload: dict[str, str | int] = {LIBRARY: library_id}
    if change.day is not None:
        payload[DAY] = change.day.toordinal()
    return models.PointStruct(id=change.passage_id, vector=vector, payload=payload)  # type: ignore[arg-type]


def of_library(
    library_id: LibraryId, *, posted: DayRange | None = None, ids: Sequence[int] | None = None
) -> models.Filter:
    """Choose the passages of a library, and of them those of some days, or some by their ids."""
    must: list[models.Condition] = [
        models.FieldCondition(key=LIBRARY, match=models.MatchValue(value=library_id))
    ]
    if posted is not None:
        days = models.Range(gte=posted.first.toordinal(), lte=posted.last.toordinal())
        must.append(models.FieldCondition(key=DAY, range=days))
    if ids is not None:
        must.append(models.HasIdCondition(has_id=list(ids)))
    return models.Filter(must=must)


def _unit(vector: NDArray[np.float16]) -> NDArray[np.float32]:
    wide = vector.astype(np.float32)
    return wide / np.maximum(np.linalg.norm(wide), np.float32(1e-12))  # type: ignore[no-any-return]
