from collections.abc import Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.knowledge.models import DayRange, LibraryId, PassageHit, PassageId, StoredPassage


class PassageIndex(Protocol):
    """Both retrieval legs over one library; derived from SQL, rebuilt at will."""

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

        Args:
            library_id: One library; callers search a scope library by library.
            lemmas: Query lemmas without stop words; may repeat.
            vector: Shape (384,), float32, L2 = 1, or None for a lexical search alone.
            limit_per_leg: Most passages that each leg contributes.
            posted: Find only passages of documents posted on these days; one without a date is
                then not found. None: any.

        Returns:
            At most ``2 * limit_per_leg`` hits, by falling lexical score, then dense score.
            Empty when the library does not exist or is empty.
        """
        ...


class Vocabulary(Protocol):
    """The words of a library."""

    async def known_terms(self, library_id: LibraryId, terms: Collection[str]) -> frozenset[str]:
        """Tell which of these index terms some passage of the library has.

        Thousands at once are fine. Empty when the library does not exist or is empty.
        """
        ...


class PassageStore(Protocol):
    """Passages by id, from SQL."""

    async def passages(
        self, passage_ids: Sequence[PassageId], *, with_vectors: bool = False
    ) -> list[StoredPassage]:
        """Read passages in the order of ``passage_ids``; missing ones are left out."""
        ...


class Lemmatizer(Protocol):
    """Words to index terms, the same for passages and for questions."""

    def lemmas(self, text: str) -> list[str]:
        """Split into words and give each its lemma: lower case, ё as е, Persian normalised.

        Function words are kept; ``content_lemmas`` leaves them out.
        """
        ...

    def content_lemmas(self, text: str) -> list[str]:
        """Like ``lemmas`` without stop words; may be empty."""
        ...
