"""Ways to mask rude words, written apart from those that copies for training are masked with."""

import random
import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

_WORD: Final = re.compile(r"[А-Яа-яЁё]+|[A-Za-z]+")
_ALIKE: Final = {
    "а": "aα", "е": "e", "о": "oοօ", "р": "pρ", "с": "cϲ", "у": "yγ", "х": "xχ", "к": "kκ",
    "м": "m", "т": "τ", "и": "u", "в": "β", "н": "ʜ",
}  # fmt: skip
_DIGITS: Final = {
    "о": "0", "з": "3", "е": "3", "а": "@4", "б": "6", "и": "1!", "ч": "4", "с": "$5", "т": "7",
}  # fmt: skip
_SOUNDS: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "j", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_VOWELS: Final = "аеёиоуыэюя"

Mask = Callable[[str, random.Random], str]


def _swapped(word: str, dice: random.Random, table: Mapping[str, str], share: float) -> str:
    places = [at for at, letter in enumerate(word) if letter in table]
    chosen = set(dice.sample(places, max(1, round(share * len(places))))) if places else set()
    return "".join(
        dice.choice(table[letter]) if at in chosen else letter for at, letter in enumerate(word)
    )


def _starred(word: str, dice: random.Random) -> str:
    hidden = dice.randint(1, max(1, len(word) - 2))
    first = dice.randint(1, max(1, len(word) - 1 - hidden))
    return word[:first] + "*" * hidden + word[first + hidden :]


def _tripled(word: str, dice: random.Random) -> str:
    places = [at for at, letter in enumerate(word) if letter in _VOWELS] or [len(word) - 1]
    at = dice.choice(places)
    return word[:at] + word[at] * dice.randint(3, 7) + word[at + 1 :]


MASKS: Final[dict[str, Mask]] = {
    "homoglyph": lambda word, dice: _swapped(word, dice, _ALIKE, 0.6),
    "leet": lambda word, dice: _swapped(word, dice, _DIGITS, 0.7),
    "asterisk": _starred,
    "spaced": lambda word, _: " ".join(word),
    "dots": lambda word, dice: dice.choice(".-_").join(word),
    "zero-width": lambda word, dice: dice.choice("\u200b\u200c\u2060\u00ad").join(word),
    "tripled": _tripled,
    "translit": lambda word, _: "".join(_SOUNDS.get(letter, letter) for letter in word),
}
MIXED: Final = "mixed"


def masked(text: str, forms: Collection[str], kind: str, dice: random.Random) -> str:
    """Mask all words of a text that are rude forms; "mixed" draws two ways for each."""

    def mask(found: re.Match[str]) -> str:
        word = found[0].lower()
        if word.replace("ё", "е") not in forms:
            return found[0]
        if kind != MIXED:
            return MASKS[kind](word, dice)
        first, second = dice.sample(("homoglyph", "leet", "tripled"), 1) + dice.sample(
            ("dots", "zero-width", "spaced"), 1
        )
        return MASKS[second](MASKS[first](word, dice), dice)

    return _WORD.sub(mask, text)


def rude_forms(text: str, forms: Collection[str]) -> list[str]:
    """List the words of a text that are rude forms of three letters and more."""
    words = (found[0].lower().replace("ё", "е") for found in _WORD.finditer(text))
    return [word for word in words if word in forms]
