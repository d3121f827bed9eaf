"""Texts that say the same: reposts, copies with a new footer, posts repeated in digests.

Two passages that share a long run of words share a fingerprint (winnowing), which finds the
candidates in SQL; whether one really repeats the other is then decided on word pairs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from services.knowledge.lemmas import normalise

_RUN_WORDS: Final = 5
_WINDOW: Final = 12
_SAME: Final = 0.9
_CONTAINED: Final = 0.97
_NEARLY_WHOLE: Final = 0.5
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+")
_NEGATIONS: Final = frozenset({"не", "нет", "без", "ни", "not", "no", "never", "without", "نیست"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShape:
    """What a text is compared by.

    Attributes:
        pairs: Pairs of neighbouring words.
        numbers: Numbers in it: texts that differ in one are not the same.
        negations: How many words of negation.
    """

    pairs: frozenset[tuple[str, str]]
    numbers: frozenset[str]
    negations: int


def shape(text: str) -> TextShape:
    """Describe a text for comparison."""
    words = _words(text)
    return TextShape(
        pairs=frozenset(pairwise([*words, ""] if len(words) == 1 else words)),
        numbers=frozenset(word for word in words if _NUMBER.search(word)),
        negations=sum(word in _NEGATIONS for word in words),
    )


def says_the_same(one: TextShape, other: TextShape) -> bool:
    """Tell whether two texts differ at most in a few words, and in no number or negation."""
    common = len(one.pairs & other.pairs)
    return (
        common > 0
        and common >= _SAME * len(one.pairs | other.pairs)
        and one.numbers == other.numbers
        and one.negations == other.negations
    )


def is_within(part: TextShape, whole: TextShape) -> bool:
    """Tell whether (nearly) everything in ``part`` stands in ``whole`` word for word."""
    common = len(part.pairs & whole.pairs)
    return common > 0 and common >= _CONTAINED * len(part.pairs) and part.numbers <= whole.numbers


def repeats(one: TextShape, other: TextShape) -> bool:
    """Tell whether a passage need not be searched beside the other: same, or within it."""
    return says_the_same(one, other) or is_within(one, other)


def repeats_document(one: TextShape, other: TextShape) -> bool:
    """Tell whether a document is the other one again: the same, or most of it and no more."""
    mostly = len(one.pairs) >= _NEARLY_WHOLE * len(other.pairs)
    return says_the_same(one, other) or (mostly and is_within(one, other))


def overlap(part: TextShape, whole: TextShape) -> float:
    """Tell which share of ``part`` stands in ``whole``, 0 to 1."""
    return len(part.pairs & whole.pairs) / max(1, len(part.pairs))


def fingerprints(text: str) -> list[int]:
    """Give hashes of some runs of five words, as signed 64-bit numbers, sorted.

    Of every window of twelve runs the least hash is kept, so texts with 16 words in a row in
    common share at least one. A text shorter than a run is one fingerprint.

    Source:
        Schleimer, Wilkerson and Aiken, "Winnowing", SIGMOD 2003, doi:10.1145/872757.872770.
    """
    words = _words(text)
    runs = [_hash(words[at : at + _RUN_WORDS]) for at in range(max(1, len(words) - _RUN_WORDS + 1))]
    windows = range(max(1, len(runs) - _WINDOW + 1))
    return sorted({min(runs[at : at + _WINDOW]) for at in windows})


def _hash(words: Sequence[str]) -> int:
    digest = blake2b("\n".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _words(text: str) -> list[str]:
    return _WORD.findall(normalise(text))
