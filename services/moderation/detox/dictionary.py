"""Polite words for rude ones, as rewriters chose them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import msgspec

from services.moderation.detox.morphology import FUNCTION_WORDS, inflected, shape

ROOT: Final = 4
_UNSEEN: Final = 0.7
_BY_LEMMA, _BY_ROOT = 3.0, 1.0
_MOST: Final = 25


class Dictionary(msgspec.Struct, frozen=True):
    """Counts of replacements, each a share of a sentence's rewrites.

    Attributes:
        forms: By the word as it is written, folded.
        lemmas: By the first form of the word, replacements in their first form too.
        roots: By the first letters, for forms of rude words nobody has seen.
    """

    forms: Mapping[str, Mapping[str, float]]
    lemmas: Mapping[str, Mapping[str, float]]
    roots: Mapping[str, Mapping[str, float]]

    def candidates(self, word: str, after: str = "") -> dict[str, float]:
        """Give what may stand for a folded word, with the chances of each; they add up to < 1."""
        found = defaultdict[str, float](float, self.forms.get(word, {}))
        self._add(found, self.lemmas.get(shape(word).lemma, {}), word, after, (_BY_LEMMA, 2.0))
        self._add(found, self.roots.get(word[:ROOT], {}), word, after, (_BY_ROOT, 4.0))
        total = sum(found.values()) + _UNSEEN
        likely = sorted(found, key=lambda each: found[each], reverse=True)[:_MOST]
        return {each: found[each] / total for each in likely if _may_stand_for(word, each)}

    @staticmethod
    def _add(
        found: dict[str, float], other: Mapping[str, float], word: str, after: str,
        trust: tuple[float, float],
    ) -> None:  # fmt: skip
        """Mix in what is known of kindred words: the more of it, the more it is trusted."""
        most, half = trust
        total = sum(other.values())
        for lemma, count in other.items():
            found[inflected(lemma, word, after)] += most * count / (total + half)


def _may_stand_for(word: str, other: str) -> bool:
    """Keep function words out of the places of others, but for slang that means one."""
    if other == word or " " in other:
        return other != word
    is_function = shape(other).part in FUNCTION_WORDS or len(other) == 1
    return not (is_function and shape(word).is_known and shape(word).part not in FUNCTION_WORDS)
