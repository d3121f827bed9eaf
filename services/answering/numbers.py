"""Numbers of a text as values, whichever way they are written."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_NUMBER = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_AFTER = re.compile(r"\s*[-–]?\s*([^\W\d_]+)\.?")

_UNITS: Final = {
    "ноль": 0, "два": 2, "две": 2, "двух": 2, "двумя": 2, "двум": 2, "оба": 2, "обе": 2,
    "три": 3, "трех": 3, "тремя": 3, "трем": 3, "четыре": 4, "четырех": 4, "пять": 5, "пяти": 5,
    "шесть": 6, "шести": 6, "семь": 7, "семи": 7, "восемь": 8, "восьми": 8, "девять": 9,
    "девяти": 9, "десять": 10, "десяти": 10, "одиннадцать": 11, "двенадцать": 12,
    "двенадцати": 12, "тринадцать": 13, "четырнадцать": 14, "пятнадцать": 15, "пятнадцати": 15,
    "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19, "двадцать": 20,
    "двадцати": 20, "тридцать": 30, "тридцати": 30, "сорок": 40, "сорока": 40, "пятьдесят": 50,
    "пятидесяти": 50, "шестьдесят": 60, "семьдесят": 70, "восемьдесят": 80, "девяносто": 90,
    "сто": 100, "ста": 100, "двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500,
    "zero": 0, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
    "دو": 2, "سه": 3, "چهار": 4, "پنج": 5, "شش": 6, "هفت": 7, "هشت": 8, "نه": 9, "ده": 10,
}  # fmt: skip
# "один", "one" and "یک" are as often articles and pronouns as numbers, so they prove nothing.

_SCALES: Final = (
    (re.compile(r"^(?:тыс|тысяч\w*|k|к|thousand\w*|هزار)$"), 10**3),
    (re.compile(r"^(?:млн|миллион\w*|m|million\w*|میلیون)$"), 10**6),
    (re.compile(r"^(?:млрд|миллиард\w*|bn|b|billion\w*|میلیارد)$"), 10**9),
    (re.compile(r"^(?:трлн|триллион\w*|trillion\w*)$"), 10**12),
)


def numbers(text: str) -> list[frozenset[float]]:
    """Find the numbers of a text, each with every value that it may stand for.

    ``15 тысяч`` stands for 15 and for 15000; ``4,8`` for 4.8; ``1,000`` for 1 and for 1000.
    Numerals in words count from two on.

    Example:
        >>> sorted(numbers("5 самых из 20")[0]), sorted(numbers("пять")[0])
        ([5.0], [5.0])
    """
    plain = _ascii_digits(text)
    written = [_scaled(values, plain, end) for values, end in _digits(plain)]
    return written + [_scaled(values, plain, end) for values, end in _words(plain)]


def _ascii_digits(text: str) -> str:
    return "".join(
        str(unicodedata.digit(char)) if char.isdigit() and char not in "0123456789" else char
        for char in text
    )


def _digits(text: str) -> Iterator[tuple[frozenset[float], int]]:
    for match in _NUMBER.finditer(text):
        yield frozenset(_readings(match.group())), match.end()


def _readings(written: str) -> Iterator[float]:
    joined = re.sub(r"[ \u00a0\u202f]", "", written)
    if ":" in joined or joined.count(".") + joined.count(",") > 1:
        yield from (float(part) for part in re.split(r"[.,:]", joined))
        yield float(re.sub(r"[.,:]", "", joined))
        return
    yield float(joined.replace(",", "."))
    head, _, tail = joined.replace(",", ".").partition(".")
    if len(tail) == THOUSANDS_GROUP:
        yield float(head + tail)


def _words(text: str) -> Iterator[tuple[frozenset[float], int]]:
    for match in _WORD.finditer(text.lower().replace("ё", "е")):
        value = _UNITS.get(match.group())
        if value is not None:
            yield frozenset({float(value)}), match.end()


def _scaled(values: frozenset[float], text: str, end: int) -> frozenset[float]:
    following = _AFTER.match(text, end)
    if following is None:
        return values
    word = following[1].lower()
    scale = next((factor for pattern, factor in _SCALES if pattern.match(word)), 1)
    return values | {value * scale for value in values}


def agree(claimed: str, source: str) -> bool:
    """Tell whether every number of the claim stands in the source, in some reading."""
    known = {value for values in numbers(source) for value in values}
    return all(values & known for values in numbers(claimed))


THOUSANDS_GROUP: Final = 3
