"""Copies of texts with their rude words masked, for training."""

import random
import re
from collections.abc import Callable
from typing import Final

from services.moderation.text.lexicon import Lexicon
from services.moderation.text.reading import Word

_ALIKE: Final = dict(zip("аеорсухкмтвн", "aeopcyxkmtbh", strict=True))
_LEET: Final = {
    "а": "@4", "о": "0", "е": "3", "з": "3", "ч": "4", "б": "6", "и": "1", "с": "$", "т": "7",
    "a": "@4", "o": "0", "e": "3", "i": "1", "s": "$5", "t": "7",
}  # fmt: skip
_LEET_SHARE: Final = 0.7
_SPOKEN: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "",
    "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_VOWELS: Final = frozenset("аеиоуыэюяaeiouy")


def _starred(word: str, dice: random.Random) -> str:
    inside = list(range(1, len(word) - 1)) or [0]
    hidden = set(dice.sample(inside, max(1, round(len(inside) * dice.choice((0.34, 0.5, 1.0))))))
    return "".join("*" if at in hidden else letter for at, letter in enumerate(word))


def _leet(word: str, dice: random.Random) -> str:
    return "".join(
        dice.choice(_LEET[each]) if each in _LEET and dice.random() < _LEET_SHARE else each
        for each in word
    )


def _tripled(word: str, dice: random.Random) -> str:
    times = dice.randint(3, 5)
    return "".join(letter * times if letter in _VOWELS else letter for letter in word)


WAYS: Final[tuple[Callable[[str, random.Random], str], ...]] = (
    lambda word, _: "".join(_ALIKE.get(letter, letter) for letter in word),
    _leet,
    _starred,
    _starred,
    lambda word, _: " ".join(word),
    lambda word, _: ".".join(word),
    lambda word, _: "\u200b".join(word),
    _tripled,
    lambda word, _: "".join(_SPOKEN.get(letter, letter) for letter in word),
)


def masked_copy(text: str, words: list[Word], lexicon: Lexicon, dice: random.Random) -> str | None:
    """Mask the rude words of a text, all in one way; None when it has none."""
    rude = [word for word in words if not word.is_masked and lexicon.is_rude(word.text)]
    if not rude:
        return None
    way = dice.choice(WAYS)
    for word in reversed(rude):
        text = text[: word.start] + way(word.text, dice) + text[word.end :]
    return text


def with_disguised_word(text: str, dice: random.Random) -> str:
    """Mask one ordinary word: that something is masked is not rude by itself."""
    found = list(re.finditer(r"[а-яё]{4,}|[a-z]{4,}", text.lower()))
    if not found:
        return text
    word = dice.choice(found)
    return text[: word.start()] + dice.choice(WAYS)(word[0], dice) + text[word.end() :]
