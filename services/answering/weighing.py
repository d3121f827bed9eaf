"""How much each ranker counts, for all libraries alike or as it was fitted for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from services.answering.fusion import Scores, z_sum
from services.knowledge.models import LibraryId


@dataclass(frozen=True, slots=True, kw_only=True)
class RankWeights:
    """The say of each ranker in the sum of z-scores.

    Attributes:
        passage: Cosine of the passage.
        sentence: Cosine of its best sentence.
        lexical: BM25 over lemmas.
        letters: BM25 over four letters in a row of the lemmas, among the candidates: it sees what
            lemmas miss, such as endings of a language without a dictionary here, parts of
            compounds and slips.
    """

    passage: float = 1.0
    sentence: float = 1.0
    lexical: float = 1.0
    letters: float = 0.5


PLAIN: Final = RankWeights()
"""Measured on XQuAD: letters at a half raised nDCG@10 in Russian, English and Turkish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerScores:
    """What each ranker says of the same candidates; None where it knows nothing."""

    passage: Sequence[float | None]
    sentence: Sequence[float | None]
    lexical: Sequence[float | None]
    letters: Sequence[float | None]


def weighed(scores: RankerScores, weights: RankWeights) -> Scores:
    """Add the z-scores of the rankers; only the order of the sums means something."""
    return z_sum(
        [
            (weights.passage, scores.passage),
            (weights.sentence, scores.sentence),
            (weights.lexical, scores.lexical),
            (weights.letters, scores.letters),
        ]
    )


class RankWeightsStore(Protocol):
    """Weights that were fitted for a library and won."""

    async def weights(self, library_id: LibraryId) -> RankWeights | None:
        """Read the weights of a library; None: the plain sum."""
        ...

    async def keep(self, library_id: LibraryId, weights: RankWeights | None) -> None:
        """Replace the weights of a library; None: back to the plain sum.

        Raises:
            NotFoundError: There is no such library, or it is being forgotten.
        """
        ...
