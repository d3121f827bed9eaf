"""Numbers with what they count: 40 минут, полтора часа, 4.1%, $145."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.answering.checking.anchors import Anchor
from services.answering.checking.numerals import Numeral, cardinal, scale_of
from services.answering.checking.reading import Reading, Token

_UNITS: Final = (
    (re.compile(r"^(?:секунд\w*|сек|seconds?|secs?|ثانیه)$"), "time", 1 / 60),
    (re.compile(r"^(?:минут\w*|мин|minutes?|mins?|دقیقه)$"), "time", 1.0),
    (re.compile(r"^(?:час\w{0,3}|ч|hours?|hrs?|h|ساعت)$"), "time", 60.0),
    (re.compile(r"^(?:д(?:ень|ня|ней|ню|нем|ни|ням|нями|нях)|сут(?:ки|ок|кам|ками)|days?|روز)$"),
     "time", 1440.0),
    (re.compile(r"^(?:недел\w{1,3}|weeks?|هفته)$"), "time", 10080.0),
    (re.compile(r"^fortnights?$"), "time", 20160.0),
    (re.compile(r"^(?:месяц\w{0,3}|months?|ماه)$"), "months", 1.0),
    (re.compile(r"^(?:год\w{0,3}|лет|летам?и?|years?|سال)$"), "months", 12.0),
    (re.compile(r"^(?:десятилети\w{1,2}|decades?)$"), "months", 120.0),
    (re.compile(r"^(?:столети\w{1,2}|centur(?:y|ies))$"), "months", 1200.0),
    (re.compile(r"^(?:мм|миллиметр\w*|mm|millimet(?:er|re)s?)$"), "length", 0.001),
    (re.compile(r"^(?:см|сантиметр\w*|cm|centimet(?:er|re)s?)$"), "length", 0.01),
    (re.compile(r"^(?:м|метр\w{0,3}|m|met(?:er|re)s?)$"), "length", 1.0),
    (re.compile(r"^(?:км|километр\w*|km|kilomet(?:er|re)s?)$"), "length", 1000.0),
    (re.compile(r"^(?:мил(?:я|и|ь|ю|ями|ях)|miles?)$"), "miles", 1.0),
    (re.compile(r"^(?:мг|миллиграмм\w*|mg)$"), "mass", 0.001),
    (re.compile(r"^(?:г|гр|грамм\w*|g|grams?)$"), "mass", 1.0),
    (re.compile(r"^(?:кг|килограмм\w*|kg|kilograms?|kilos?|کیلو)$"), "mass", 1000.0),
    (re.compile(r"^(?:т|тонн\w{0,3}|tonnes?|tons?)$"), "mass", 1e6),
    (re.compile(r"^(?:мл|миллилитр\w*|ml|millilit(?:er|re)s?)$"), "volume", 0.001),
    (re.compile(r"^(?:л|литр\w{0,3}|l|lit(?:er|re)s?)$"), "volume", 1.0),
    (re.compile(r"^(?:процент\w*|percent|pct|درصد)$"), "percent", 1.0),
    (re.compile(r"^(?:градус\w*|degrees?|c|f|с|درجه)$"), "degrees", 1.0),
    (re.compile(r"^(?:коп|копе\w+)$"), "roubles", 0.01),
    (re.compile(r"^(?:руб|рубл\w+|roubles?|rubles?|rub)$"), "roubles", 1.0),
    (re.compile(r"^(?:доллар\w*|dollars?|usd)$"), "dollars", 1.0),
    (re.compile(r"^(?:евро|euros?|eur)$"), "euros", 1.0),
    (re.compile(r"^(?:фунт\w*|pounds?|gbp)$"), "pounds", 1.0),
    (re.compile(r"^(?:мб|мегабайт\w*|mb|megabytes?)$"), "bytes", 1.0),
    (re.compile(r"^(?:гб|гигабайт\w*|gb|gigabytes?)$"), "bytes", 1024.0),
    (re.compile(r"^(?:тб|терабайт\w*|tb|terabytes?)$"), "bytes", 1024.0**2),
    (re.compile(r"^(?:квт|киловатт\w*|kw|kilowatts?)$"), "power", 1.0),
    (re.compile(r"^(?:мвт|мегаватт\w*|mw|megawatts?)$"), "power", 1000.0),
)  # fmt: skip
_SIGNS: Final = {
    "%": "percent",
    "₽": "roubles",
    "$": "dollars",
    "€": "euros",
    "£": "pounds",
    "°": "degrees",
}
_DASHES: Final = frozenset({"-", "–", "—"})
_RANGE: Final = frozenset({"до", "по", "to", "и", "and", "или", "or"})
_HALF: Final = {
    "полчаса": ("time", 30.0), "полметра": ("length", 0.5), "полкило": ("mass", 500.0),
    "полгода": ("months", 6.0), "пол-литра": ("volume", 0.5), "поллитра": ("volume", 0.5),
    "полдня": ("time", 720.0), "полмесяца": ("months", 0.5), "полкилометра": ("length", 500.0),
    "полтонны": ("mass", 5e5),
}  # fmt: skip
_SHARES: Final = {
    "половин": 50.0, "четверть": 25.0, "четверти": 25.0, "треть": 100 / 3, "трети": 100 / 3,
    "half": 50.0, "quarter": 25.0, "third": 100 / 3, "halves": 50.0, "quarters": 25.0,
}  # fmt: skip
_JOINED: Final = re.compile(
    r"^(\w{3,}?)"
    r"(часов|дневн|недельн|месячн|летн|метров|литров|килограммов|тонн|процентн|минутн)\w+$"
)
_ADJECTIVE: Final = re.compile(
    r"^(часов|дневн|недельн|месячн|летн|метров|литров|килограммов|тонн|процентн|минутн)\w+$"
)
_JOINED_UNITS: Final = {
    "часов": ("time", 60.0), "дневн": ("time", 1440.0), "недельн": ("time", 10080.0),
    "месячн": ("months", 1.0), "летн": ("months", 12.0), "метров": ("length", 1.0),
    "литров": ("volume", 1.0), "килограммов": ("mass", 1000.0), "тонн": ("mass", 1e6),
    "процентн": ("percent", 1.0), "минутн": ("time", 1.0),
}  # fmt: skip
_SHARE_LINKS: Final = frozenset({"of", "a", "an"})
_PLURAL: Final = frozenset({"hours", "days", "weeks", "months", "years", "minutes"})
_ALONE: Final = re.compile(
    r"^(?:a|an|one|за|дольше|больше|меньше|более|менее|через|течение|within|один|одну|одна|одного|одной|next)$"
)
_CLOCK: Final = re.compile(r"^(\d{1,2})[:.](\d{2})$")
_HOUR_WORD: Final = re.compile(r"^час(?:а|ов)?$")
_AFTERNOON: Final = re.compile(r"^(?:вечера|дня|pm)$")
_MORNING: Final = re.compile(r"^(?:утра|ночи|am|o'clock)$")
_NOON: Final = 12 * 60
_HOURS: Final = 24
_MINUTES: Final = 60
_SHORT_MONTH: Final = 28 * 1440.0
_LONG_MONTH: Final = 31 * 1440.0

Value = tuple[str, float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Anchor):
    """A number that counts something.

    Attributes:
        dimension: Of what its unit measures; empty for things that are counted.
        counted: The thing, when it stands right behind.
    """

    dimension: str
    counted: Token | None

    def agrees(self, another: Anchor) -> bool:
        """Equal values of one dimension; one of them may leave its unit unsaid."""
        if not isinstance(another, Quantity):
            return False
        if {self.dimension, another.dimension} == {"time", "months"}:
            return _about_as_long(self, another)
        return not self.values.isdisjoint(another.values) and self._one_kind(another)

    def _one_kind(self, another: "Quantity") -> bool:
        if self.dimension == another.dimension:
            return True
        silent = another if self.dimension else self
        if silent.dimension == "order" or another.dimension == "order" or self.dimension == "order":
            return True
        if {self.dimension, another.dimension} == {"clock", "time"}:
            return True
        return not silent.dimension and silent.counted is None


def _about_as_long(one: Quantity, other: Quantity) -> bool:
    """Tell whether days make up months, as 30 make one and 365 a year."""
    months, time = (one, other) if one.dimension == "months" else (other, one)
    return any(
        isinstance(m, float) and isinstance(t, float) and m > 0
        and _SHORT_MONTH <= t / m <= _LONG_MONTH
        for m in months.values for t in time.values
    )  # fmt: skip


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
    return _sums(sorted(found, key=lambda q: q.first), reading)


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
        return _quantity(values, numeral.first, numeral.last, "order")
    following = reading.near(numeral.last + 1, here.sentence)
    clock = _clock(reading, numeral)
    further = None if clock else _end_of_range(reading, numeral, known)
    if further is not None:
        end = _measured(reading, further, ())
        factor = _scale(further, reading)
        scaled = frozenset(
            (end.dimension, round(v * f, 4))
            for v in numeral.values
            for f in {1.0, factor, _factor(reading, further), factor * _factor(reading, further)}
        )
        return _quantity(scaled, numeral.first, numeral.last, end.dimension, end.counted)
    sign = _sign(here.before[-1:]) or _sign(reading.tokens[numeral.last].after.strip()[:1])
    cents = _cents(reading, following)
    dimension, factor = _unit("percent" if cents else sign, following)
    ends = cents or numeral.last + (1 if dimension and following and _by_word(following) else 0)
    ends = _half_more(reading, ends)
    more = 0.5 if ends > numeral.last + 1 and dimension == "time" else 0.0
    counts: set[Value] = {
        (dimension, round((value + more) * factor, 4)) for value in numeral.values
    } or {("written", numeral.written)}
    whole = _whole_of(reading, numeral, known)
    if whole is not None:
        shares = {
            ("percent", round(100 * v / w, 4)) for v in numeral.values for w in whole.values if w
        }
        return _quantity(frozenset(counts | shares), numeral.first, whole.last, "percent")
    if clock:
        return _quantity(frozenset(counts | clock), numeral.first, ends, "clock")
    counted = following if not dimension and following and _thing(following) else None
    return _quantity(frozenset(counts), numeral.first, ends, dimension, counted)


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


def _whole_of(reading: Reading, numeral: Numeral, known: Sequence[Numeral]) -> Numeral | None:
    """Find Y of "X out of Y": a share."""
    following = reading.near(numeral.last + 1, reading.tokens[numeral.first].sentence)
    steps = 0
    while following is not None and following.low not in {"out", "из"} and steps < 1:
        following, steps = reading.near(following.index + 1, following.sentence), steps + 1
    if following is None or following.low not in {"out", "из"}:
        return None
    start = following.index + (2 if following.low == "out" else 1)
    return next((n for n in known if n.first == start and not n.is_ordinal), None)


def _factor(reading: Reading, numeral: Numeral) -> float:
    following = reading.near(numeral.last + 1, reading.tokens[numeral.first].sentence)
    return _word_unit(following)[1] if following is not None and _by_word(following) else 1.0


def _scale(numeral: Numeral, reading: Reading) -> float:
    return float(scale_of(reading.tokens[numeral.last].low))


def _quantity(
    values: frozenset[Value], first: int, last: int, dimension: str, counted: Token | None = None
) -> Quantity:
    plain = frozenset(value for _, value in values)
    return Quantity(
        family=f"quantity {dimension}".strip(), values=frozenset(plain), first=first, last=last,
        dimension=dimension, counted=counted,
    )  # fmt: skip


def _sign(char: str) -> str:
    return _SIGNS.get(char, "")


def _unit(sign: str, following: Token | None) -> tuple[str, float]:
    if sign:
        return sign, 1.0
    if following and following.before == "-" and (adjective := _ADJECTIVE.match(following.low)):
        return _JOINED_UNITS[adjective[1]]
    return _word_unit(following) if following and _by_word(following) else ("", 1.0)


def _by_word(following: Token) -> bool:
    if following.before not in {"", " ", "\u00a0", "\u202f", "-", " °", "°"}:
        return False
    return not (following.before == "-" and len(following.low) == 1) and bool(
        _word_unit(following)[0]
    )


def _word_unit(token: Token) -> tuple[str, float]:
    return _unit_named(token.low)


@lru_cache(maxsize=50_000)
def _unit_named(low: str) -> tuple[str, float]:
    for pattern, dimension, factor in _UNITS:
        if pattern.match(low):
            return dimension, factor
    return "", 1.0


def _thing(token: Token) -> bool:
    return token.content and token.before in {" ", "\u00a0"} and not token.is_verb


def _half_more(reading: Reading, index: int) -> int:
    """Step over "and a half" behind a unit."""
    following = [reading.at(index + step) for step in (1, 2, 3)]
    if [token.low if token else "" for token in following] == ["and", "a", "half"]:
        return index + 3
    return index


def _clock(reading: Reading, numeral: Numeral) -> set[Value]:
    match = _CLOCK.match(numeral.written)
    if match and int(match[1]) < _HOURS and int(match[2]) < _MINUTES:
        return {("clock", int(match[1]) * 60.0 + int(match[2]))}
    following = reading.at(numeral.last + 1)
    if following is not None and _HOUR_WORD.match(following.low):
        following = reading.at(following.index + 1)
    if following is None or following.before.strip():
        return set()
    hours = {60 * value for value in numeral.values if value <= _HOURS}
    if _AFTERNOON.match(following.low):
        return {("clock", hour + _NOON if hour < _NOON else hour) for hour in hours}
    if _MORNING.match(following.low):
        return {("clock", hour) for hour in hours}
    return set()


def _without_numeral(reading: Reading, token: Token) -> Iterator[Quantity]:
    at = token.index
    yield from _in_one_word(token)
    yield from _shares(reading, token)
    before = reading.near(at - 1, token.sentence)
    dimension, factor = _word_unit(token)
    if (
        before
        and not _ends_share(reading, before)
        and _ALONE.match(before.low)
        and dimension in {"time", "months"}
        and _one(before, reading)
    ):
        last = _half_more(reading, at)
        extra = 0.5 if last > at else 0.0
        yield _quantity(frozenset({(dimension, (1 + extra) * factor)}), at, last, dimension)


def _in_one_word(token: Token) -> Iterator[Quantity]:
    counted = _one_word(token.low)
    if counted is not None:
        dimension, value = counted
        yield _quantity(frozenset({(dimension, value)}), token.index, token.index, dimension)


@lru_cache(maxsize=50_000)
def _one_word(low: str) -> tuple[str, float] | None:
    """Measure "полгода" and "трёхдневный"."""
    joined = _JOINED.match(low)
    if low in _HALF or joined is None:
        return _HALF.get(low)
    dimension, factor = _JOINED_UNITS[joined[2]]
    count = 1.0 if joined[1] == "одно" else cardinal(joined[1])
    return None if count is None else (dimension, count * factor)


@lru_cache(maxsize=50_000)
def _share_of(low: str) -> float | None:
    return next((v for stem, v in _SHARES.items() if low.startswith(stem)), None)


def _shares(reading: Reading, token: Token) -> Iterator[Quantity]:
    """Find "half", and "a quarter of an hour", which is a time."""
    at = token.index
    share = _share_of(token.low)
    following = reading.near(at + 1, token.sentence)
    if token.low == "пол" and following is not None and following.before == "-":
        share = 50.0
    if share is None or token.low == "third":
        return
    while following is not None and following.low in _SHARE_LINKS:
        following = reading.near(following.index + 1, token.sentence)
    dimension, factor = _word_unit(following) if following is not None else ("", 1.0)
    if following is not None and dimension in {"time", "months"} and following.low not in _PLURAL:
        value = round(share / 100 * factor, 4)
        yield _quantity(frozenset({(dimension, value)}), at, following.index, dimension)
    else:
        yield _quantity(frozenset({("percent", share)}), at, at, "percent")


def _ends_share(reading: Reading, before: Token) -> bool:
    """Tell whether "an" of "half an hour" belongs to the share."""
    while before.low in _SHARE_LINKS:
        earlier = reading.near(before.index - 1, before.sentence)
        if earlier is None:
            return False
        before = earlier
    return _share_of(before.low) is not None


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
    for quantity in found:
        previous = joined[-1] if joined else None
        if previous and _adds(previous, quantity, reading):
            total = max(previous.values) + max(quantity.values)  # type: ignore[type-var,operator]
            joined[-1] = _quantity(
                frozenset({("time", total)}), previous.first, quantity.last, "time"
            )
        else:
            joined.append(quantity)
    return joined


def _adds(previous: Quantity, quantity: Quantity, reading: Reading) -> bool:
    if previous.dimension != "time" or quantity.dimension != "time":
        return False
    between = reading.tokens[previous.last + 1 : quantity.first]
    near = all(token.low in {"и", "and"} for token in between)
    smaller = min(previous.values) % _MINUTES == 0 and max(quantity.values) < _MINUTES  # type: ignore[type-var,operator]
    return near and smaller and "," not in reading.tokens[quantity.first].before
