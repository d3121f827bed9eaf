"""How often: daily, every day, раз в неделю."""

import re
from functools import lru_cache
from typing import Final

from services.answering.checking.anchors import Anchor
from services.answering.checking.reading import Reading, Token
from services.answering.checking.words import LIGHT

_ONE_WORD: Final = (
    ("day", re.compile(r"^(?:ежедневн\w+|daily)$")), ("week",
     re.compile(r"^(?:еженедельн\w+|weekly)$")),
    ("month", re.compile(r"^(?:ежемесячн\w+|monthly)$")),
    ("year", re.compile(r"^(?:ежегодн\w+|годовых|годовой|yearly|annual(?:ly)?)$")),
    ("hour", re.compile(r"^(?:ежечасн\w+|hourly)$")),
)  # fmt: skip
_UNITS: Final = (
    ("day", re.compile(r"^(?:день|дня|сутки|ночь|утро|вечер|day|night|morning|evening)$")), ("week",
     re.compile(r"^(?:недел[юия]|week)$")),
    ("month", re.compile(r"^(?:месяца?|month)$")), ("year", re.compile(r"^(?:года?|year)$")),
    ("hour", re.compile(r"^(?:часа?|hour)$")), ("minute", re.compile(r"^(?:минуту|minute)$")),
    ("second", re.compile(r"^(?:секунду|second)$")),
)  # fmt: skip
_BEFORE: Final = re.compile(r"^(?:в|кажд\w+|a|an|per|every|each)$")
_COUNTED: Final = re.compile(
    r"^(?:for|in|within|of|over|than|about|around|after|by|another|nearly|almost|half|quarter)$"
)


def periods(reading: Reading) -> list[Anchor]:
    """Find how often things happen."""
    return [anchor for token in reading.tokens if (anchor := _period(reading, token)) is not None]


def _period(reading: Reading, token: Token) -> Anchor | None:
    alone = _matching(_ONE_WORD, token.low)
    if alone is not None:
        return _anchor(alone, token.index, token.index)
    unit = _matching(_UNITS, token.low)
    if unit is None:
        return None
    before = reading.near(token.index - 1, token.sentence)
    if before is None or not _BEFORE.match(before.low) or _is_span(reading, before):
        return None
    return _anchor(unit, before.index, token.index)


@lru_cache(maxsize=50_000)
def _matching(patterns: tuple[tuple[str, re.Pattern[str]], ...], low: str) -> str | None:
    return next((value for value, pattern in patterns if pattern.match(low)), None)


def _is_span(reading: Reading, before: Token) -> bool:
    """Tell "for a week", how long, from "a week", how often."""
    earlier = reading.near(before.index - 1, before.sentence)
    if earlier is None:
        return before.low in {"a", "an", "в"}
    if before.low not in {"a", "an"}:
        return False
    return (
        earlier.is_verb
        or not earlier.form.keys.isdisjoint(LIGHT)
        or bool(_COUNTED.match(earlier.low))
    )


def _anchor(value: str, first: int, last: int) -> Anchor:
    return Anchor(family="period", values=frozenset({value}), first=first, last=last)
