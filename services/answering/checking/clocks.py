"""Times of day: 23:40, семь вечера, 11:40 pm."""

import re
from typing import Final

from services.answering.checking.numerals import Numeral
from services.answering.checking.quantity import Value
from services.answering.checking.reading import Reading

_CLOCK: Final = re.compile(r"^(\d{1,2})[:.](\d{2})$")
_HOUR_WORD: Final = re.compile(r"^час(?:а|ов)?$")
_AFTERNOON: Final = re.compile(r"^(?:вечера|дня|pm)$")
_MORNING: Final = re.compile(r"^(?:утра|ночи|am|o'clock)$")
_NOON: Final = 12 * 60
_HOURS: Final = 24
_MINUTES: Final = 60


def clock_times(reading: Reading, numeral: Numeral) -> set[Value]:
    """Give the minutes since midnight that a numeral may stand for; empty when it tells no time."""
    match = _CLOCK.match(numeral.written)
    if match and int(match[1]) < _HOURS and int(match[2]) < _MINUTES:
        minutes = int(match[1]) * 60.0 + int(match[2])
        behind = reading.at(numeral.last + 1)
        later = behind is not None and _AFTERNOON.match(behind.low) and minutes < _NOON
        return {("clock", minutes + _NOON if later else minutes)}
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
