"""The libraries searched as a query asks, its days included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.answering.background import leaning_lemmas, leaning_vector
from services.answering.models import SearchQuery
from services.answering.retrieval import (
    CANDIDATES,
    HITS_READ,
    Candidate,
    HybridRetriever,
    by_sentence,
    central,
)
from services.knowledge.models import LibraryId


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Searched:
    """What a search brought, and what it was in the end.

    Attributes:
        query: Says so when the days had nothing.
        lemmas: What passages are compared with; none where nothing but days is asked for.
        vector: Likewise; the middle of what was found where nothing but days is asked for.
        leaning: The vector that passages were searched with, where the dialogue leant on it.
    """

    query: SearchQuery
    lemmas: Sequence[str]
    vector: NDArray[np.float32] | None
    candidates: Sequence[Candidate]
    leaning: NDArray[np.float32] | None = None

    @property
    def ranked_by(self) -> NDArray[np.float32] | None:
        """The vector that the candidates are ordered with."""
        return self.vector if self.leaning is None else self.leaning


async def search_libraries(
    retriever: HybridRetriever,
    scope: Sequence[LibraryId],
    query: SearchQuery,
    *,
    lemmas: Sequence[str],
    vector: NDArray[np.float32] | None,
    earlier: Sequence[int] = (),
    background: NDArray[np.float32] | None = None,
) -> Searched:
    """Search the libraries of a scope; what was asked before leans on it lightly.

    Days on which nothing was posted limit nothing: the person rather sees what there is, and is
    told. A question for the days alone is answered by what most of their passages are about.
    """
    if query.posted is not None and query.whole_days:
        return await _of_days(retriever, scope, query, vector)
    wanted = leaning_lemmas(lemmas, query.background_lemmas)
    leaning = leaning_vector(vector, background)
    candidates = await retriever.search(
        scope, lemmas=wanted, vector=leaning, earlier=earlier, posted=query.posted
    )
    if query.posted is not None and not candidates:
        query = replace(query, undated=True)
        candidates = await retriever.search(scope, lemmas=wanted, vector=leaning, earlier=earlier)
    return Searched(
        query=query, lemmas=lemmas, vector=vector, candidates=candidates, leaning=leaning
    )


async def _of_days(
    retriever: HybridRetriever,
    scope: Sequence[LibraryId],
    query: SearchQuery,
    vector: NDArray[np.float32] | None,
) -> Searched:
    found = await retriever.search(
        scope, lemmas=(), vector=vector, posted=query.posted, limit=HITS_READ
    )
    middle = central(found, vector)
    return Searched(
        query=query if found else replace(query, undated=True),
        lemmas=(),
        vector=middle,
        candidates=by_sentence(found, middle)[:CANDIDATES],
    )
