"""The language of a text, told by its script."""

import re
from typing import Final

_SCRIPTS: Final = {
    "ru": re.compile(r"[а-яё]", re.IGNORECASE),
    "fa": re.compile(r"[\u0600-\u06ff]"),
    "en": re.compile(r"[a-z]", re.IGNORECASE),
}
CLEAR_SHARE: Final = 0.5
NATIVE_SHARE: Final = 1 / 3


def language_of(text: str, fallback: str) -> str:
    """Tell ``ru``, ``fa`` or ``en`` when most letters are of its script, else the fallback.

    Latin names in a Russian question do not make it English: a text with a few Cyrillic words is
    Russian as soon as they are a third of its letters.

    Example:
        >>> language_of("Что такое Stable Diffusion XL?", "en")
        'ru'
    """
    letters = {name: len(script.findall(text)) for name, script in _SCRIPTS.items()}
    total = sum(letters.values())
    if not total:
        return fallback
    own = {name: letters[name] / total for name in ("ru", "fa")}
    native = max(own, key=lambda name: own[name])
    if own[native] >= NATIVE_SHARE:
        return native
    return "en" if letters["en"] / total >= CLEAR_SHARE else fallback
