"""A text as words and signs, each with its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r"[^\W_]+(?:[-*'’@][^\W_]+)*|[^\w\s]+|_+")
_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a row of signs.

    Attributes:
        start: In the text.
        end: Behind its last character there.
        meant: The word that is meant by what is written in disguise.
    """

    text: str
    start: int
    end: int
    meant: str = ""

    @property
    def is_word(self) -> bool:
        """Tell a word from signs."""
        return bool(self.meant) or self.text[0].isalnum()

    @property
    def folded(self) -> str:
        """Give it as the dictionary writes it: small letters, е for ё, nothing drawn out."""
        return self.meant or folded(self.text)


def tokens(text: str) -> list[Token]:
    """Split a text.

    Example:
        >>> [token.text for token in tokens("Ну-ка, брысь!!")]
        ['Ну-ка', ',', 'брысь', '!!']
    """
    return [Token(found[0], found.start(), found.end()) for found in _TOKEN.finditer(text)]


def folded(word: str) -> str:
    """Fold what writers vary: case, ё, letters drawn out."""
    return _DRAWN_OUT.sub(r"\1", word.lower().replace("ё", "е"))


def unmasked(words: list[Token], text: str, meant: Mapping[tuple[int, int], str]) -> list[Token]:
    """Put words that somebody wrote in disguise into the places of their pieces.

    Args:
        words: Of the text.
        text: As it was written.
        meant: Which word stands at [start, end) characters.

    Example:
        >>> text = "ну б л и н"
        >>> [word.folded for word in unmasked(tokens(text), text, {(3, 10): "блин"})]
        ['ну', 'блин']
    """
    for (start, end), word in meant.items():
        inside = [each for each in words if each.start < end and start < each.end]
        if inside and (len(inside) > 1 or inside[0].folded != folded(word)):
            at = words.index(inside[0])
            begin, behind = min(start, inside[0].start), max(end, inside[-1].end)
            whole = Token(text[begin:behind], begin, behind, folded(word))
            words = [*words[:at], whole, *words[at + len(inside) :]]
    return words


def is_russian(text: str) -> bool:
    """Tell whether at least half of the letters are Russian."""
    letters = [letter for letter in text.lower() if letter.isalpha()]
    return 2 * sum("а" <= letter <= "я" or letter == "ё" for letter in letters) >= len(letters)
