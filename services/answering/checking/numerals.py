"""Numerals in words and digits as values, several words as one value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.answering.checking.reading import Reading, Token

_RU_STEMS: Final = {
    "восемнадцат": 18, "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14,
    "пятнадцат": 15, "шестнадцат": 16, "семнадцат": 17, "девятнадцат": 19, "двадцат": 20,
    "тридцат": 30, "пятьдесят": 50, "пятидесят": 50, "шестьдесят": 60, "шестидесят": 60,
    "семьдесят": 70, "семидесят": 70, "восемьдесят": 80, "восьмидесят": 80, "пятьсот": 500,
    "пятисот": 500, "шестьсот": 600, "шестисот": 600, "семьсот": 700, "семисот": 700,
    "восемьсот": 800, "восьмисот": 800, "девятьсот": 900, "девятисот": 900, "четырехсот": 400,
    "пят": 5, "шест": 6, "сем": 7, "восем": 8, "девят": 9, "десят": 10,
}  # fmt: skip
_ENDINGS: Final = frozenset({"", "ь", "и", "ью"})
_RU_ONE: Final = re.compile(r"^(?:один|одна|одно|одну|одного|одной|одному|одним|одном)$")
_RU_FORMS: Final = {
    "два": 2, "две": 2, "двух": 2, "двум": 2, "двумя": 2, "три": 3, "трех": 3, "трем": 3,
    "тремя": 3, "четыре": 4, "четырех": 4, "четырем": 4, "четырьмя": 4, "оба": 2, "обе": 2,
    "обоих": 2, "обеих": 2, "сто": 100, "ста": 100, "двести": 200, "двухсот": 200, "триста": 300,
    "трехсот": 300, "четыреста": 400, "семи": 7, "восьми": 8, "сорок": 40, "сорока": 40,
    "девяносто": 90, "девяноста": 90, "ноль": 0, "нуля": 0, "дважды": 2, "трижды": 3, "вдвое": 2,
    "вдвоем": 2, "втрое": 3, "двое": 2, "двоих": 2, "трое": 3, "троих": 3, "четверо": 4,
    "полтора": 1.5, "полторы": 1.5, "полутора": 1.5, "восемью": 8, "дюжина": 12, "дюжину": 12,
    "дюжины": 12, "дюжин": 12,
}  # fmt: skip
_RU_ORDINAL: Final = re.compile(
    r"^(перв|втор|трет|четверт|пят|шест|седьм|восьм|девят|десят|одиннадцат|двенадцат|тринадцат|"
    r"четырнадцат|пятнадцат|шестнадцат|семнадцат|восемнадцат|девятнадцат|двадцат|тридцат|сороков|"
    r"пятидесят|сот)"
    r"(?:ый|ой|ий|ую|юю|ого|его|ому|ему|ым|им|ом|ем|ая|ую|ое|ые|ых|ыми|ья|ье|ьи|ью|ьей|ьего|ьему|ьем|ьим|ьих)$"
)
_RU_ORDINALS: Final = {
    "перв": 1, "втор": 2, "трет": 3, "четверт": 4, "пят": 5, "шест": 6, "седьм": 7, "восьм": 8,
    "девят": 9, "десят": 10, "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13,
    "четырнадцат": 14, "пятнадцат": 15, "шестнадцат": 16, "семнадцат": 17, "восемнадцат": 18,
    "девятнадцат": 19, "двадцат": 20, "тридцат": 30, "сороков": 40, "пятидесят": 50, "сот": 100,
}  # fmt: skip
_EN: Final = {
    "zero": 0, "one": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "twice": 2, "thrice": 3, "dozen": 12,
}  # fmt: skip
_EN_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50,
}  # fmt: skip
_FA: Final = {
    "دو": 2, "سه": 3, "چهار": 4, "پنج": 5, "شش": 6, "هفت": 7, "هشت": 8, "ده": 10, "بیست": 20,
    "سی": 30, "چهل": 40, "پنجاه": 50, "صد": 100,
}  # fmt: skip
# "один", "one", "یک" and "نه" are as often other words as numbers: alone they prove nothing.
_SCALES: Final = (
    (re.compile(r"^(?:тыс|тысяч[аеиу]?|тысячами|тысячам|тысячах|thousands?|هزار)$"), 10**3),
    (re.compile(r"^(?:млн|миллион\w*|millions?|mln|میلیون)$"), 10**6),
    (re.compile(r"^(?:млрд|миллиард\w*|billions?|bn|میلیارد)$"), 10**9),
    (re.compile(r"^(?:трлн|триллион\w*|trillions?|tn)$"), 10**12),
)
_ISO: Final = re.compile(r"^\d{4}-\d{2}(?:-\d{2})?$")
_HUNDRED: Final = 100
_TEN: Final = 10
_TENS: Final = 20
_GROUP: Final = 3
_THOUSAND: Final = 1000
_DOZEN: Final = 12
_DOZENS: Final = frozenset({"dozen", "дюжина", "дюжину", "дюжины", "дюжин"})
_BIGGEST: Final = 10.0**13
_PLURAL_SCALES: Final = frozenset(
    {"тысячи", "миллионы", "thousands", "millions", "тысячах", "тыс", "млн", "млрд", "hundred"}
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in its place.

    Attributes:
        values: What it may stand for.
        written: As in the text, for digits; empty for words.
        is_ordinal: It tells a place in an order.
    """

    values: frozenset[float]
    first: int
    last: int
    written: str = ""
    is_ordinal: bool = False


def numerals(reading: Reading) -> list[Numeral]:
    """Find the numbers of a text, those in words too, each as long as it goes."""
    found: list[Numeral] = []
    index = 0
    while index < len(reading.tokens):
        numeral = _digits(reading, index) or _words(reading, index)
        if numeral is not None:
            found.append(numeral)
            index = numeral.last
        index += 1
    return found


@lru_cache(maxsize=50_000)
def scale_of(low: str) -> int:
    """Give the factor of a word like "тысяч"; 1 for other words."""
    return next((factor for pattern, factor in _SCALES if pattern.match(low)), 1)


def _digits(reading: Reading, index: int) -> Numeral | None:
    here = reading.tokens[index]
    if not here.is_digits:
        return None
    written, last = _ascii(here.low), index
    for token in reading.tokens[index + 1 :]:
        if not token.is_digits or token.sentence != here.sentence:
            break
        groups = token.before in {" ", "\u00a0", "\u202f"} and len(token.low) == _GROUP
        iso = token.before == "-" and _ISO.match(f"{written}-{token.low}")
        if not groups and token.before not in {".", ",", ":"} and not iso:
            break
        if groups and len(written.split(" ")[0]) > _GROUP:
            break
        written += (" " if groups else token.before) + _ascii(token.low)
        last = token.index
    values = frozenset(_readings(written))
    return _scaled(reading, values, index, last, written)


def _ascii(digits: str) -> str:
    return "".join(str(int(char)) if char.isdecimal() else "0" for char in digits)


def _readings(written: str) -> Iterator[float]:
    joined = written.replace(" ", "")
    parts = re.split(r"[.,:-]", joined)
    if len(parts) > 2 or ":" in joined or "-" in joined:  # noqa: PLR2004 - a time, a score, a version
        yield from (float(part) for part in parts if len(parts) > 2 and "-" not in joined)  # noqa: PLR2004
        if all(len(part) == _GROUP for part in parts[1:]) and "-" not in joined:
            yield float("".join(parts))
        return
    yield float(joined.replace(",", "."))
    if len(parts) == 2 and len(parts[1]) == _GROUP:  # noqa: PLR2004
        yield float("".join(parts))


def _scaled(
    reading: Reading, values: frozenset[float], first: int, last: int, written: str = ""
) -> Numeral:
    sentence = reading.tokens[first].sentence
    following = reading.near(last + 1, sentence)
    if following is not None and following.before in {"", " ", "-", "\u00a0", "\u202f", "."}:
        attached = {"K": 10**3, "M": 10**6, "B": 10**9}.get(following.text, scale_of(following.low))
        factor = attached if not following.before else scale_of(following.low)
        if factor > 1:
            scaled = frozenset(round(value * factor, 6) for value in values)
            return Numeral(scaled, first, last + 1, written)
    return Numeral(values, first, last, written)


def _words(reading: Reading, index: int) -> Numeral | None:
    run = _linked(reading, index)
    total, group, previous, used = 0.0, 0.0, _BIGGEST, 0
    for token in run:
        factor = scale_of(token.low)
        part = float(factor) if factor > 1 else cardinal(token.low)
        if part is None or not _continues(part, previous, first=not used):
            break
        if used and token.low in _DOZENS:
            total, group = total + group * part, 0.0
        elif factor > 1:
            total, group = total + max(group, 1.0) * factor, 0.0
        else:
            group = group * part if part == _HUNDRED and 0 < group < _TEN else group + part
        previous, used = part, used + 1
    group, used = _half_more(run, group, used)
    last = index + used - 1
    ordinal = (
        ordinal_of(run[used].low) if used < len(run) and (not used or group >= _TENS) else None
    )
    if ordinal is not None and (not used or ordinal < _TEN):
        return Numeral(frozenset({total + group + ordinal}), index, last + 1, is_ordinal=True)
    alone = used == 1 and (group == 1 or reading.tokens[index].low in _PLURAL_SCALES)
    return Numeral(frozenset({total + group}), index, last) if used and not alone else None


def _half_more(run: list[Token], group: float, used: int) -> tuple[float, int]:
    """Add the half of "два с половиной" and "two and a half"."""
    rest = [token.low for token in run[used : used + 3]]
    if used and rest[:2] == ["с", "половиной"]:
        return group + 0.5, used + 2
    if used and rest == ["and", "a", "half"]:
        return group + 0.5, used + 3
    return group, used


def _linked(reading: Reading, index: int) -> list[Token]:
    """The words from here on that nothing but a space or hyphen parts."""
    run = [reading.tokens[index]]
    for token in reading.tokens[index + 1 :]:
        if token.sentence != run[0].sentence or token.before not in {" ", "-", "\u00a0"}:
            break
        run.append(token)
    return run


def _continues(part: float, previous: float, *, first: bool) -> bool:
    if first or (part == _DOZEN and previous < _TEN):
        return True
    if part >= _THOUSAND:
        return previous < _THOUSAND
    if part == _HUNDRED:
        return previous < _TEN or previous >= _THOUSAND
    return part < previous and previous >= _TENS and not (part >= _TEN and previous < _HUNDRED)


@lru_cache(maxsize=50_000)
def cardinal(low: str) -> float | None:
    """Give the value of a numeral in one word; 1 of "один" and "one" too."""
    if low in _RU_FORMS or low in _EN or low in _FA:
        return float(_RU_FORMS.get(low, _EN.get(low, _FA.get(low, 0))))
    if _RU_ONE.match(low):
        return 1.0
    stem = next((s for s in _RU_STEMS if low.startswith(s) and low[len(s) :] in _ENDINGS), None)
    return None if stem is None else float(_RU_STEMS[stem])


@lru_cache(maxsize=50_000)
def ordinal_of(low: str) -> float | None:
    """Give the place that an ordinal names."""
    match = _RU_ORDINAL.match(low)
    if match is not None:
        return float(_RU_ORDINALS[match[1]])
    return float(_EN_ORDINALS[low]) if low in _EN_ORDINALS else None


def is_numeral(token: Token) -> bool:
    """Tell whether a token writes a number, in digits or in words."""
    if token.is_digits or scale_of(token.low) > 1:
        return True
    return cardinal(token.low) is not None or ordinal_of(token.low) is not None
