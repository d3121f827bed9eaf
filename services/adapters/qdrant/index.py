from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray
from qdrant_client import models

from services.adapters.qdrant.applier import QdrantApplier, is_current
from services.adapters.qdrant.points import DENSE, LEMMAS, of_library, query_weights
from services.adapters.qdrant.server import QdrantServer
from services.adapters.search.opened import by_both
from services.knowledge.ingest_ports import ChangeFeed
from services.knowledge.models import DayRange, LibraryId, PassageHit, PassageId
from services.tasks import both

log = structlog.get_logger(__name__)
_Scores = dict[PassageId, float]


class QdrantIndex:
    """``PassageIndex`` and ``Vocabulary`` over a Qdrant that an applier keeps up to date."""

    def __init__(
        self, server: QdrantServer, applier: QdrantApplier, feed: ChangeFeed, *, wait_s: float
    ) -> None:
        """Search a server.

        Args:
            server: Where the passages are.
            applier: Told when they are behind.
            feed: SQL, whose change number a search compares with what was applied.
            wait_s: Longest wait for what is behind; then what is there is searched.
        """
        self._server = server
        self._applier = applier
        self._feed = feed
        self._wait_s = wait_s

    async def search(
        self,
        library_id: LibraryId,
        *,
        lemmas: Sequence[str],
        vector: NDArray[np.float32] | None,
        limit_per_leg: int = 50,
        posted: DayRange | None = None,
    ) -> list[PassageHit]:
        """Find the union of the best passages of both legs, each with both scores.

        Raises:
            UnavailableError: Qdrant or SQL does not answer.
        """
        if not await self._is_there(library_id):
            return []
        look = _Look(library_id, lemmas, vector)
        within = of_library(library_id, posted=posted)
        best, near = await self._ask(
            look.lexical(within, limit_per_leg), look.dense(within, limit_per_leg)
        )
        # Each leg's score of what only the other has found.
        only_near, only_best = sorted(near.keys() - best), sorted(best.keys() - near)
        lexical, dense = await self._ask(
            look.lexical(of_library(library_id, ids=only_near), len(only_near)),
            look.dense(of_library(library_id, ids=only_best), len(only_best)),
        )
        best, near = best | lexical, near | dense
        hits = [
            PassageHit(
                passage_id=id_, library_id=library_id, lexical=best.get(id_, 0.0),
                dense=near.get(id_),
            )
            for id_ in best | near
        ]  # fmt: skip
        return sorted(hits, key=by_both)

    async def known_terms(self, library_id: LibraryId, terms: Collection[str]) -> frozenset[str]:
        """Tell which of these index terms some passage of the library has."""
        if not await self._is_there(library_id):
            return frozenset()
        asked = sorted(terms)
        within = of_library(library_id)
        requests = [_Look(library_id, [word], None).lexical(within, 1) for word in asked]
        found = await self._server.query([request for request in requests if request is not None])
        return frozenset(word for word, hits in zip(asked, found, strict=True) if hits)

    async def _is_there(self, library_id: LibraryId) -> bool:
        """Wait a moment until the library is up to date; False: there is none."""
        state, applied = await both(self._feed.state(library_id), self._server.applied(library_id))
        if state is None or state.buried:
            return False
        if applied is None or not is_current(applied, state):
            if not await self._applier.wait_applied(
                library_id, state.change_number, timeout_s=self._wait_s
            ):
                log.info("index_behind", library=library_id, change=state.change_number)
            applied = await self._server.applied(library_id)
        return applied is not None and applied.incarnation == state.incarnation

    async def _ask(self, *requests: models.QueryRequest | None) -> list[_Scores]:
        """Ask both legs at once; one without a request has found nothing."""
        found = iter(await self._server.query([each for each in requests if each is not None]))
        return [{} if each is None else next(found) for each in requests]


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What is searched for."""

    library_id: LibraryId
    lemmas: Sequence[str]
    vector: NDArray[np.float32] | None

    def lexical(self, within: models.Filter, limit: int) -> models.QueryRequest | None:
        """Ask for BM25 with the library's own document frequencies."""
        if not self.lemmas or not limit:
            return None
        own = models.IdfCorpusParams(corpus=of_library(self.library_id))
        return models.QueryRequest(
            query=query_weights(self.lemmas), using=LEMMAS, filter=within, limit=limit,
            params=models.SearchParams(idf=own),
        )  # fmt: skip

    def dense(self, within: models.Filter, limit: int) -> models.QueryRequest | None:
        """Ask for cosines."""
        if self.vector is None or not limit:
            return None
        return models.QueryRequest(
            query=self.vector.tolist(), using=DENSE, filter=within, limit=limit
        )
