"""Units of measure: what a word or sign measures, and by how much."""

import re
from functools import lru_cache
from typing import Final

from services.answering.checking.numerals import cardinal
from services.answering.checking.reading import Token

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
_HALF: Final = {
    "полчаса": ("time", 30.0), "полметра": ("length", 0.5), "полкило": ("mass", 500.0),
    "полгода": ("months", 6.0), "пол-литра": ("volume", 0.5), "поллитра": ("volume", 0.5),
    "полдня": ("time", 720.0), "полмесяца": ("months", 0.5), "полкилометра": ("length", 500.0),
    "полтонны": ("mass", 5e5),
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


def sign_of(char: str) -> str:
    """Give what a sign measures; empty for other characters."""
    return _SIGNS.get(char, "")


def unit_of(sign: str, following: Token | None) -> tuple[str, float]:
    """Give dimension and factor of what stands by a number."""
    if sign:
        return sign, 1.0
    if following and following.before == "-" and (adjective := _ADJECTIVE.match(following.low)):
        return _JOINED_UNITS[adjective[1]]
    return word_unit(following) if following and is_unit(following) else ("", 1.0)


def is_unit(following: Token) -> bool:
    """Tell whether the word behind a number is its unit."""
    if following.before not in {"", " ", "\u00a0", "\u202f", "-", " °", "°"}:
        return False
    return not (following.before == "-" and len(following.low) == 1) and bool(
        word_unit(following)[0]
    )


def word_unit(token: Token) -> tuple[str, float]:
    """Give dimension and factor of a word; an empty dimension when it is no unit."""
    return _unit_named(token.low)


@lru_cache(maxsize=50_000)
def _unit_named(low: str) -> tuple[str, float]:
    for pattern, dimension, factor in _UNITS:
        if pattern.match(low):
            return dimension, factor
    return "", 1.0


@lru_cache(maxsize=50_000)
def unit_in_one_word(low: str) -> tuple[str, float] | None:
    """Measure "полгода" and "трёхдневный"."""
    joined = _JOINED.match(low)
    if low in _HALF or joined is None:
        return _HALF.get(low)
    dimension, factor = _JOINED_UNITS[joined[2]]
    count = 1.0 if joined[1] == "одно" else cardinal(joined[1])
    return None if count is None else (dimension, count * factor)
