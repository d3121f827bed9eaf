"""Wrong options of the same kind as the right one, none of which its passage says too."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from services.answering.morphology import words
from services.answering.numbers import numbers
from services.insight.wording import is_person
from services.knowledge.cloze import MASK, AnswerKind, Cloze
from services.knowledge.models import StoredPassage
from services.knowledge.ports import Lemmatizer

_SCRIPT: Final = (
    re.compile(r"[A-Za-z]"), re.compile(r"[\u0400-\u052f]"), re.compile(r"[\u0600-\u06ff]")
)  # fmt: skip
_PLAIN: Final = re.compile(r"^(\d+)(?:([.,])(\d+))?(\s?%)?$")
_FARTHEST: Final = 4
"""A number so many times greater or smaller is seen to be wrong at once."""
_FARTHEST_YEAR: Final = 60
_YEARS: Final = range(1000, 2100)
_STEPS: Final = 12
_PERCENT: Final = 100


def wrong_options(
    cloze: Cloze,
    passage: StoredPassage,
    others: Sequence[Cloze],
    lemmatizer: Lemmatizer,
    *,
    count: int,
    dice: random.Random,
) -> list[str]:
    """Choose wrong options; fewer than ``count`` when there are not enough good ones.

    Args:
        cloze: Whose answer is the right option.
        passage: Its passage: what it says too would be right as well.
        others: Questions of the same library that the options are taken from.
        lemmatizer: The one that the index is built with.
        count: How many are wanted.
        dice: Chooses among equally good ones.
    """
    if cloze.kind is AnswerKind.NUMBER:
        found = list(_numbers(cloze, passage, others, dice))
    else:
        found = _names(cloze, passage, others, lemmatizer, dice)
    chosen: list[str] = []
    for option in found:
        if len(chosen) == count:
            break
        if not any(_alike(option, one) for one in (cloze.answer, *chosen)):
            chosen.append(option)
    return chosen


def _alike(one: str, other: str) -> bool:
    """Tell whether one says what the other says, or a part of it."""
    first, second = _folded(one), _folded(other)
    if first[:1].isdigit():
        return first == second
    return first in second or second in first


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


def _numbers(
    cloze: Cloze, passage: StoredPassage, others: Iterable[Cloze], dice: random.Random
) -> Iterator[str]:
    """Give numbers of the library that are written alike and near, then made ones."""
    right = _PLAIN.match(cloze.answer)
    if right is None:
        return
    said = {value for values in numbers(passage.text) for value in values}
    unit, value = _unit(cloze), _value(right)
    found = {
        one.answer
        for one in others
        if one.kind is AnswerKind.NUMBER
        and _unit(one) == unit
        and (match := _PLAIN.match(one.answer))
        and _shape(match) == _shape(right)
        and _near(_value(match), value, year=_is_year(right))
    }
    known = sorted(found)
    dice.shuffle(known)
    for option in (*known, *_made(right, dice)):
        match = _PLAIN.match(option)
        if match is not None and _value(match) not in said:
            yield option


def _near(one: float, other: float, *, year: bool) -> bool:
    if year:
        return abs(one - other) <= _FARTHEST_YEAR
    return other / _FARTHEST <= one <= other * _FARTHEST


def _unit(cloze: Cloze) -> str:
    """Give the word after the gap: numbers of other things are seen to be wrong."""
    after = cloze.text.partition(MASK)[2].split()
    return words(after[0])[0].lemma if after and words(after[0]) else ""


def _value(match: re.Match[str]) -> float:
    return float(f"{match[1]}.{match[3] or 0}")


def _shape(match: re.Match[str]) -> tuple[object, ...]:
    """Tell what options must share: decimals, the sign of percents, being a year, the plural."""
    return (
        match[2], len(match[3] or ""), match[4], _is_year(match),
        len(match[1]) if len(match[1]) > 1 and match[1][0] == "0" else 0, _plural(int(match[1])),
    )  # fmt: skip


def _is_year(match: re.Match[str]) -> bool:
    return match[3] is None and match[4] is None and int(match[1]) in _YEARS


def _plural(value: int) -> int:
    """Tell the Russian form of what is counted: 1 час, 2 часа, 5 часов."""
    if value % 100 in range(11, 15) or value % 10 in {0, *range(5, 10)}:
        return 5
    return 1 if value % 10 == 1 else 2


def _made(right: re.Match[str], dice: random.Random) -> list[str]:
    """Make numbers around the right one, as round as it is."""
    digits = len(right[3] or "")
    whole = int(right[1] + (right[3] or ""))
    step = _step(whole, year=_is_year(right))
    near = [whole + sign * step * times for times in range(1, _STEPS + 1) for sign in (-1, 1)]
    written = [
        text
        for value in near
        if value > 0
        and (match := _PLAIN.match(text := _written(value, digits, right))) is not None
        and (right[4] is None or _value(match) <= _PERCENT)
        and value <= max(whole, 2) * _FARTHEST
    ]
    # Of the same plural first: the noun beside the gap would tell the others apart.
    closest = written[:_STEPS]
    dice.shuffle(closest)
    mates = [text for text in (*closest, *written) if _same_plural(text, right)]
    return [*mates, *closest, *written]


def _same_plural(text: str, right: re.Match[str]) -> bool:
    match = _PLAIN.match(text)
    return match is not None and _plural(int(match[1])) == _plural(int(right[1]))


def _step(whole: int, *, year: bool) -> int:
    if year:
        return 1
    step = 1
    while whole and whole % (step * 10) == 0:
        step *= 10
    if step > 1 and whole // step == 1:
        return max(1, step // 4)
    return 5 if step == 1 and whole >= 15 and whole % 5 == 0 else step  # noqa: PLR2004


def _written(value: int, digits: int, right: re.Match[str]) -> str:
    text = str(value).zfill(digits + 1)
    if digits:
        text = f"{text[:-digits]}{right[2]}{text[-digits:]}"
    return f"{text}{right[4] or ''}"


def _names(
    cloze: Cloze,
    passage: StoredPassage,
    others: Iterable[Cloze],
    lemmatizer: Lemmatizer,
    dice: random.Random,
) -> list[str]:
    """Give names and terms of other passages, those that fit the gap's grammar first."""
    script, said = _script(cloze.answer), _folded(passage.text)
    here = set(lemmatizer.lemmas(f"{passage.title} {passage.text}"))
    found: dict[str, bool] = {}
    for one in others:
        if one.kind is not cloze.kind or one.passage_id == cloze.passage_id:
            continue
        if _script(one.answer) == script and _folded(one.answer) not in said:
            found[one.answer] = found.get(one.answer, False) or one.text.startswith(MASK)
    apart = [one for one in sorted(found) if not here.issuperset(lemmatizer.lemmas(one))]
    dice.shuffle(apart)
    first = cloze.text.startswith(MASK)
    return sorted(apart, key=lambda one: (found[one] != first, _misfit(one, cloze.answer)))


def _script(text: str) -> tuple[bool, ...]:
    return tuple(pattern.search(text) is not None for pattern in _SCRIPT)


def _misfit(option: str, right: str) -> tuple[int, int, int]:
    """Tell how far an option differs in what shows beside the meaning."""
    ours, theirs = words(option), words(right)
    if not ours or not theirs:
        return 3, 0, 0
    cases = bool(theirs[0].cases) and not ours[0].cases & theirs[0].cases
    shapes = bool(theirs[0].shapes) and not ours[0].shapes & theirs[0].shapes
    capital = option[:1].isupper() != right[:1].isupper()
    lengths = abs(len(option) - len(right)) // 8
    sort = is_person(option) is not is_person(right)
    return cases + shapes + capital + sort, abs(len(ours) - len(theirs)), lengths
