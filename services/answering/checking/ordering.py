"""Before and after: what comes first stays first, whichever way it is said."""

import re
from typing import Final

from services.answering.checking.numerals import is_numeral
from services.answering.checking.reading import Reading, Token

_EARLY: Final = re.compile(r"^(?:до|прежде|перед|before|until|till|prior)$")
_BEHIND: Final = 2
_LATE: Final = re.compile(r"^(?:после|after|following)$")


def reversed_order(claim: Reading, source: Reading) -> bool:
    """Tell whether the claim puts before what the source puts after."""
    return any(
        _reversed(claim, token, source) for token in claim.tokens if _sign(token) is not None
    )


def _sign(token: Token) -> bool | None:
    if _EARLY.match(token.low):
        return True
    return False if _LATE.match(token.low) else None


def _reversed(claim: Reading, token: Token, source: Reading) -> bool:
    number = claim.at(token.index + 1)
    if number is None or (number.segment != token.segment and number.before.strip()):
        return False
    if is_numeral(number):
        return _other_limit(token, number, source)
    behind = _around(claim, token)[1]
    best: tuple[int, bool] = (0, True)
    for other in source.tokens:
        if _sign(other) is None:
            continue
        before_there, behind_there = _around(source, other)
        straight, crossed = len(behind & behind_there), len(behind & before_there)
        wrong = crossed > straight if _sign(other) == _sign(token) else straight > crossed
        best = max(best, (max(straight, crossed), not wrong))
    return not best[1]


def _other_limit(token: Token, number: Token, source: Reading) -> bool:
    """Tell whether "после 10" of the claim is nowhere but "до 10"."""
    signs = {
        _sign(source.tokens[found.index - 1])
        for found in source.tokens
        if found.index and found.same(number)
    }
    return (not _sign(token)) in signs and _sign(token) not in signs


def _around(reading: Reading, token: Token) -> tuple[frozenset[str], frozenset[str]]:
    """Roots before a word in its sentence, and of the two words behind it."""
    inside = [
        t for t in reading.tokens if t.sentence == token.sentence and (t.content or t.is_digits)
    ]
    behind = [t for t in inside if token.index < t.index][:_BEHIND]
    return (
        frozenset(root for t in inside if t.index < token.index for root in t.form.roots),
        frozenset(root for t in behind for root in t.form.roots),
    )
