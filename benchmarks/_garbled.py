"""Questions as hands garble them: the wrong layout, Latin letters, a slip in each key word."""

import random
import re
from typing import Final

from services.answering.recovering import QueryRecovery
from services.knowledge.models import LibraryId
from services.knowledge.ports import Lemmatizer

_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_SHIFTED: Final = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_LAYOUT: Final = str.maketrans(_RUSSIAN + _RUSSIAN.upper() + "?", _LATIN + _SHIFTED + "&")
_SOUNDS: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        (
            "a", "b", "v", "g", "d", "e", "yo", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p",
            "r", "s", "t", "u", "f", "h", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
        ),
        strict=True,
    )
)  # fmt: skip
_SHORTEST: Final = 5
_WORD: Final = re.compile(r"[^\W\d_]+")


def in_wrong_layout(question: str) -> str:
    """Type a Russian question with the English layout on."""
    return question.translate(_LAYOUT)


def in_latin(question: str) -> str:
    """Write a Russian question as people do without a Russian keyboard; soft signs are dropped."""
    return "".join(_SOUNDS.get(letter, letter) for letter in question.lower())


def with_slips(question: str, lemmatizer: Lemmatizer, seed: int) -> str:
    """Make one slip in each content word of five letters and more."""
    rng = random.Random(seed)

    def slip(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < _SHORTEST or not lemmatizer.content_lemmas(word):
            return word
        return _slipped(word, rng)

    return _WORD.sub(slip, question)


def _slipped(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    ways = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + rng.choice("абвгдеклмнопрсту") + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    )
    return rng.choice(ways)


async def all_read(recovery: QueryRecovery, questions: list[str], library: LibraryId) -> list[str]:
    """Read every question by the words of a library."""
    return [await recovery.recovered(question, [library]) for question in questions]
