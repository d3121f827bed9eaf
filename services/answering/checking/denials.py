"""Is what the claim denies denied by the source too, and nothing else?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.answering.checking.anchors import Anchor, fits
from services.answering.checking.polarity import Stated, opposite_roots
from services.answering.checking.reading import Reading
from services.answering.checking.words import converse

_CONTRARY: Final = re.compile(
    r"^(?:прекра|переста|избег|избеж|воздерж|исключ|отказ|отверг|отмен|упраздн|лиш|отсутств|утра|потер|"
    r"исчез|миновал|обош|остав|сохран|пустует|stop|avoid|refrain|refus|exclud|reject|abolish|cancel|"
    r"lack|lose|lost|cease|miss|prevent|escap|surviv|remain|stay|empty|absen|skip|omit|withh|delet|"
    r"remov|drop|disab|exempt|free|без|кроме|вне|outside|except|instead|вместо|rather|never|нельзя)"
)
GOVERNED: Final = 2
PLAIN: Final = 1


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts, with its words as they are stated."""

    reading: Reading
    words: Sequence[Stated]


@dataclass(frozen=True, slots=True)
class _Compared:
    agrees: bool
    weight: int
    governed: bool
    left_out: bool


def denied_otherwise(claim: Side, source: Side) -> bool:
    """Tell whether a stretch of the claim denies what the source says, or the other way round."""
    clauses = {claim.reading.tokens[word.place].clause for word in claim.words}
    denying = {claim.reading.tokens[word.place].clause for word in claim.words if word.denied}
    # Where one stretch denies, what stands beside it ("when the wind is strong, ...") is no
    # contradiction of a source that says all of it in one stretch.
    judged = denying if denying and _one_sentence(source, claim, clauses) else clauses
    return any(_differs(claim, source, clause) for clause in judged)


def _one_sentence(source: Side, claim: Side, clauses: set[int]) -> bool:
    """Tell whether a single stretch of the source speaks of every stretch of the claim."""
    roots: dict[int, set[str]] = {}
    for word in source.words:
        clause = source.reading.tokens[word.place].clause
        roots.setdefault(clause, set()).update(word.token.form.roots)
    told = [
        frozenset(
            root
            for word in claim.words
            if claim.reading.tokens[word.place].clause == clause
            for root in word.token.form.roots
        )
        for clause in clauses
    ]
    return any(all(not one.isdisjoint(here) for one in told) for here in roots.values())


def grants_the_denied(claim: Side, source: Side) -> bool:
    """Tell whether the claim affirms of a thing what the source says of it only with a denial.

    Only stretches are looked at whose verb the source does not have: ``denied_otherwise`` judges
    the others. A verb that says the contrary by itself ("refrain") is left alone.
    """
    if any(word.denied for word in claim.words):
        return False
    clauses = {claim.reading.tokens[word.place].clause for word in claim.words}
    return any(_grants(claim, source, clause) for clause in clauses)


def _grants(claim: Side, source: Side, clause: int) -> bool:
    words = [w for w in claim.words if claim.reading.tokens[w.place].clause == clause]
    if any(_CONTRARY.match(w.token.low) for w in words):
        return False
    content = [w for w in words if w.token.content and not w.token.capital]
    met = {w.place: [f.denied for f in source.words if f.token.matches(w.token)] for w in content}
    if any(w.token.is_verb and met[w.place] for w in content):
        return False
    return any(met[w.place] and all(met[w.place]) for w in content)


def _differs(claim: Side, source: Side, clause: int) -> bool:
    compared = [
        made
        for word in claim.words
        if claim.reading.tokens[word.place].clause == clause and not word.token.capital
        and (made := _compare(claim, source, word)) is not None
    ]  # fmt: skip
    against = sum(one.weight for one in compared if not one.agrees)
    agreeing = sum(one.weight for one in compared if one.agrees)
    if any(one.left_out and not one.agrees for one in compared):
        return True
    agreed = any(one.governed and one.agrees for one in compared)
    if any(one.governed and not one.agrees for one in compared):
        return not agreed or against > agreeing
    strong = any(one.weight == GOVERNED and not one.agrees for one in compared)
    return strong and not agreed and against > agreeing


def _compare(claim: Side, source: Side, word: Stated) -> _Compared | None:
    signs = [
        (found, found.denied == word.denied)
        for found in source.words
        if (found.token.matches(word.token) or converse(found.token.form, word.token.form))
        and _weighs(word, found)
    ]
    signs += [
        (found, found.denied != word.denied)
        for found in source.words
        if not opposite_roots(found.token).isdisjoint(word.token.form.roots)
        or not opposite_roots(word.token).isdisjoint(found.token.form.roots)
    ]
    if not signs:
        return None
    best, agrees = max(signs, key=lambda pair: (_fit(claim, source, word, pair[0]), pair[1]))
    governed = word.governed or best.governed
    return _Compared(
        agrees, GOVERNED if governed or word.token.form.is_verb else PLAIN, governed, word.left_out
    )


def _weighs(word: Stated, found: Stated) -> bool:
    """Content words weigh, and such as something denies."""
    return word.token.content or word.governed or found.governed


def _fit(claim: Side, source: Side, word: Stated, found: Stated) -> float:
    return fits(claim.reading, _anchor(word), source.reading, _anchor(found), ())


def _anchor(word: Stated) -> Anchor:
    return Anchor(
        family="stated", values=frozenset({word.denied}), first=word.place, last=word.place
    )
