"""A text read word by word, as its author meant it to be read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from services.moderation.text.folding import Folded, fold
from services.moderation.text.lexicon import STAR, Lexicon
from services.moderation.text.meaning import EDGE, SHORT, Meaning
from services.moderation.text.torn import TornWords
from services.moderation.text.variants import plainly, squeezed

LINK, NAME = "§link", "§name"
_CHUNK: Final = re.compile(r"\S+")
_PLAIN: Final = re.compile(r"([«\"'(\[]*)([а-я]+|[a-z]+)([.,!?;:)(…\"'»\]]*)")
_LINK: Final = re.compile(
    r"(?:https?://|www\.|t\.me/)\S*"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:ru|com|org|net|me|io|info|рф)\b\S*"
)
_NAME: Final = re.compile(r"@[a-z0-9_]{4,}|\[(?:id|club)\d+\||#\w+")
_PIECE: Final = re.compile(r"[a-zа-я0-9*]+|[^\sa-zа-я0-9*]+")
_ROW: Final = re.compile(r"(.)\1\1")
_MOST_KEPT: Final = 20_000
_LONGEST_KEPT: Final = 48
_LONGEST_SIGNS: Final = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or one row of signs.

    Attributes:
        text: As it is read.
        start: In the original text.
        end: Behind its last character there.
        is_masked: It was written otherwise than words are written.
    """

    text: str
    start: int
    end: int
    is_masked: bool = False


_Piece = tuple[str, int, int, bool]


@dataclass(slots=True)
class Reader:
    """Reads texts; remembers pieces that it has read."""

    lexicon: Lexicon
    _meaning: Meaning = field(init=False)
    _torn: TornWords = field(init=False)
    _read: dict[str, tuple[_Piece, ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._meaning = Meaning(self.lexicon)
        self._torn = TornWords(self.lexicon, self._meaning)

    def __call__(self, text: str) -> list[Word]:
        """Read a text, in time linear in its length."""
        folded = fold(text)
        chunks = [found.span() for found in _CHUNK.finditer(folded.text)]
        words: list[Word] = []
        at = 0
        while at < len(chunks):
            start, end = chunks[at]
            joined = self._torn.at(folded.text, chunks, at)
            if joined is None:
                pieces = self._chunk(folded.text[start:end])
                words.extend(_word(folded, piece, start) for piece in pieces)
            else:
                last = chunks[at + joined.count - 1][1]
                last = start + len(folded.text[start:last].rstrip(EDGE))
                words.append(_word(folded, (joined.word, start, last, True), 0))
            at += 1 if joined is None else joined.count
        return words

    def _chunk(self, chunk: str) -> tuple[_Piece, ...]:
        known = self._read.get(chunk)
        if known is None:
            if len(self._read) >= _MOST_KEPT:
                self._read.clear()
            known = tuple(self._read_anew(chunk))
            if len(chunk) <= _LONGEST_KEPT:
                self._read[chunk] = known
        return known

    def _read_anew(self, chunk: str) -> Iterator[_Piece]:
        if _LINK.match(chunk):
            yield LINK, 0, len(chunk), False
        elif name := _NAME.match(chunk):
            yield NAME, 0, name.end(), False
            rest = self._chunk(chunk[name.end() :]) if name.end() < len(chunk) else ()
            yield from _shifted(rest, name.end())
        elif (plain := _PLAIN.fullmatch(chunk)) and not _ROW.search(plain[2]):
            yield from self._plain(plain)
        else:
            yield from self._strange(chunk)

    def _plain(self, plain: re.Match[str]) -> Iterator[_Piece]:
        word = plain[2]
        if plain[1]:
            yield plain[1], 0, plain.end(1), False
        is_clear = len(word) < SHORT or self.lexicon.is_ordinary(word) or self.lexicon.entry(word)
        meant = word if is_clear else self._meaning.of_word(word, plain[0])
        yield meant, plain.start(2), plain.end(2), meant != word
        if plain[3]:
            yield plain[3], plain.start(3), plain.end(), False

    def _strange(self, chunk: str) -> Iterator[_Piece]:
        core = chunk.strip(EDGE)
        start = len(chunk) - len(chunk.lstrip(EDGE))
        end = start + len(core)
        meant = self._meaning.unmasked(core, chunk) if core and not core.isdigit() else None
        if meant is None:
            yield from (self._piece(found) for found in _PIECE.finditer(chunk))
            return
        if start:
            yield chunk[:start], 0, start, False
        yield meant, start, end, True
        if end < len(chunk):
            yield chunk[end:], end, len(chunk), False

    def _piece(self, found: re.Match[str]) -> _Piece:
        piece = found[0]
        if STAR in piece:
            return re.sub(r"\*+", STAR, piece), found.start(), found.end(), False
        if not piece[0].isalnum():
            return piece[:_LONGEST_SIGNS], found.start(), found.end(), False
        if piece.isdigit():
            return piece, found.start(), found.end(), False
        is_clear = self.lexicon.is_ordinary(piece) or len(piece) < SHORT
        meant = (None if is_clear else self._meaning.rude(piece)) or plainly(piece)
        return meant, found.start(), found.end(), meant != squeezed(piece)


def _shifted(pieces: tuple[_Piece, ...], by: int) -> Iterator[_Piece]:
    return ((text, start + by, end + by, masked) for text, start, end, masked in pieces)


def _word(folded: Folded, piece: _Piece, start: int) -> Word:
    text, begin, end, masked = piece
    return Word(text, folded.origins[start + begin], folded.origins[start + end - 1] + 1, masked)
