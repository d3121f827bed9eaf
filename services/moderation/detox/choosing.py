"""The word that is likeliest to share letters with what a polite person would have written."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from services.moderation.detox.editing import EditChance

_LONGEST_GRAM: Final = 6
_RECALL: Final = 5.0
"""Letters found count so much more than letters written in vain: chrF's beta is 2."""
PRICE: Final = 0.9
"""Of a letter written; tuned on one fold of the pairs, flat around it."""


def choose(
    word: str, chance: EditChance, candidates: Mapping[str, float], *, may_stay: bool, may_go: bool
) -> str:
    """Choose what stands for a word; an empty string leaves it out.

    Args:
        word: As the dictionary writes it.
        chance: That it is edited.
        candidates: What may stand for it, with chances.
        may_stay: It may be kept.
        may_go: It may be left out; else it is so only when there is nothing to write.
    """
    likely = {each: chance.replaced * share for each, share in candidates.items()}
    if may_stay:
        likely[word] = chance.kept
    gains = {each: _gain(each, likely) for each in likely}
    best = max(gains, key=lambda each: gains[each], default="")
    return best if best and (gains[best] > 0 or not may_go) else ""


def _gain(written: str, likely: Mapping[str, float]) -> float:
    shared = sum(chance * _shared(written, meant) for meant, chance in likely.items())
    return _RECALL * shared - PRICE * len(written)


@lru_cache(maxsize=100_000)
def _shared(written: str, meant: str) -> float:
    """Count letters that two words share, by n-grams of all lengths."""
    if written == meant:
        return float(len(written))
    grams = _grams(written)
    shared = (grams & _grams(meant)).total()
    return len(written) * shared / max(1, grams.total())


@lru_cache(maxsize=50_000)
def _grams(word: str) -> "Counter[str]":
    letters = word.replace(" ", "")
    return Counter(
        letters[at : at + length]
        for length in range(1, _LONGEST_GRAM + 1)
        for at in range(len(letters) - length + 1)
    )
