"""Words with spaces between their letters, and words torn in two."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.moderation.text.lexicon import Lexicon
from services.moderation.text.meaning import EDGE, SHORT, Meaning

_LONGEST_TORN: Final = 8
_LONGEST_RUN: Final = 48
_LONGEST_WORD: Final = 12
_TWO: Final = 2
_PARTICLES: Final = frozenset(
    re.findall(
        r"\S+",
        "за на по у о до не ни вы ты мы он то же бы ли да но от из об со во ко ее их им ей ай ну"
        " ах эх и а в с к я the to is in it of on at my we he be so no go do as or if us me up an"
        " by a i",
    )
)

Chunks = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Joined:
    """One word made of several chunks.

    Attributes:
        count: How many chunks it takes.
    """

    word: str
    count: int


@dataclass(frozen=True, slots=True)
class TornWords:
    """Finds rude words that spaces were put into."""

    lexicon: Lexicon
    meaning: Meaning

    def at(self, text: str, chunks: Chunks, at: int) -> Joined | None:
        """Find one that begins with a chunk; None where the chunk stands for itself."""
        if at + 1 == len(chunks):
            return None
        short = [chunks[each][1] - chunks[each][0] <= SHORT for each in (at, at + 1)]
        if short[0]:
            return self._spaced(text, chunks, at) or self._torn(text, chunks, at)
        return self._torn(text, chunks, at) if short[1] else None

    def _spaced(self, text: str, chunks: Chunks, at: int) -> Joined | None:
        run, letters = at, ""
        last = min(len(chunks), at + _LONGEST_RUN)
        while run < last and (letter := _one(text[slice(*chunks[run])])):
            letters += letter
            run += 1
            if text[chunks[run - 1][1] - 1] != letter:
                # A mark ends what is spelt.
                break
        if len(letters) >= SHORT:
            for count in range(min(len(letters), _LONGEST_WORD), SHORT - 1, -1):
                if (found := self.meaning.rude(letters[:count])) is not None:
                    return Joined(found, count)
        elif len(letters) == _TWO and run < len(chunks):
            whole = letters + text[slice(*chunks[run])].strip(EDGE)
            if (found := self.meaning.rude(whole)) is not None:
                return Joined(found, run - at + 1)
        return None

    def _torn(self, text: str, chunks: Chunks, at: int) -> Joined | None:
        first, second = text[slice(*chunks[at])], text[slice(*chunks[at + 1])].strip(EDGE)
        whole = first + second
        if not (first.isalpha() and second.isalpha() and SHORT < len(whole) <= _LONGEST_TORN):
            return None
        if first in _PARTICLES or second in _PARTICLES or self._stands(second):
            return None
        if all(map(self.lexicon.is_ordinary, (first, second))):
            return None
        if any(map(self.lexicon.entry, (first, second))) or self.lexicon.entry(whole) is None:
            return None
        return Joined(whole, 2)

    def _stands(self, word: str) -> bool:
        return len(word) > SHORT and self.lexicon.is_ordinary(word)


def _one(chunk: str) -> str:
    """Give the one letter of a chunk, without marks; nothing if there are more."""
    if len(chunk) > SHORT:
        return ""
    letter = chunk if len(chunk) == 1 else chunk.strip(EDGE)
    return letter if len(letter) == 1 else ""
