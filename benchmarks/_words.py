"""BM25 over words as they are written: what most bots do to Russian."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

K1: Final = 1.2
B: Final = 0.75


class WordIndex:
    """Texts by their words, lower case, without lemmas and without stop words.

    Source:
        Robertson and Zaragoza, 2009; k1 = 1.2, b = 0.75.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._lengths = [len(_tokens(text)) for text in texts]
        self._mean = sum(self._lengths) / max(1, len(texts))
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, text in enumerate(texts):
            for word, times in Counter(_tokens(text)).items():
                self._places[word].append((number, times))

    def best(self, question: str, limit: int) -> list[int]:
        """Give the numbers of the texts with the greatest scores, best first."""
        scores: dict[int, float] = defaultdict(float)
        for word in set(_tokens(question)):
            places = self._places.get(word, [])
            weight = math.log(1 + (len(self._lengths) - len(places) + 0.5) / (len(places) + 0.5))
            for number, times in places:
                length = 1 - B + B * self._lengths[number] / self._mean
                scores[number] += weight * times * (K1 + 1) / (times + K1 * length)
        return sorted(scores, key=lambda number: -scores[number])[:limit]


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
