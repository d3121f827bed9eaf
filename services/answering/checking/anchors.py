"""Things of a sentence that must be exactly so, and what each belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.answering.checking.reading import Reading, Token

LEFT_BONUS: Final = 0.6
RIGHT_BONUS: Final = 1.0
NAME_WEIGHT: Final = 2.0
UNSHARED: Final = 1.0
"""What a rival in another sentence must surpass when no word stands by the equal one.

Where a stretch is retold in other words, one shared word is what the whole passage is about.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A number, a day, a negated word ... in its place.

    Attributes:
        family: Anchors of one family exclude one another where they belong to the same.
        values: Everything that it may stand for.
        first: Place of its first token.
        last: Place of its last token.
    """

    family: str
    values: frozenset[object]
    first: int
    last: int

    def agrees(self, another: "Anchor") -> bool:
        """Tell whether both may stand for the same."""
        return self.family == another.family and not self.values.isdisjoint(another.values)


def fits(
    claim: Reading, said: Anchor, source: Reading, found: Anchor, family: Sequence[Anchor]
) -> float:
    """Score how well an anchor of the source stands in the place that the claim gives it.

    Args:
        claim: The sentence that is checked.
        said: The anchor of the claim.
        source: The passage.
        found: An anchor of the source.
        family: All anchors of the source that exclude one another with ``found``.
    """
    roots = {root for token in _context(source, found, family) for root in token.form.roots}
    score = sum(
        NAME_WEIGHT if token.capital else 1.0
        for token in _own(claim, said)
        if _tells(token) and not token.form.roots.isdisjoint(roots)
    )
    return score + _neighbours(claim, said, source, found)


def _fits_alone(
    claim: Reading, said: Anchor, source: Reading, found: Anchor, family: Sequence[Anchor]
) -> float:
    """Score like ``fits`` by the words of the claim's own stretch, names aside.

    What the whole passage is about stands in some sentences of it and in others only in thought.
    """
    roots = {t_root for t in _context(source, found, family) for t_root in t.form.roots}
    score = sum(
        _tells(token) and not token.capital and not token.form.roots.isdisjoint(roots)
        for token in _own(claim, said)
    )
    return score + _neighbours(claim, said, source, found)


def contradicted(
    claim: Reading,
    said: Anchor,
    source: Reading,
    family: Sequence[Anchor],
    beside: Sequence[Anchor] = (),
) -> bool:
    """Tell whether another anchor of the family stands in this place better than an equal one.

    Args:
        claim: The sentence that is checked.
        said: The anchor of the claim.
        source: The passage.
        family: Anchors of the source, some of them equal to ``said``.
        beside: Further anchors of the claim: what they stand for in the source is a rival only
            when both would stand better in each other's place.
    """
    if not any(token.content for token in _own(claim, said)):
        return False
    equal = [found for found in family if said.agrees(found)]
    others = [found for found in family if not said.agrees(found)]
    near = [(f, b) for f in others for b in beside if b.agrees(f)]
    far = [f for f in others if not any(f is one for one, _ in near)]
    places = {source.tokens[found.first].sentence for found in equal}
    here = [f for f in far if source.tokens[f.first].sentence in places]
    best = max(fits(claim, said, source, f, family) for f in equal)
    if any(fits(claim, said, source, f, family) > best for f in here):
        return True
    alone = max(_fits_alone(claim, said, source, f, family) for f in equal)
    needed = alone if alone else UNSHARED
    if any(_fits_alone(claim, said, source, f, family) > needed for f in far if f not in here):
        return True
    return any(_changed_places(claim, (said, b), source, (equal, f), family) for f, b in near)


def _changed_places(
    claim: Reading,
    said: tuple[Anchor, Anchor],
    source: Reading,
    found: tuple[Sequence[Anchor], Anchor],
    family: Sequence[Anchor],
) -> bool:
    """Tell whether two anchors of the claim stand better in each other's place."""
    (one, other), (equal, rival) = said, found
    return any(
        fits(claim, one, source, rival, family) + fits(claim, other, source, mine, family)
        > fits(claim, one, source, mine, family) + fits(claim, other, source, rival, family)
        for mine in equal
    )


def _tells(token: Token) -> bool:
    """Words with a meaning, and other numbers: they too say what an anchor belongs to."""
    return token.content or token.is_digits


def _own(reading: Reading, anchor: Anchor) -> list[Token]:
    """Words of the stretch that an anchor stands in, but for its own."""
    inside = range(anchor.first, anchor.last + 1)
    segment = reading.tokens[anchor.first].segment
    return [token for token in reading.segment(segment) if token.index not in inside]


def _context(reading: Reading, anchor: Anchor, family: Sequence[Anchor]) -> list[Token]:
    """Words of the segment, and what stands before the first anchor of the family.

    A segment with a verb of its own takes over no verb from there, one with a name no name.
    """
    here, own = reading.tokens[anchor.first], _own(reading, anchor)
    if not family:
        return own
    same = [a.first for a in family if reading.tokens[a.first].sentence == here.sentence]
    first = min(same, default=anchor.first)
    verbs, names = any(t.is_verb for t in own), any(t.capital for t in own)
    head = [
        t for t in reading.tokens
        if t.sentence == here.sentence and t.index < min(first, anchor.first)
        and t.segment != here.segment
        and not (verbs and t.is_verb) and not (names and t.capital)
    ]  # fmt: skip
    return own + head


def _neighbours(claim: Reading, said: Anchor, source: Reading, found: Anchor) -> float:
    score = 0.0
    left, other_left = claim.at(said.first - 1), source.at(found.first - 1)
    if left and other_left and left.same(other_left):
        score += LEFT_BONUS
    right, other_right = _following(claim, said.last), _following(source, found.last)
    if right and other_right and right.matches(other_right):
        score += RIGHT_BONUS
    return score


def _following(reading: Reading, index: int) -> Token | None:
    here = reading.tokens[index]
    for step in range(1, 4):
        token = reading.near(index + step, here.sentence)
        if token is not None and token.content:
            return token
    return None
