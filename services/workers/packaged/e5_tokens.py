import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from services.workers.packaged.e5_weights import Vocabulary

_SPACE: Final = "\N{LOWER ONE EIGHTH BLOCK}"
_SPACES: Final = re.compile(" {2,}")
_WORD: Final = re.compile(f"{_SPACE}[^{_SPACE}]*")
_WORDS_KEPT: Final = 50_000
# Whole paragraphs without a space, as in Chinese, are not met again and would fill the memory.
_LONGEST_KEPT: Final = 32
_UNKNOWN_PENALTY: Final = 10.0


class Segmenter:
    """Cuts a text into the pieces whose scores have the greatest sum.

    A space belongs to the word after it, and no piece reaches over one: so each word is cut by
    itself, and the words of a language are cut once.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        pieces = vocabulary.pieces
        self._ids = {piece: number for number, piece in enumerate(pieces)}
        del self._ids[pieces[vocabulary.unknown]]
        self._scores = vocabulary.scores
        self._longest = max(map(len, pieces))
        self._unknown = vocabulary.unknown
        self._unknown_score = min(vocabulary.scores) - _UNKNOWN_PENALTY
        self._replacements = vocabulary.replacements
        self._known: Callable[[str], tuple[int, ...]] = lru_cache(_WORDS_KEPT)(self._cut)

    def ids(self, text: str) -> list[int]:
        """Cut a text, without the tokens that stand around every input."""
        plain = _SPACES.sub(" ", text.translate(self._replacements))
        marked = (plain if plain.startswith(" ") else f" {plain}").replace(" ", _SPACE)
        return [number for word in _WORD.findall(marked) for number in self._word(word)]

    def _word(self, word: str) -> tuple[int, ...]:
        return self._known(word) if len(word) <= _LONGEST_KEPT else self._cut(word)

    def _cut(self, word: str) -> tuple[int, ...]:
        # Viterbi: the best way to every character, and the last piece on it.
        best = [0.0] + [float("-inf")] * len(word)
        came: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for end, number, score in self._pieces_at(word, start):
                if best[start] + score > best[end]:
                    best[end] = best[start] + score
                    came[end] = (start, number)
        return _way_back(came)

    def _pieces_at(self, word: str, start: int) -> list[tuple[int, int, float]]:
        ids, scores = self._ids, self._scores
        found = []
        for end in range(start + 1, min(len(word), start + self._longest) + 1):
            number = ids.get(word[start:end])
            if number is not None:
                found.append((end, number, scores[number]))
        found.append((start + 1, self._unknown, self._unknown_score))
        return found


def _way_back(came: list[tuple[int, int]]) -> tuple[int, ...]:
    numbers = []
    end = len(came) - 1
    while end > 0:
        end, number = came[end]
        numbers.append(number)
    return tuple(reversed(numbers))
