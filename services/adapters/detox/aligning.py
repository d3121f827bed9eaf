"""What rewriters did with each word of a sentence, found by alignment."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from services.moderation.detox.morphology import shape
from services.moderation.detox.tokens import Token, folded, tokens

_GAP: Final = 1.0
_SIGN_FOR_WORD, _OTHER_SIGN = 2.2, 0.6
_ALIKE: Final = 0.6
_SAME_PART, _OTHER_PART = 1.3, 1.6
_MOST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Alignment:
    """A sentence with what one rewrite made of it.

    Attributes:
        words: Of the sentence.
        labels: For each: None it stays, empty it is left out, else what stands in its place.
    """

    words: tuple[Token, ...]
    labels: tuple[str | None, ...]

    @property
    def kept(self) -> int:
        """How many words stay."""
        return sum(label is None for label in self.labels)


def align(source: str, rewrite: str) -> Alignment:
    """Align two sentences word by word, at the least cost."""
    words, others = tokens(source), tokens(rewrite)
    steps = _cheapest([w.folded for w in words], [w.folded for w in others])
    labels: list[str | None] = [None] * len(words)
    for at, other in steps:
        if at is None and other is not None:
            continue
        if at is not None and other is None:
            labels[at] = ""
        elif at is not None and other is not None and words[at].folded != others[other].folded:
            labels[at] = others[other].text
    _attach(labels, steps, others)
    return Alignment(tuple(words), tuple(labels))


_Step = tuple[int | None, int | None]


def _attach(labels: list[str | None], steps: Sequence[_Step], others: Sequence[Token]) -> None:
    """Add words that were inserted behind a replaced one to what stands in its place."""
    last: int | None = None
    for at, other in steps:
        if at is not None:
            last = at
        elif last is not None and other is not None and labels[last] and others[other].is_word:
            phrase = str(labels[last])
            if phrase.count(" ") < _MOST_WORDS - 1:
                labels[last] = f"{phrase} {others[other].text}"


def _cheapest(ours: Sequence[str], theirs: Sequence[str]) -> list[_Step]:
    costs = [[float(column) * _GAP for column in range(len(theirs) + 1)]]
    for row, word in enumerate(ours, start=1):
        line = [row * _GAP]
        above = costs[-1]
        for column, other in enumerate(theirs, start=1):
            both = above[column - 1] + _cost(word, other)
            line.append(min(both, above[column] + _GAP, line[-1] + _GAP))
        costs.append(line)
    return _way_back(costs, ours, theirs)


def _way_back(costs: list[list[float]], ours: Sequence[str], theirs: Sequence[str]) -> list[_Step]:
    row, column = len(ours), len(theirs)
    steps: list[_Step] = []
    while row or column:
        here = costs[row][column]
        if (
            row
            and column
            and here == costs[row - 1][column - 1] + _cost(ours[row - 1], theirs[column - 1])
        ):
            row, column = row - 1, column - 1
            steps.append((row, column))
        elif row and here == costs[row - 1][column] + _GAP:
            row -= 1
            steps.append((row, None))
        else:
            column -= 1
            steps.append((None, column))
    return steps[::-1]


@lru_cache(maxsize=500_000)
def _cost(word: str, other: str) -> float:
    if word == other:
        return 0.0
    if word[0].isalnum() != other[0].isalnum():
        return _SIGN_FOR_WORD
    if not word[0].isalnum():
        return _OTHER_SIGN
    matcher = SequenceMatcher(None, word, other)
    if matcher.real_quick_ratio() > _ALIKE and matcher.ratio() > _ALIKE:
        return 0.2 + 0.6 * (1 - matcher.ratio())
    return _SAME_PART if shape(folded(word)).part == shape(folded(other)).part else _OTHER_PART
