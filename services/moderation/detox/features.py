"""What the editing model sees of a word: itself, its letters, its neighbours, as hashes."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from zlib import crc32

from services.moderation.detox.morphology import shape
from services.moderation.detox.tokens import Token

BITS: Final = 18
_MASK: Final = (1 << BITS) - 1
_BEGIN: Final = ("^", "^", "^")
_END: Final = ("$", "$", "$")
_LONGEST: Final = 12
_GRAMS: Final = (3, 4, 5)

_Neighbour = tuple[str, str, str]


def slots(tokens: Sequence[Token]) -> list[list[int]]:
    """Give for each token the places of its features in a table of ``2 ** BITS`` weights."""
    around = [_BEGIN, _BEGIN, *(_neighbour(token) for token in tokens), _END, _END]
    return [
        sorted(
            {*_own(token.folded), *map(_hash, _near(around[at : at + 5])),
             *map(_hash, _place(tokens, at))}
        )
        for at, token in enumerate(tokens)
    ]  # fmt: skip


def _hash(feature: str) -> int:
    return crc32(feature.encode()) & _MASK


@lru_cache(maxsize=50_000)
def _own(word: str) -> tuple[int, ...]:
    if not word[0].isalnum():
        return _hash(f"p:{word[:4]}"), _hash("pos:P")
    known = shape(word)
    bordered = f"^{word}$"
    grams = (
        f"g:{bordered[at : at + length]}"
        for length in _GRAMS
        for at in range(len(bordered) - length + 1)
    )
    plain = (f"w:{word}", f"l:{known.lemma}", f"pos:{known.part}", f"kn:{known.is_known:d}")
    return tuple(map(_hash, (*plain, *grams)))


def _neighbour(token: Token) -> _Neighbour:
    return _described(token.folded)


@lru_cache(maxsize=50_000)
def _described(word: str) -> _Neighbour:
    if not word[0].isalnum():
        return word[:4], "P", "P"
    return word[:_LONGEST], shape(word).part, shape(word).lemma


def _near(around: Sequence[_Neighbour]) -> tuple[str, ...]:
    far, left, own, right, beyond = around
    return (
        f"-1:{left[2]}", f"+1:{right[2]}", f"-1p:{left[1]}", f"+1p:{right[1]}",
        f"-1w:{left[0]}_{own[0]}", f"+1w:{own[0]}_{right[0]}",
        f"pp:{left[1]}_{own[1]}_{right[1]}", f"-2p:{far[1]}_{left[1]}",
        f"+2p:{right[1]}_{beyond[1]}", f"-2:{far[2]}", f"+2:{beyond[2]}",
    )  # fmt: skip


def _place(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    text = tokens[at].text
    where = "first" if at == 0 else "last" if at == len(tokens) - 1 else "mid"
    return where, f"len{min(6, len(tokens) // 4)}", f"cap{text[0].isupper():d}{text.isupper():d}"
