"""A text folded to plain small letters, every letter of which knows where it comes from."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.moderation.text.homoglyphs import LOOKALIKES

_BREVE: Final = "\u0306"
_HIDDEN: Final = frozenset({"Cf", "Mn", "Me", "Cc", "Cs", "Co"})
_ROUNDS: Final = 4
_KEPT_SIGNS: Final = {"\n": " ", "\t": " ", "\r": " "}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    Attributes:
        text: Small letters; compatibility forms, look-alikes of other alphabets and letters with
            marks are plain, what cannot be seen is gone.
        origins: For each character of it, the place in the original text; rising or equal.
    """

    text: str
    origins: tuple[int, ...]


def fold(text: str) -> Folded:
    """Fold a text in linear time; folding twice changes nothing more.

    Example:
        >>> fold("Ｐri\u200bvеt").text
        'privеt'
    """
    letters: list[str] = []
    origins: list[int] = []
    for at, sign in enumerate(text):
        if sign == _BREVE and letters and letters[-1] == "и":
            letters[-1] = "й"
            continue
        for letter in folded_sign(sign):
            letters.append(letter)
            origins.append(at)
    return Folded("".join(letters), tuple(origins))


@lru_cache(maxsize=8192)
def folded_sign(sign: str) -> str:
    """Fold one character: to one, to several (ligatures), or to none."""
    for _ in range(_ROUNDS):
        plain = "".join(_plain(each) for each in unicodedata.normalize("NFKC", sign).casefold())
        if plain == sign:
            break
        sign = plain
    return sign


def _plain(letter: str) -> str:
    if letter in _KEPT_SIGNS:
        return _KEPT_SIGNS[letter]
    if letter in LOOKALIKES:
        return LOOKALIKES[letter]
    if letter == "й" or letter.isascii():
        return letter if letter.isprintable() else ""
    decomposed = unicodedata.normalize("NFKD", letter)
    seen = [part for part in decomposed if unicodedata.category(part) not in _HIDDEN]
    return "".join(LOOKALIKES.get(part, part) for part in seen)
