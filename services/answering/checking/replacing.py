"""A thing put in another one's place: wheat flour for rye flour."""

from typing import Final

from services.answering.checking.numerals import is_numeral
from services.answering.checking.polarity import flips, opposite_roots
from services.answering.checking.reading import Reading, Token
from services.answering.wordlists import listed

_REACH: Final = 2
PREPOSITIONS: Final = listed(
    "в во на с со у от по о об за к ко для из при про под над дольше больше меньше более менее "
    "in on at of with from to for by into than within"
)


def unknown(claim: Reading, known: frozenset[str], taken: frozenset[int]) -> list[Token]:
    """Find the content words that no word of the source is akin to; what denies is judged apart."""
    return [
        token
        for token in claim.content
        if token.index not in taken
        and token.form.wide.isdisjoint(known)
        and opposite_roots(token).isdisjoint(known)
        and not is_numeral(token)
        and not flips(claim, token)
    ]


def replaced(claim: Reading, source: Reading, strange: list[Token]) -> bool:
    """Tell whether an unknown word stands where the source has another thing."""
    free = [t for t in source.content if _thing(t) and t.form.roots.isdisjoint(claim.roots)]
    overlap = _overlap(claim, source)
    things = [token for token in strange if _thing(token)]
    if len(things) > 1:  # not one thing in another's place, but other words
        return False
    return any(
        _one_place(claim, token, source, other)
        for token in things
        for other in free
        if overlap.get(other.sentence, 0) >= _REACH
    )


def _overlap(claim: Reading, source: Reading) -> dict[int, int]:
    found: dict[int, set[int]] = {}
    for token in source.content:
        for said in claim.content:
            if said.matches(token):
                found.setdefault(token.sentence, set()).add(said.index)
    return {sentence: len(shared) for sentence, shared in found.items()}


def _thing(token: Token) -> bool:
    return token.form.is_noun or (not token.form.tags and not token.is_verb)


def _one_place(claim: Reading, token: Token, source: Reading, other: Token) -> bool:
    left, other_left = claim.at(token.index - 1), source.near(other.index - 1, other.sentence)
    if left is not None and other_left is not None:
        if left.low == other_left.low and left.low in PREPOSITIONS:
            return True
        russian = token.form.is_noun and other.form.is_noun
        if russian and left.content and not left.capital and left.matches(other_left):
            return True
    right, other_right = _behind(claim, token), _behind(source, other)
    if right is None or other_right is None or right.capital:
        return False
    return right.matches(other_right)


def _behind(reading: Reading, token: Token) -> Token | None:
    for step in range(1, _REACH + 1):
        near = reading.near(token.index + step, token.sentence)
        if near is not None and (near.content or near.is_verb):
            return near
    return None
