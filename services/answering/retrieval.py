"""A search query to the 20 candidates of its scope."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.answering.fusion import best_first, z_sum
from services.knowledge.models import LibraryId, PassageHit, PassageId, StoredPassage
from services.knowledge.ports import PassageIndex, PassageStore

CANDIDATES: Final = 20
HITS_PER_LEG: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A passage worth reading closely.

    Attributes:
        lexical: Share of the library's best BM25 for this query, so that libraries compare.
        dense: Cosine of query and passage; None without a vector.
    """

    passage: StoredPassage
    lexical: float
    dense: float | None


@dataclass(frozen=True, kw_only=True)
class HybridRetriever:
    """Lexical and dense search over every library of a scope."""

    index: PassageIndex
    store: PassageStore

    async def search(
        self,
        scope: Sequence[LibraryId],
        *,
        lemmas: Sequence[str],
        vector: NDArray[np.float32] | None,
        earlier: Sequence[int] = (),
        limit: int = CANDIDATES,
    ) -> list[Candidate]:
        """Find the passages to rerank.

        Args:
            scope: Libraries that may be opened; nothing else is.
            lemmas: Content lemmas of the query.
            vector: None while no worker can embed: the search is then lexical alone.
            earlier: Passages of the previous turn, which stay candidates.
            limit: Most candidates.

        Returns:
            Candidates, best first; passages deleted meanwhile are left out.
        """
        libraries = list(dict.fromkeys(scope))
        found = await asyncio.gather(
            *(
                self.index.search(library, lemmas=lemmas, vector=vector, limit_per_leg=HITS_PER_LEG)
                for library in libraries
            )
        )
        hits = merge(found, limit=limit)
        return await self._read(hits, [PassageId(i) for i in earlier], set(libraries), vector)

    async def _read(
        self,
        hits: Sequence[PassageHit],
        earlier: Sequence[PassageId],
        scope: set[LibraryId],
        vector: NDArray[np.float32] | None,
    ) -> list[Candidate]:
        known = {hit.passage_id: hit for hit in hits}
        kept = [passage_id for passage_id in earlier if passage_id not in known]
        room = CANDIDATES - len(kept)
        ids = [hit.passage_id for hit in hits][:room] + kept
        passages = await self.store.passages(ids, with_vectors=True)
        return [
            _candidate(passage, known.get(passage.passage_id), vector)
            for passage in passages
            if passage.library_id in scope
        ]


def _candidate(
    passage: StoredPassage, hit: PassageHit | None, vector: NDArray[np.float32] | None
) -> Candidate:
    if hit is not None:
        return Candidate(passage=passage, lexical=hit.lexical, dense=hit.dense)
    dense = None
    if vector is not None and passage.vector is not None:
        dense = float(passage.vector @ vector)
    return Candidate(passage=passage, lexical=0.0, dense=dense)


def merge(found: Sequence[Sequence[PassageHit]], *, limit: int) -> list[PassageHit]:
    """Put the hits of several libraries into one list.

    Cosines compare as they are. BM25 of two libraries does not (each has its own IDF), so each
    library's lexical scores are first scaled to the mean and spread of all.

    Args:
        found: Hits by library.
        limit: Most hits to return.

    Returns:
        Hits by falling sum of z-scores, equal weights.
    """
    hits = [hit for library in found for hit in library]
    scores = z_sum([(1.0, [hit.dense for hit in hits]), (1.0, [hit.lexical for hit in hits])])
    return [hits[i] for i in best_first(scores)[:limit]] if hits else []
