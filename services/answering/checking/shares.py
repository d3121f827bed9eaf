"""Parts of a whole: half, a quarter of an hour, nine out of ten."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from services.answering.checking.numerals import Numeral
from services.answering.checking.quantity import Quantity, quantity
from services.answering.checking.reading import Reading, Token
from services.answering.checking.units import word_unit

_SHARES: Final = {
    "половин": 50.0, "четверть": 25.0, "четверти": 25.0, "треть": 100 / 3, "трети": 100 / 3,
    "half": 50.0, "quarter": 25.0, "third": 100 / 3, "halves": 50.0, "quarters": 25.0,
}  # fmt: skip
_SHARE_LINKS: Final = frozenset({"of", "a", "an"})
_PLURAL: Final = frozenset({"hours", "days", "weeks", "months", "years", "minutes"})


@lru_cache(maxsize=50_000)
def share_of(low: str) -> float | None:
    """Give the per cent that a word like "half" names."""
    return next((v for stem, v in _SHARES.items() if low.startswith(stem)), None)


def shares(reading: Reading, token: Token) -> Iterator[Quantity]:
    """Find "half", and "a quarter of an hour", which is a time."""
    at = token.index
    share = share_of(token.low)
    following = reading.near(at + 1, token.sentence)
    if token.low == "пол" and following is not None and following.before == "-":
        share = 50.0
    if share is None or token.low == "third":
        return
    while following is not None and following.low in _SHARE_LINKS:
        following = reading.near(following.index + 1, token.sentence)
    dimension, factor = word_unit(following) if following is not None else ("", 1.0)
    if following is not None and dimension in {"time", "months"} and following.low not in _PLURAL:
        value = round(share / 100 * factor, 4)
        yield quantity(frozenset({(dimension, value)}), at, following.index, dimension)
    else:
        yield quantity(frozenset({("percent", share)}), at, at, "percent")


def ends_share(reading: Reading, before: Token) -> bool:
    """Tell whether "an" of "half an hour" belongs to the share."""
    while before.low in _SHARE_LINKS:
        earlier = reading.near(before.index - 1, before.sentence)
        if earlier is None:
            return False
        before = earlier
    return share_of(before.low) is not None


def whole_of(reading: Reading, numeral: Numeral, known: Sequence[Numeral]) -> Numeral | None:
    """Find Y of "X out of Y": a share."""
    following = reading.near(numeral.last + 1, reading.tokens[numeral.first].sentence)
    steps = 0
    while following is not None and following.low not in {"out", "из"} and steps < 1:
        following, steps = reading.near(following.index + 1, following.sentence), steps + 1
    if following is None or following.low not in {"out", "из"}:
        return None
    start = following.index + (2 if following.low == "out" else 1)
    return next((n for n in known if n.first == start and not n.is_ordinal), None)
