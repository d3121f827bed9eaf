"""What is counted in a text besides its n-grams."""

import math
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.moderation.models import Severity
from services.moderation.text.lexicon import Kind, Lexicon
from services.moderation.text.reading import LINK, NAME, Word

_MOST: Final = 3
_MANY: Final = 10
_EMOJI: Final = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50\u2B55]")
_MONEY: Final = re.compile(
    r"[$€₽₴₸£]|\b(?:руб|usd|usdt|eth|btc|дол+ар|тыс|к в день)\w*", re.IGNORECASE
)
_NUMBERS: Final = re.compile(r"\d+")


def rude_counts(words: Sequence[Word], lexicon: Lexicon) -> tuple[float, ...]:
    """Count rude words: grave and lesser obscene ones, insults, masked ones; and whether any is."""
    grave = lesser = insults = masked = 0
    for word in words:
        entry = lexicon.entry(word.text)
        if entry is None:
            continue
        masked += word.is_masked
        if entry.kind is Kind.INSULT:
            insults += 1
        elif entry.severity is Severity.GRAVE:
            grave += 1
        else:
            lesser += 1
    capped = [float(min(_MOST, count)) / _MOST for count in (grave, lesser, insults, masked)]
    return (*capped, float(grave > 0), float(lesser > 0), float(insults > 0))


def known_rude(words: Sequence[Word], lexicon: Lexicon) -> NDArray[np.bool_]:
    """Tell which words are known to be rude: by their roots, or from training."""
    return np.array([lexicon.is_rude(word.text) for word in words], dtype=np.bool_)


def known_polite(words: Sequence[Word], lexicon: Lexicon) -> NDArray[np.bool_]:
    """Tell which words are listed as only looking rude."""
    return np.array([lexicon.is_exception(word.text) for word in words], dtype=np.bool_)


def offer_counts(text: str, words: Sequence[Word]) -> tuple[float, ...]:
    """Count what offers are full of: links, names, emoji, money, numbers, mixed alphabets."""
    many = max(1, len(words))
    links = sum(word.text == LINK for word in words)
    names = sum(word.text == NAME for word in words)
    disguised = sum(word.is_masked for word in words)
    capitals = sum(letter.isupper() for letter in text)
    return (
        min(links, _MOST) / _MOST,
        min(names, _MOST) / _MOST,
        min(len(_EMOJI.findall(text)), _MANY) / _MANY,
        min(len(_MONEY.findall(text)), _MOST) / _MOST,
        min(len(_NUMBERS.findall(text)), _MANY) / _MANY,
        min(1.0, 4 * disguised / many),
        capitals / max(1, len(text)),
        min(2.0, math.log1p(len(text)) / 4),
        min(text.count("\n"), _MANY) / _MANY,
    )


def as_read(words: Sequence[Word]) -> str:
    """Write words as the models read them."""
    return " ".join(word.text for word in words)
