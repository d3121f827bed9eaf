"""Days, months, years, weekdays and seasons, however they are written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.answering.checking.anchors import Anchor
from services.answering.checking.numerals import Numeral
from services.answering.checking.reading import Reading, Token

_MONTHS: Final = (
    r"январ|jan(?:uary)?$", r"феврал|feb(?:ruary)?$", r"март[аеу]?$|mar(?:ch)?$",
    r"апрел|apr(?:il)?$",
    r"ма[йяеюй]$|may$", r"июн|june?$", r"июл|july?$", r"август|aug(?:ust)?$",
    r"сентябр|sept?(?:ember)?$", r"октябр|oct(?:ober)?$", r"ноябр|nov(?:ember)?$",
    r"декабр|dec(?:ember)?$",
)  # fmt: skip
_MONTH: Final = tuple(re.compile("^(?:" + pattern + ")") for pattern in _MONTHS)
_CAPITAL_ONLY: Final = frozenset({"may", "march", "mar", "jan", "dec", "sep"})
_WORDS: Final = (
    ("weekday", 1, r"понедельник\w*|mondays?"), ("weekday", 2, r"вторник\w*|tuesdays?"),
    ("weekday", 3, r"сред(?:а|у|ы|ам|е|ой)|wednesdays?"), ("weekday", 4, r"четверг\w*|thursdays?"),
    ("weekday", 5, r"пятниц\w*|fridays?"), ("weekday", 6, r"суббот\w*|saturdays?"),
    ("weekday", 7, r"воскресень\w*|sundays?"),
    ("week part", 8, r"выходны[ехм]\w*|weekends?"), ("week part",
     9, r"буд(?:ни|ням|нях|ней|ний)|weekdays?"),
    ("season", 1, r"зим(?:а|у|ы|ой|е)|winter"), ("season", 2, r"весн(?:а|у|ы|ой|е)|spring"),
    ("season", 3, r"лето|лета|летом|summer"), ("season", 4, r"осен\w+|autumn"),
    ("part of", 1, r"начал[оеау]|early"), ("part of", 2, r"середин\w|mid"),
    ("part of", 3, r"конц[еуа]|конец|late"),
    ("day part", 1, r"утр(?:о|а|ом|у)|morning"), ("day part", 2, r"вечер\w*|evening"),
    ("day part", 3, r"ночь?ю?и?|night"), ("day part", 4, r"полдень|полудня|noon"),
    ("now", 1, r"сегодня|сейчас|теперь|ныне|today|now|currently|nowadays"), ("relative",
     2, r"вчера|yesterday"),
    ("relative", 3, r"завтра|tomorrow"), ("relative", 4, r"послезавтра"), ("relative",
     5, r"позавчера"),
)  # fmt: skip
_NAMED: Final = tuple((family, value, re.compile(f"^(?:{p})$")) for family, value, p in _WORDS)
_NEAR_MONTH: Final = frozenset({"part of"})
_FULL: Final = re.compile(r"^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))$")
_YEAR_WORD: Final = re.compile(r"^(?:год\w{0,3}|г|гг)$")
_BEFORE_YEAR: Final = re.compile(
    r"^(?:в|с|до|по|к|за|от|после|in|since|of|from|to|until|till|by|before|after|and|и|spring|"
    r"summer|autumn|winter|осен\w|весн\w)$"
)
_EARLIEST: Final = 1000
_LATEST: Final = 2100
_LAST_DAY: Final = 31
_LAST_MONTH: Final = 12
_CENTURY_YEARS: Final = re.compile(r"^\d{4}$")
_SEASON: Final = {n: n % 12 // 3 + 1 for n in range(1, 13)}
MANDATORY: Final = frozenset({"day", "month", "year", "weekday", "week part", "season", "relative"})


@dataclass(frozen=True, slots=True)
class Dates:
    """Anchors of a text that tell when, and the tokens that they are made of."""

    anchors: tuple[Anchor, ...]
    taken: frozenset[int]


def dates(reading: Reading, numerals: Sequence[Numeral]) -> Dates:
    """Find when things happen: each date gives a day, a month and a year, as far as it has them."""
    known = {numeral.first: numeral for numeral in numerals}
    ending = {numeral.last: numeral for numeral in known.values()}
    anchors: list[Anchor] = []
    for numeral in known.values():
        anchors += _full(numeral)
    for token in reading.tokens:
        month = month_of(token)
        if month is not None:
            anchors += _around_month(reading, token, month, known, ending)
    taken = {i for anchor in anchors for i in range(anchor.first, anchor.last + 1)}
    for numeral in known.values():
        if numeral.first not in taken and is_year(reading, numeral):
            anchors.append(_anchor("year", max(numeral.values), numeral.first, numeral.last))
    anchors += _named(reading)
    solid = [a for a in anchors if a.family in {"day", "month", "year"}]
    return Dates(
        anchors=tuple(anchors),
        taken=frozenset(i for anchor in solid for i in range(anchor.first, anchor.last + 1)),
    )


def in_season(said: Anchor, found: Sequence[Anchor]) -> bool:
    """Tell whether a season is one that a month of the source lies in."""
    months = {value for anchor in found if anchor.family == "month" for value in anchor.values}
    return said.family == "season" and any(_SEASON[int(str(m))] in said.values for m in months)


def month_of(token: Token) -> int | None:
    """Give the number of the month that a word names."""
    if token.low in _CAPITAL_ONLY and not token.text[0].isupper():
        return None
    return _month(token.low)


@lru_cache(maxsize=50_000)
def _month(low: str) -> int | None:
    return next((n for n, pattern in enumerate(_MONTH, start=1) if pattern.match(low)), None)


@lru_cache(maxsize=50_000)
def _named_by(low: str) -> tuple[tuple[str, int], ...]:
    return tuple((family, value) for family, value, pattern in _NAMED if pattern.match(low))


def _anchor(family: str, value: object, first: int, last: int) -> Anchor:
    return Anchor(family=family, values=frozenset({value}), first=first, last=last)


def _full(numeral: Numeral) -> Iterator[Anchor]:
    match = _FULL.match(numeral.written)
    if match is None:
        return
    if match[1]:
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        year, month, day = int(match[6]), int(match[5]), int(match[4])
    if not (1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY):
        return
    for family, value in (("day", (day, month)), ("month", month), ("year", float(year))):
        yield _anchor(family, value, numeral.first, numeral.last)


def _around_month(
    reading: Reading,
    token: Token,
    month: int,
    starting: dict[int, Numeral],
    ending: dict[int, Numeral],
) -> Iterator[Anchor]:
    at = token.index
    first, last = at, at
    left, right = ending.get(at - 1), starting.get(at + 1)
    if left is not None and _is_day(left) and token.before in {" ", "-", "\u00a0", " of "}:
        first = left.first
        yield _anchor("day", (int(max(left.values)), month), first, at)
    elif (
        token.before == " "
        and (of := reading.at(at - 1))
        and of.low == "of"
        and (early := ending.get(at - 2))
    ):
        if _is_day(early):
            yield _anchor("day", (int(max(early.values)), month), early.first, at)
    elif right is not None and _is_day(right) and token.after == " " and token.low[0] <= "z":
        last = right.last
        yield _anchor("day", (int(max(right.values)), month), at, last)
        right = starting.get(last + 1)
    yield _anchor("month", month, at, at)
    if right is not None and _in_years(right):
        yield _anchor("year", max(right.values), right.first, right.last)


def _is_day(numeral: Numeral) -> bool:
    return all(1 <= value <= _LAST_DAY and value == int(value) for value in numeral.values)


def _in_years(numeral: Numeral) -> bool:
    return bool(_CENTURY_YEARS.match(numeral.written)) and all(
        _EARLIEST <= value <= _LATEST for value in numeral.values
    )


def is_year(reading: Reading, numeral: Numeral) -> bool:
    """Tell a year from a count: four digits behind "in" or before "год", and no thing behind."""
    if not _in_years(numeral):
        return False
    here = reading.tokens[numeral.first]
    following = reading.near(numeral.last + 1, here.sentence)
    if following is not None and (_YEAR_WORD.match(following.low) or following.before == "-"):
        return True
    before = reading.near(numeral.first - 1, here.sentence)
    if before is None or not _BEFORE_YEAR.match(before.low):
        return False
    return following is None or following.before != " " or not _counts(following)


def _counts(token: Token) -> bool:
    return token.form.is_noun or (not token.form.tags and token.content and not token.is_verb
                                  and not token.capital)  # fmt: skip


def _named(reading: Reading) -> Iterator[Anchor]:
    for token in reading.tokens:
        for family, value in _named_by(token.low):
            if not _only_near_a_month(reading, token, family):
                yield _anchor(family, value, token.index, token.index)


def _only_near_a_month(reading: Reading, token: Token, family: str) -> bool:
    if family not in _NEAR_MONTH:
        return False
    around = [reading.near(token.index + step, token.sentence) for step in (1, 2)]
    return not any(near and (month_of(near) or near.is_digits) for near in around)
