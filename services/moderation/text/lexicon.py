"""Rude words: roots with their morphology, exceptions, and masked letters filled in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Final
from zlib import crc32

from services.moderation.models import Severity

_PREFIX: Final = (
    "(?:вы|за|на|не|ни|по|под|пере|при|про|пре|раз|рас|с|со|у|о|а|об|от|до|из|ис|вз|въ|недо|без"
    "|бес|полу|много|само|рас|от){0,2}"
)
_SHORTEST_MASKED: Final = 3
_MOST_STARS: Final = 6
_FIRST_LETTERS: Final = "хпебсfsb"
"""One letter before stars says enough if it is one of these."""
_MOST_KEPT: Final = 50_000
STAR: Final = "*"


class Kind(StrEnum):
    """What sort of rude a word is."""

    OBSCENE = "obscene"
    INSULT = "insult"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lexicon says about a word."""

    kind: Kind
    severity: Severity


@dataclass(frozen=True)
class Vocabulary:
    """Words learnt in training.

    Attributes:
        rude: Words that make texts rude, likeliest first; masked letters are filled in from them.
        ordinary: Checksums of words of polite texts; nothing is read into these.
    """

    rude: tuple[str, ...] = ()
    ordinary: frozenset[int] = frozenset()

    @cached_property
    def rude_set(self) -> frozenset[str]:
        """The rude words, to look one up."""
        return frozenset(self.rude)


@dataclass(slots=True)
class Lexicon:
    """Knows which words are rude; remembers what it was asked."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    _roots: list[tuple[re.Pattern[str], Entry]] = field(default_factory=list, init=False)
    _exceptions: frozenset[str] = field(default=frozenset(), init=False)
    _known: dict[str, Entry | None] = field(default_factory=dict, init=False)
    _filled: dict[str, str | None] = field(default_factory=dict, init=False)
    _by_length: dict[int, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._roots = list(_roots(_lines("roots.txt")))
        self._exceptions = frozenset(_lines("exceptions.txt"))
        by_length: dict[int, list[str]] = {}
        for word in self.vocabulary.rude:
            by_length.setdefault(len(word), []).append(word)
        self._by_length = {length: "\n".join(words) for length, words in by_length.items()}

    def entry(self, word: str) -> Entry | None:
        """Look a folded word up."""
        if word in self._known:
            return self._known[word]
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[word] = found = self._looked_up(word)
        return found

    def _looked_up(self, word: str) -> Entry | None:
        if word in self._exceptions or self.is_ordinary(word):
            return None
        return next((entry for root, entry in self._roots if root.fullmatch(word)), None)

    def is_exception(self, word: str) -> bool:
        """Tell whether a word is listed as only looking rude."""
        return word in self._exceptions

    def is_ordinary(self, word: str) -> bool:
        """Tell whether polite texts use the word."""
        return crc32(word.encode()) in self.vocabulary.ordinary

    def is_rude(self, word: str) -> bool:
        """Tell whether a word is worth being read into a masked one."""
        if word in self._exceptions:
            return False
        return word in self.vocabulary.rude_set or self.entry(word) is not None

    def filled(self, masked: str) -> str | None:
        """Find the likeliest rude word behind stars.

        A row of stars stands for as many letters, and else for one to six.

        Example:
            >>> Lexicon(Vocabulary(rude=("дурак",))).filled("д**ак")
            'дурак'
        """
        if masked not in self._filled:
            if len(self._filled) >= _MOST_KEPT:
                self._filled.clear()
            self._filled[masked] = self._fill(masked)
        return self._filled[masked]

    def _fill(self, masked: str) -> str | None:
        letters = masked.replace(STAR, "")
        if (
            not letters
            or len(masked) < _SHORTEST_MASKED
            or len(masked) - len(letters) > _MOST_STARS
        ):
            return None
        exact = re.compile("^" + re.escape(masked).replace(r"\*", "[^\n]") + "$", re.MULTILINE)
        if found := exact.search(self._by_length.get(len(masked), "")):
            return found[0]
        if len(letters) == 1 and masked[0] not in _FIRST_LETTERS:
            return None
        loose = "^" + re.sub(r"(?:\\\*)+", "[^\n]{1,6}", re.escape(masked)) + "$"
        pattern = re.compile(loose, re.MULTILINE)
        shortest = len(re.sub(r"\*+", STAR, masked))
        nearest = sorted(range(shortest, shortest + 8), key=lambda n: abs(n - len(masked)))
        for length in nearest:
            if found := pattern.search(self._by_length.get(length, "")):
                return found[0]
        return None


def checksums(words: Iterable[str]) -> frozenset[int]:
    """Give what ``Vocabulary.ordinary`` keeps of words."""
    return frozenset(crc32(word.encode()) for word in words)


def _lines(name: str) -> list[str]:
    text = files("services.moderation.text").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _roots(lines: Sequence[str]) -> Iterator[tuple[re.Pattern[str], Entry]]:
    """One pattern for all lines of a kind and severity: a word is tried against few."""
    grouped: dict[Entry, list[str]] = {}
    for line in lines:
        kind, severity, pattern = line.split(" ", 2)
        entry = Entry(Kind(kind), Severity(int(severity)))
        grouped.setdefault(entry, []).append(pattern.replace("~", _PREFIX).replace("ё", "е"))
    ordered = sorted(grouped, key=lambda entry: (entry.kind is Kind.INSULT, -entry.severity))
    for entry in ordered:
        yield re.compile("|".join(f"(?:{pattern})" for pattern in grouped[entry])), entry
