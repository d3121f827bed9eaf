"""Days that a question names together with words that mean publication ("что писали в марте")."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from services.answering.models import Question, SearchQuery
from services.answering.ports import StandaloneRewriter
from services.answering.wordlists import listed
from services.dialogue.models import DialogueState
from services.knowledge.models import DayRange

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "январь января январе january jan", "февраль февраля феврале february feb",
            "март марта марте march mar", "апрель апреля апреле april apr",
            "май мая мае may", "июнь июня июне june jun", "июль июля июле july jul",
            "август августа августе august aug",
            "сентябрь сентября сентябре september sep sept",
            "октябрь октября октябре october oct", "ноябрь ноября ноябре november nov",
            "декабрь декабря декабре december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_YEAR: Final = r"(?:(?P<year>(?:19|20)\d\d)(?:[ -]?(?:году?|года|г\.?))?)"
_ORDINAL: Final = r"(?:-?(?:го|е|ое|st|nd|rd|th))?"

# Words that speak of publishing, not of what happened; "было" and "случилось" do not.
_PUBLICATION: Final = re.compile(
    r"\b(?:что\s+(?:там\s+)?)?(?:(?:на|о)?писал[аи]?|пишут|выходил[аио]?|вышл[аио]|вышел|"
    r"(?:о)?публик\w+|(?:за)?пост(?:ил[аи]?|ы|ов|ам|ах)?|выкладывал[аи]?|выложил[аи]?|"
    r"новост(?:и|ей|ях)|публикаци\w+|сообщени(?:я|й)|сообщал[аи]?|рассказывал[аи]?|обсуждал[аи]?)\b"
    r"|\b(?:published|posted|posts?|wrote|written|news|publications?|announced|messages)\b"
    r"|(?:نوشته|منتشر|پست|اخبار|خبر)\w*",
    re.IGNORECASE,
)
# In "в мае вышел закон о чае" these tell what happened; they ask for posts only after "what".
_AMBIGUOUS: Final = re.compile(
    r"вы(?:ходил[аио]?|шл[аио]|шел)|написал[аи]?|опубликова\w+|сообщал[аи]?|рассказывал[аи]?|"
    r"published|wrote|written|announced",
    re.IGNORECASE,
)
_WHAT: Final = re.compile(
    r"^\W*(?:а|и|ну|and)?\s*(?:что|чего|о чём|о чем|what)\b(?!\s+за\s)", re.IGNORECASE
)
# What is said of a day is not when it was said: "посты про 1 сентября".
_ABOUT: Final = re.compile(r"\b(?:про|об?|обо|к|ко|about|on\s+the)\s+$", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\b(?:до|перед|раньше|before|until)\s+$", re.IGNORECASE)
_SINCE: Final = re.compile(r"\b(?:после|с|со|начиная\s+с|since|after|from)\s+$", re.IGNORECASE)
_EARLIEST: Final = date(1990, 1, 1)
"""Nothing that is read here was posted before; older days are history."""
# What is left of "what was posted ..." once days and publication are taken out.
_EMPTY: Final = listed(
    "что там было были какие какой какая интересного нового новое новенького интересное канале "
    "канал группе чате у вас нас здесь тут в на за по о об про покажи расскажи есть самое главное "
    "важное важного кратко все всё мне дай последнее последние "
    "what was were there any anything new interesting the in on of about channel group chat did "
    "you they we people show tell me is have been from for all"
)
_WORD: Final = re.compile(r"[^\W_]+")
_SPACE_BEFORE: Final = re.compile(r"\s+(?=[?!.,؟])")


@dataclass(frozen=True, slots=True)
class Dated:
    """A question apart from its days.

    Attributes:
        text: Without the days and the words of publication; empty when nothing else is asked.
    """

    text: str
    days: DayRange


def dated(text: str, today: date) -> Dated | None:
    """Find the days of publication that a question names; None when it names none.

    A month or day without a year is the latest one that has begun by ``today``.

    Example:
        >>> found = dated("что писали в марте про чай?", date(2026, 2, 1))
        >>> found.text, found.days.first.isoformat(), found.days.last.isoformat()
        ('про чай?', '2025-03-01', '2025-03-31')
        >>> dated("что было в 1941 году?", date(2026, 2, 1)) is None
        True
    """
    if not _asks_for_posts(text):
        return None
    for pattern, read in _PHRASES:
        match = pattern.search(text)
        if match is not None:
            days = _read(read, match, today)
            return None if days is None else _around(text, match, days, today)
    return None


def _asks_for_posts(text: str) -> bool:
    words = _PUBLICATION.findall(text)
    return bool(words) and (
        _WHAT.match(text) is not None or not all(_AMBIGUOUS.search(word) for word in words)
    )


def _around(text: str, match: "re.Match[str]", days: DayRange, today: date) -> Dated | None:
    """See whether the words before a day make it a bound, or a subject."""
    before = text[: match.start()]
    if _ABOUT.search(before):
        return None
    if bound := _UNTIL.search(before):
        days = DayRange(_EARLIEST, days.first - timedelta(days=1))
    elif bound := _SINCE.search(before):
        begins = days.first if "после" not in bound[0].lower() else days.last + timedelta(days=1)
        days = DayRange(begins, today)
    if days.first < _EARLIEST or days.last < days.first:
        return None
    rest = f"{before[: bound.start()] if bound else before} {text[match.end() :]}"
    return Dated(text=_bare(rest), days=days)


def _bare(text: str) -> str:
    rest = _SPACE_BEFORE.sub("", " ".join(_PUBLICATION.sub(" ", text).split()))
    words = [word.lower() for word in _WORD.findall(rest)]
    return "" if all(word in _EMPTY for word in words) else rest


Reading = Callable[["re.Match[str]", date], DayRange]


def _read(read: Reading, match: "re.Match[str]", today: date) -> DayRange | None:
    """Read a match; None for what is no day, such as 31 February, or lies in the future."""
    try:
        days = read(match, today)
    except ValueError:
        return None
    return days if days.first <= min(days.last, today) else None


def _between(match: "re.Match[str]", today: date) -> DayRange:
    month = _MONTHS[match["month"].lower()]
    begins = match.groupdict().get("month1")
    first_month = _MONTHS[begins.lower()] if begins else month
    year = int(match["year"]) if match["year"] else _latest(today, first_month, int(match["day1"]))
    last = date(year + (first_month > month), month, int(match["day2"]))
    return DayRange(date(year, first_month, int(match["day1"])), last)


def _day(match: "re.Match[str]", today: date) -> DayRange:
    month, number = _MONTHS[match["month"].lower()], int(match["day"])
    year = int(match["year"]) if match["year"] else _latest(today, month, number)
    return _one(date(year, month, number))


def _figures(match: "re.Match[str]", today: date) -> DayRange:
    month, number = int(match["m"]), int(match["d"])
    year = int(match["y"]) if match["y"] else _latest(today, month, number)
    return _one(date(year, month, number))


def _month(match: "re.Match[str]", today: date) -> DayRange:
    month = _MONTHS[match["month"].lower()]
    year = int(match["year"]) if match["year"] else _latest(today, month, 1)
    return _whole_month(year, month)


def _months(match: "re.Match[str]", today: date) -> DayRange:
    first, last = _MONTHS[match["month1"].lower()], _MONTHS[match["month"].lower()]
    given = int(match["year"]) if match["year"] else None
    year = (given or _latest(today, first, 1)) - (given is not None and first > last)
    return DayRange(date(year, first, 1), _whole_month(year + (first > last), last).last)


def _year(match: "re.Match[str]", today: date) -> DayRange:
    del today
    return DayRange(date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31))


def _latest(today: date, month: int, day: int) -> int:
    return today.year if (month, day) <= (today.month, today.day) else today.year - 1


def _one(day: date) -> DayRange:
    return DayRange(day, day)


def _whole_month(year: int, month: int) -> DayRange:
    following = date(year + month // 12, month % 12 + 1, 1)
    return DayRange(date(year, month, 1), following - timedelta(days=1))


def _back(days: int) -> Reading:
    return lambda _, today: _one(today - timedelta(days=days))


def _last_days(match: "re.Match[str]", today: date) -> DayRange:
    said = match["count"].lower()
    count = _COUNTS.get(said) or int(said)
    count *= _UNITS[match["unit"].lower()[:3]]
    return DayRange(today - timedelta(days=min(count, 3660) - 1), today)


def _this_week(_: "re.Match[str]", today: date) -> DayRange:
    return DayRange(today - timedelta(days=today.weekday()), today)


def _past_week(_: "re.Match[str]", today: date) -> DayRange:
    monday = today - timedelta(days=today.weekday() + 7)
    return DayRange(monday, monday + timedelta(days=6))


def _this_month(_: "re.Match[str]", today: date) -> DayRange:
    return DayRange(today.replace(day=1), today)


def _past_month(_: "re.Match[str]", today: date) -> DayRange:
    last = today.replace(day=1) - timedelta(days=1)
    return DayRange(last.replace(day=1), last)


def _this_year(_: "re.Match[str]", today: date) -> DayRange:
    return DayRange(date(today.year, 1, 1), today)


def _past_year(_: "re.Match[str]", today: date) -> DayRange:
    return DayRange(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))


_UNITS: Final = {"ден": 1, "дня": 1, "дне": 1, "сут": 1, "day": 1, "нед": 7, "wee": 7, "мес": 30,
                 "mon": 30, "год": 365, "лет": 365, "yea": 365}  # fmt: skip
_COUNTS: Final = {"": 1, "два": 2, "две": 2, "two": 2, "три": 3, "three": 3}
_PAST: Final = r"(?:прошл\w+|предыдущ\w+|last|previous)"
_THIS: Final = r"(?:эт(?:ой|ом|у|от)|текущ\w+|this)"
_IN: Final = r"\b(?:в|во|за|на|от|in|on|during|of|from|for)\s+"


def _phrase(pattern: str, *, alone: bool = True) -> "re.Pattern[str]":
    before = rf"(?:{_IN})?" if alone else _IN
    return re.compile(rf"{before}\b{pattern}(?!\w)", re.IGNORECASE)


_MONTH1: Final = _MONTH.replace("month", "month1")
_PHRASES: Final[tuple[tuple["re.Pattern[str]", Reading], ...]] = (
    (
        re.compile(
            rf"\b(?:с|со|между|from|between)\s+(?P<day1>\d\d?){_ORDINAL}(?:\s+{_MONTH1})?\s+"
            rf"(?:по|до|и|to|and|until)\s+(?P<day2>\d\d?){_ORDINAL}\s+{_MONTH}(?:\s+{_YEAR})?(?!\w)",
            re.IGNORECASE,
        ),
        _between,
    ),
    (_phrase(rf"(?P<day1>\d\d?)\s?[-–—]\s?(?P<day2>\d\d?)\s+{_MONTH}(?:\s+{_YEAR})?"), _between),
    (_phrase(r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>(?:19|20)\d\d)"), _figures),
    # Without a year it may be a version: "новости Python 3.11".
    (
        re.compile(
            rf"(?:{_IN}|(?<=писали )|(?<=новости )|(?<=посты )|(?<=posts )|(?<=news ))"
            r"(?P<d>\d\d?)\.(?P<m>\d\d)(?P<y>)(?![\w.])",
            re.IGNORECASE,
        ),
        _figures,
    ),
    (_phrase(r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"), _figures),
    (_phrase(rf"(?P<day>\d\d?){_ORDINAL}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?"), _day),
    (_phrase(rf"{_MONTH}\s+(?P<day>\d\d?){_ORDINAL}(?!\d)(?:,?\s+{_YEAR})?"), _day),
    (
        re.compile(
            rf"\b(?:с|со|в|во|за|между|in|from|between|for)\s+{_MONTH1}\s*"
            rf"(?:по|до|и|-|–|—|to|and|until)\s*(?:в\s+)?{_MONTH}(?:,?\s+{_YEAR})?(?!\w)",
            re.IGNORECASE,
        ),
        _months,
    ),
    (_phrase(rf"{_MONTH}(?:,?\s+{_YEAR})?", alone=False), _month),
    (_phrase(r"(?:позавчера|the day before yesterday|پریروز)"), _back(2)),
    (_phrase(r"(?:вчера|yesterday|دیروز)"), _back(1)),
    (_phrase(r"(?:сегодня|today|امروز)"), _back(0)),
    (
        _phrase(
            r"(?:последни[ехй]\w?|last|past)\s+(?P<count>\d{1,3}|две|два|три|two|three)\s+"
            r"(?P<unit>дн\w+|день|сут\w+|недел\w+|месяц\w*|год\w*|лет|days?|weeks?|months?|years?)"
        ),
        _last_days,
    ),
    (
        _phrase(r"последн(?:юю|ие|ий)\s+(?P<count>)(?P<unit>недел\w+|сут\w+|месяц\w*|год\w*)"),
        _last_days,
    ),
    (_phrase(rf"(?:{_PAST}\s+(?:недел\w+|week)|هفته گذشته)"), _past_week),
    (_phrase(rf"{_THIS}\s+(?:недел\w+|week)"), _this_week),
    (_phrase(rf"(?:{_PAST}\s+(?:месяц\w*|month)|ماه گذشته)"), _past_month),
    (_phrase(rf"{_THIS}\s+(?:месяц\w*|month)"), _this_month),
    (_phrase(r"(?P<count>)(?P<unit>неделю|week|month|месяц)", alone=False), _last_days),
    (_phrase(rf"{_PAST}\s+(?:год\w*|year)"), _past_year),
    (_phrase(rf"{_THIS}\s+(?:год\w*|year)"), _this_year),
    (_phrase(_YEAR, alone=False), _year),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DatedRewriter:
    """Takes the days out of a question once it stands alone."""

    inner: StandaloneRewriter

    async def standalone(self, question: Question, state: DialogueState) -> SearchQuery:
        """See ``StandaloneRewriter``; the query then asks for what the days leave."""
        query = await self.inner.standalone(question, state)
        found = dated(query.text, question.asked_at.date())
        if found is None:
            return query
        return replace(
            query, text=found.text or query.text, posted=found.days, whole_days=not found.text
        )
