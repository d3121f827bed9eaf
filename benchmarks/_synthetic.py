"""Passages that nobody wrote, as many as are wanted and the same each time.

Lemmas follow Zipf's law; vectors lie in groups of about a hundred around a common direction, as
those of texts do, spread mostly in a few dimensions of each group's surroundings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.knowledge.ingest_ports import PassageChange
from services.knowledge.models import PassageId

DIMENSIONS: Final = 384
LEMMAS_A_PASSAGE: Final = 80
LEMMAS_A_QUERY: Final = 5
DAYS: Final = 1_000
FIRST_DAY: Final = date(2022, 1, 1)
PORTION: Final = 1_000
_VOCABULARY: Final = 200_000
_GROUP: Final = 100
_SPREAD_IN: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntheticQuery:
    """What a question comes to: its lemmas and its vector."""

    lemmas: tuple[str, ...]
    vector: NDArray[np.float32]


@dataclass(frozen=True)
class Corpus:
    """``size`` passages, with ids from 1."""

    size: int

    def changes(self) -> Iterator[list[PassageChange]]:
        """Give all passages as an index takes them, in portions."""
        for start in range(0, self.size, PORTION):
            rows = range(start, min(start + PORTION, self.size))
            lemmas = self._lemmas(len(rows), seed=start)
            vectors = self._vectors(len(rows), seed=start).astype(np.float16)
            yield [
                PassageChange(
                    passage_id=PassageId(row + 1), indexed=True, lemmas=words,
                    day=FIRST_DAY + timedelta(days=row % DAYS), vector=vector,
                )
                for row, words, vector in zip(rows, lemmas, vectors, strict=True)
            ]  # fmt: skip

    def removals(self, share: float) -> list[PassageId]:
        """Choose passages to remove."""
        rng = np.random.default_rng(11)
        gone = rng.choice(self.size, int(share * self.size), replace=False) + 1
        return [PassageId(id_) for id_ in np.sort(gone).tolist()]

    def queries(self, count: int) -> list[SyntheticQuery]:
        """Make queries: lemmas that are neither on every page nor unique, vectors of a group."""
        rng = np.random.default_rng(7)
        ranks = np.exp(rng.uniform(np.log(50), np.log(30_000), (count, LEMMAS_A_QUERY)))
        return [
            SyntheticQuery(lemmas=tuple(f"w{int(rank)}" for rank in row), vector=vector)
            for row, vector in zip(ranks, self._vectors(count, seed=10**9), strict=True)
        ]

    @cached_property
    def _chances(self) -> NDArray[np.float64]:
        chances = 1 / np.arange(1, _VOCABULARY + 1)
        return np.cumsum(chances / chances.sum())

    @cached_property
    def _words(self) -> NDArray[np.object_]:
        return np.array([f"w{rank}" for rank in range(1, _VOCABULARY + 1)], dtype=object)

    @cached_property
    def _shape(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Give the groups' directions and the directions in which they spread."""
        rng = np.random.default_rng(3)
        centers = rng.standard_normal((max(1, self.size // _GROUP), DIMENSIONS), dtype=np.float32)
        centers /= np.linalg.norm(centers, axis=1, keepdims=True)
        common = rng.standard_normal(DIMENSIONS, dtype=np.float32) * 1.5 / np.sqrt(DIMENSIONS)
        spread = rng.standard_normal((_SPREAD_IN, DIMENSIONS), dtype=np.float32)
        return (centers + common).astype(np.float32), spread * np.float32(0.16 / DIMENSIONS**0.5)

    def _lemmas(self, count: int, *, seed: int) -> list[str]:
        rng = np.random.default_rng((5, seed))
        ranks = np.searchsorted(self._chances, rng.random((count, LEMMAS_A_PASSAGE)))
        words = self._words[np.minimum(ranks, _VOCABULARY - 1)]
        return [" ".join(row) for row in words]

    def _vectors(self, count: int, *, seed: int) -> NDArray[np.float32]:
        rng = np.random.default_rng((9, seed))
        centers, spread = self._shape
        vectors = centers[rng.integers(0, len(centers), count)]
        vectors = vectors + rng.standard_normal((count, _SPREAD_IN), dtype=np.float32) @ spread
        noise = rng.standard_normal((count, DIMENSIONS), dtype=np.float32)
        vectors += noise * np.float32(0.3 / DIMENSIONS**0.5)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)  # type: ignore[no-any-return]
