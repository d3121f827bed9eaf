"""Word and character n-grams of a text as numbers, all at once in NumPy."""

from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

BITS: Final = 21
SHORTEST, LONGEST = 2, 5
_SPACE: Final = 32
_SHIFT: Final = np.uint64(64 - BITS)
_FOLD: Final = np.uint64(29)
_BASE: Final = 0x9E3779B97F4A7C15
_OFFSET: Final = np.uint64(7)
_WORD, _PAIR, _NEXT = 0, 1, 6
_MIX: Final = tuple(
    np.uint64(number)
    for number in (
        0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, 0x2545F4914F6CDD1D, 0xD6E8FEB86659FD93,
        0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3,
    )
)  # fmt: skip

Numbers = NDArray[np.uint64]
Slots = NDArray[np.int64]


class Grams:
    """The n-grams of one text, hashed once for all models.

    Attributes:
        found: Places in a table of weights, with repeats.
        places: For each the number of its word.
        distinct: The places, each once, rising.
        words: How many words there are.
    """

    def __init__(self, text: str) -> None:
        """Hash them; words have one space between them."""
        self.found, self.places = placed_slots(text)
        self.distinct = np.unique(self.found)
        self.words = text.count(" ") + 1

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """For each of ``found``, which part of its weight counts: n-grams are shared by places."""
        at = np.searchsorted(self.distinct, self.found)
        repeats = np.bincount(at, minlength=len(self.distinct))
        parts: NDArray[np.float64] = 1 / (repeats[at] * np.sqrt(max(1, len(self.distinct))))
        return parts


def slots(text: str) -> Slots:
    """Hash all n-grams of a text, each once, rising.

    Character n-grams of 2 to 5 letters stay within one word and its borders; words stand alone
    and in pairs.

    Args:
        text: Words with one space between them.

    Returns:
        Places in a table of ``2 ** BITS`` weights.
    """
    return np.unique(placed_slots(text)[0])


def placed_slots(text: str) -> tuple[Slots, Slots]:
    """Hash all n-grams as ``slots`` does, with repeats, each with the number of its word."""
    codes = np.frombuffer(f" {text} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    is_space = codes == _SPACE
    before = np.cumsum(is_space)
    hashed, places = [], []
    rolling = codes + _OFFSET
    base = np.uint64(_BASE)
    for length in range(SHORTEST, min(LONGEST, len(codes)) + 1):
        rolling = rolling[:-1] * base + (codes[length - 1 :] + _OFFSET)
        # The number of spaces inside, its ends left out.
        inside = before[length - 2 : length - 2 + len(rolling)] == before[: len(rolling)]
        at = np.flatnonzero(inside) if length > SHORTEST else np.arange(len(rolling))
        hashed.append(_mixed(rolling[at], length))
        places.append(before[at] - 1)
    words = _word_hashes(codes, np.flatnonzero(is_space))
    hashed.append(_mixed(words, _WORD))
    hashed.append(_mixed(words[:-1] * _MIX[_NEXT] + words[1:], _PAIR))
    numbers = np.arange(len(words))
    places += [numbers, numbers[:-1]]
    return np.concatenate(hashed), np.concatenate(places)


def _mixed(hashes: Numbers, salt: int) -> Slots:
    return (((hashes ^ (hashes >> _FOLD)) * _MIX[salt]) >> _SHIFT).astype(np.int64)


def _word_hashes(codes: Numbers, spaces: NDArray[np.int64]) -> Numbers:
    """Hash each word by the difference of two prefix sums."""
    powers, inverses = _powers(1 << (len(codes) - 1).bit_length())
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum((codes + _OFFSET) * powers[: len(codes)], out=sums[1:])
    starts, ends = spaces[:-1] + 1, spaces[1:]
    return (sums[ends] - sums[starts]) * inverses[starts]


@lru_cache(maxsize=20)
def _powers(count: int) -> tuple[Numbers, Numbers]:
    """Powers of the base and of its inverse modulo 2 ** 64."""
    tables = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        factors = np.full(count, base, dtype=np.uint64)
        factors[0] = 1
        tables.append(np.cumprod(factors, dtype=np.uint64))
    return tables[0], tables[1]
