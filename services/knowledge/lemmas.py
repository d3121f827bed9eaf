"""Words to index terms; a question and a passage with the same word give the same term."""

import re
import unicodedata
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from services.knowledge.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CACHED_WORDS: Final = 200_000
_LONGEST_TERM: Final = 64
# 1.3 and 1,3 are one number; everything else is a run of letters and digits.
_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_LATIN_WORD: Final = re.compile(r"[a-z]+")
_ARABIC_SCRIPT: Final = re.compile(r"[\u0600-\u06ff]")
_PERSIAN_PLURAL: Final = re.compile(r"(?<=..)(?:هایی|هایم|هاشون|های|ها)$")

# Persian keyboards, Arabic keyboards and web pages write one letter with several code points;
# ZWNJ is typed or not at will, vowel marks and stress marks hardly ever.
_FOLD: Final = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ؤ": "و",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ё": "е",
        "\u200b": None, "\u200c": None, "\u200d": None, "\u200e": None, "\u200f": None,
        "\u00ad": None, "\u0640": None, "\u0300": None, "\u0301": None, "\u0670": None,
        **{chr(mark): None for mark in range(0x064B, 0x0660)},
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
    }
)  # fmt: skip


def normalise(text: str) -> str:
    """Fold what writers vary without meaning it: case, ё, Persian letters, digits, marks."""
    composed = unicodedata.normalize("NFKC", text).lower()
    return composed.translate(_FOLD)


class MorphologicalLemmatizer:
    """Lemmas by script: pymorphy3 for Cyrillic, Snowball for Latin, plural endings for Persian.

    Dictionaries are loaded at the first word that needs them (about 0.1 s), so call it off the
    event loop the first time; later calls cost a dictionary look-up for each word. Safe to use
    from several threads.
    """

    def __init__(self) -> None:
        self._loading = Lock()
        self._cyrillic: Callable[[str], str] | None = None
        self._latin: Callable[[str], str] | None = None
        self._term = lru_cache(maxsize=_CACHED_WORDS)(self._find_term)

    def lemmas(self, text: str) -> list[str]:
        """Give a term for each word, function words included, in reading order."""
        return [self._term(token) for token in _tokens(text)]

    def content_lemmas(self, text: str) -> list[str]:
        """Give a term for each word that is no function word; may be empty."""
        terms = ((token, self._term(token)) for token in _tokens(text))
        return [term for token, term in terms if token not in STOP_WORDS and term not in STOP_WORDS]

    def load(self) -> None:
        """Load the dictionaries now, for example at start and off the event loop."""
        self._load()

    def _find_term(self, token: str) -> str:
        token = token[:_LONGEST_TERM]
        if _CYRILLIC.search(token):
            return self._cyrillic_lemma(token)
        if _LATIN_WORD.fullmatch(token):
            return self._latin_stem(token)
        if _ARABIC_SCRIPT.search(token):
            return _PERSIAN_PLURAL.sub("", token)
        return token

    def _cyrillic_lemma(self, token: str) -> str:
        lemma = self._cyrillic or self._load()[0]
        return lemma(token).replace("ё", "е")

    def _latin_stem(self, token: str) -> str:
        stem = self._latin or self._load()[1]
        with self._loading:  # a Snowball stemmer keeps the word it works on in itself
            return stem(token)

    def _load(self) -> tuple["Callable[[str], str]", "Callable[[str], str]"]:
        with self._loading:
            self._cyrillic = self._cyrillic or _pymorphy()
            self._latin = self._latin or _snowball()
            return self._cyrillic, self._latin


def _tokens(text: str) -> "Iterator[str]":
    for match in _TOKEN.finditer(normalise(text)):
        yield match.group().replace(",", ".")


def _pymorphy() -> "Callable[[str], str]":
    # Loads a library and dictionaries: only when a Cyrillic word comes.
    from services.knowledge.dictionary import RussianDictionary  # noqa: PLC0415

    analyzer = RussianDictionary()

    def lemma(word: str) -> str:
        parses = analyzer.parse(word)
        return str(parses[0].normal_form) if parses else word

    return lemma


def _snowball() -> "Callable[[str], str]":
    import snowballstemmer  # noqa: PLC0415  as above

    stemmer: Any = snowballstemmer.stemmer("english")

    def stem(word: str) -> str:
        return str(stemmer.stemWord(word))

    return stem
