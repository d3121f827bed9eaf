"""Numbers with what they count: 40 минут, полтора часа, 4.1%, $145."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from services.answering.checking.clocks import clock_times
from services.answering.checking.numerals import Numeral, scale_of
from services.answering.checking.quantity import Quantity, Value, quantity
from services.answering.checking.reading import Reading, Token
from services.answering.checking.shares import ends_share, shares, whole_of
from services.answering.checking.units import (
    is_unit,
    sign_of,
    unit_in_one_word,
    unit_of,
    word_unit,
)

_DASHES: Final = frozenset({"-", "–", "—"})
_RANGE: Final = frozenset({"до", "по", "to", "и", "and", "или", "or"})
_BOTH: Final = re.compile(r"^(?:оба|обе|обоих|обеих|both)$")
_ALONE: Final = re.compile(
    r"^(?:a|an|one|за|дольше|больше|меньше|более|менее|через|течение|within|один|одну|одна|одного|одной|next)$"
)
_MINUTES: Final = 60


def quantities(reading: Reading, known: Sequence[Numeral], taken: frozenset[int]) -> list[Quantity]:
    """Find the quantities of a text.

    Args:
        reading: The text.
        known: Its numerals.
        taken: Places of tokens that are parts of dates.
    """
    found = [
        q for q in _found(reading, known, taken) if not set(range(q.first, q.last + 1)) & taken
    ]
    whole = [q for q in found if not any(_is_part(q, other) for other in found)]
    return _sums(sorted(whole, key=lambda q: q.first), reading)


def _is_part(one: Quantity, other: Quantity) -> bool:
    """Tell the half of "an hour and a half" from a half that stands alone."""
    longer = other.last - other.first > one.last - one.first
    return longer and other.first <= one.first and one.last <= other.last


def _found(reading: Reading, known: Sequence[Numeral], taken: frozenset[int]) -> Iterator[Quantity]:
    for numeral in known:
        yield _measured(reading, numeral, known)
    covered = {i for n in known for i in range(n.first, n.last + 1)} | taken
    for token in reading.tokens:
        if token.index not in covered:
            yield from _without_numeral(reading, token)


def _measured(reading: Reading, numeral: Numeral, known: Sequence[Numeral]) -> Quantity:
    here = reading.tokens[numeral.first]
    if numeral.is_ordinal:
        values = frozenset(("order", value) for value in numeral.values)
        return quantity(values, numeral.first, numeral.last, "order")
    following = reading.near(numeral.last + 1, here.sentence)
    clock = clock_times(reading, numeral)
    further = None if clock else _end_of_range(reading, numeral, known)
    if further is not None:
        end = _measured(reading, further, ())
        factor = _scale(further, reading)
        scaled = frozenset(
            (end.dimension, round(v * f, 4))
            for v in numeral.values
            for f in {1.0, factor, _factor(reading, further), factor * _factor(reading, further)}
        )
        return quantity(scaled, numeral.first, numeral.last, end.dimension, end.counted)
    sign = sign_of(here.before[-1:]) or sign_of(reading.tokens[numeral.last].after.strip()[:1])
    cents = _cents(reading, following)
    dimension, factor = unit_of("percent" if cents else sign, following)
    ends = cents or numeral.last + (1 if dimension and following and is_unit(following) else 0)
    ends = _half_more(reading, ends)
    more = 0.5 if ends > numeral.last + 1 and dimension == "time" else 0.0
    counts: set[Value] = {
        (dimension, round((value + more) * factor, 4)) for value in numeral.values
    } or {("written", numeral.written)}
    whole = whole_of(reading, numeral, known)
    if whole is not None:
        shares = {
            ("percent", round(100 * v / w, 4)) for v in numeral.values for w in whole.values if w
        }
        return quantity(frozenset(counts | shares), numeral.first, whole.last, "percent")
    if clock:
        return quantity(frozenset(counts | clock), numeral.first, ends, "clock")
    counted = following if not dimension and following and _thing(following) else None
    made = quantity(frozenset(counts), numeral.first, ends, dimension, counted)
    return replace(made, is_both=_BOTH.match(here.low) is not None)


def _cents(reading: Reading, following: Token | None) -> int:
    """Give the place of the "cent" of "per cent"; 0 when it does not stand here."""
    if following is None or following.low != "per":
        return 0
    cent = reading.near(following.index + 1, following.sentence)
    return cent.index if cent is not None and cent.low == "cent" else 0


def _end_of_range(reading: Reading, numeral: Numeral, known: Sequence[Numeral]) -> Numeral | None:
    """Find B of "от A до B литров": what B counts, A counts too."""
    link = reading.near(numeral.last + 1, reading.tokens[numeral.first].sentence)
    if link is None or not (link.low in _RANGE or link.before.strip() in _DASHES):
        return None
    start = link.index + (link.low in _RANGE)
    return next((n for n in known if n.first == start), None)


def _factor(reading: Reading, numeral: Numeral) -> float:
    following = reading.near(numeral.last + 1, reading.tokens[numeral.first].sentence)
    return word_unit(following)[1] if following is not None and is_unit(following) else 1.0


def _scale(numeral: Numeral, reading: Reading) -> float:
    return float(scale_of(reading.tokens[numeral.last].low))


def _thing(token: Token) -> bool:
    return token.content and token.before in {" ", "\u00a0"} and not token.is_verb


def _half_more(reading: Reading, index: int) -> int:
    """Step over "and a half" behind a unit."""
    following = [reading.at(index + step) for step in (1, 2, 3)]
    if [token.low if token else "" for token in following] == ["and", "a", "half"]:
        return index + 3
    return index


def _without_numeral(reading: Reading, token: Token) -> Iterator[Quantity]:
    at = token.index
    yield from _inunit_in_one_word(token)
    yield from shares(reading, token)
    before = reading.near(at - 1, token.sentence)
    dimension, factor = word_unit(token)
    if (
        before
        and not ends_share(reading, before)
        and _ALONE.match(before.low)
        and dimension in {"time", "months"}
        and _one(before, reading)
    ):
        last = _half_more(reading, at)
        extra = 0.5 if last > at else 0.0
        yield quantity(frozenset({(dimension, (1 + extra) * factor)}), at, last, dimension)


def _inunit_in_one_word(token: Token) -> Iterator[Quantity]:
    counted = unit_in_one_word(token.low)
    if counted is not None:
        dimension, value = counted
        yield quantity(frozenset({(dimension, value)}), token.index, token.index, dimension)


def _one(before: Token, reading: Reading) -> bool:
    """Tell "in a week", a quantity, from "twice a week", which is none."""
    earlier = reading.near(before.index - 1, before.sentence)
    often = {"once", "twice", "times", "files", "раз"}
    return (
        before.low not in {"a", "an"}
        or earlier is None
        or (not earlier.is_digits and earlier.low not in often and not earlier.content)
    )


def _sums(found: Sequence[Quantity], reading: Reading) -> list[Quantity]:
    """Add hours to minutes that follow: "2 часа 18 минут" is one quantity."""
    joined: list[Quantity] = []
    for one in found:
        previous = joined[-1] if joined else None
        if previous and _adds(previous, one, reading):
            total = max(previous.values) + max(one.values)  # type: ignore[type-var,operator]
            joined[-1] = quantity(frozenset({("time", total)}), previous.first, one.last, "time")
        else:
            joined.append(one)
    return joined


def _adds(previous: Quantity, one: Quantity, reading: Reading) -> bool:
    if previous.dimension != "time" or one.dimension != "time":
        return False
    between = reading.tokens[previous.last + 1 : one.first]
    near = all(token.low in {"и", "and"} for token in between)
    smaller = min(previous.values) % _MINUTES == 0 and max(one.values) < _MINUTES  # type: ignore[type-var,operator]
    return near and smaller and "," not in reading.tokens[one.first].before
