"""Names, and the part that each plays: who beat whom, who is the tenant and who the landlord."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.answering.checking.dates import month_of
from services.answering.checking.numerals import is_numeral
from services.answering.checking.reading import Reading, Token
from services.answering.wordlists import listed
from services.knowledge.stopwords import STOP_WORDS

_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_QUOTE: Final = re.compile('[«„“"]')
_LATIN: Final = re.compile(r"^[A-Za-z]{2,}")
_BE: Final = frozenset({"is", "are", "was", "were", "be", "been", "being"})
_PASSIVE_RU: Final = frozenset({"PRTS"})
_LOSES: Final = re.compile(r"^(?:проигр|уступ|отста|lose|lost|losing)")
_WINS: Final = ("обыгр", "побед", "опере", "beat")
_SELLS: Final = re.compile(r"^(?:прода|sell|sold)")
_BUYS: Final = ("купит", "покуп", "buy")
_TRANSLITERATED: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "",
    "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_PREPOSITIONS: Final = listed(
    "в во на с со у от по о об обо за к ко для из при про под над перед между"
)
_PREPOSITIONS_EN: Final = listed("from to of with for in at on into over than")
PART: Final = 2.0
LABEL: Final = 1.0
_SHORTEST: Final = 4
_TOGETHER: Final = 2


@dataclass(frozen=True, slots=True)
class Trait:
    """What stands by a name: the verb that it is the subject of, or a word before or behind it."""

    kind: str
    roots: frozenset[str]
    weight: float

    def is_shared(self, others: Sequence["Trait"]) -> bool:
        """Tell whether another name has it."""
        return any(o.kind == self.kind and not o.roots.isdisjoint(self.roots) for o in others)


@dataclass(frozen=True, slots=True)
class Name:
    """Words that stand together and name one thing."""

    tokens: tuple[Token, ...]
    traits: tuple[Trait, ...]

    def shares(self, another: "Name") -> bool:
        """Tell whether both have a word in common."""
        return any(alike(one, other) for one in self.tokens for other in another.tokens)


def alike(one: Token, other: Token) -> bool:
    """Tell whether two words are one name, declined or in other letters."""
    if one.same(other):
        return True
    if bool(_CYRILLIC.search(one.low)) == bool(_CYRILLIC.search(other.low)):
        return False
    latin = {_folded(one.low), _folded(other.low)}
    return len(latin) == 1 and len(min(latin)) >= _SHORTEST


def names(reading: Reading, known: Reading, taken: frozenset[int]) -> list[Name]:
    """Find the names of a text.

    Args:
        reading: The text.
        known: Where the word that opens a sentence may stand as a name.
        taken: Places of tokens that are parts of numbers and dates.
    """
    foreign = any(_CYRILLIC.search(token.low) for token in reading.tokens)
    groups: list[list[Token]] = []
    for token in reading.tokens:
        if token.index in taken or not _is_name(token, known, foreign=foreign):
            continue
        last = groups[-1][-1] if groups else None
        if last and last.index + 1 == token.index and token.before in {" ", "-", "\u00a0"}:
            groups[-1].append(token)
        else:
            groups.append([token])
    return [Name(tuple(group), tuple(_traits(reading, group, taken))) for group in groups]


def _is_name(token: Token, known: Reading, *, foreign: bool) -> bool:
    if token.is_digits or token.low in STOP_WORDS or month_of(token) or is_numeral(token):
        return False
    if token.capital or (foreign and _LATIN.match(token.text)):
        return len(token.low) > 1
    opening = token.opens and token.text[0].isupper()
    return opening and any(t.capital and alike(t, token) for t in known.tokens)


def absent(claimed: Sequence[Name], source: Reading, heading: Reading) -> bool:
    """Tell whether a word of a name is nowhere in the passage and its heading."""
    known = source.tokens + heading.tokens
    return any(
        not any(alike(token, other) for other in known) for name in claimed for token in name.tokens
    )


def swapped(claimed: Sequence[Name], found: Sequence[Name]) -> bool:
    """Tell whether a name plays the part that the source gives to another one."""
    return any(_plays_anothers_part(name, found) for name in claimed)


def elsewhere(
    claimed: Sequence[Name], claim: Reading, found: Sequence[Name], source: Reading
) -> bool:
    """Tell whether the claim's other words all stand by another name, and none by its own."""
    if len(claimed) != 1:
        return False
    own = {t.sentence for f in found if f.shares(claimed[0]) for t in f.tokens}
    others = {
        f.tokens[0].sentence for f in found
        if len(f.tokens) == len(claimed[0].tokens) > 1 and not f.shares(claimed[0])
    }  # fmt: skip
    words = [t for t in claim.content if t not in claimed[0].tokens]
    return (
        bool(own)
        and not any(_overlap(words, source, n) for n in own)
        and any(_overlap(words, source, n) >= _TOGETHER for n in others - own)
    )


def _overlap(words: Sequence[Token], source: Reading, sentence: int) -> int:
    there = [t for t in source.content if t.sentence == sentence]
    return sum(any(t.matches(word) for t in there) for word in words)


def _plays_anothers_part(name: Name, found: Sequence[Name]) -> bool:
    own = [trait for f in found if f.shares(name) for trait in f.traits]
    rivals = [f.traits for f in found if not f.shares(name)]
    best = max((_shared(name.traits, traits) for traits in rivals), default=0.0)
    return best > _shared(name.traits, own)


def _shared(traits: Sequence[Trait], others: Sequence[Trait]) -> float:
    return sum(trait.weight for trait in traits if trait.is_shared(others))


def _traits(reading: Reading, group: Sequence[Token], taken: frozenset[int]) -> Iterator[Trait]:
    if _CYRILLIC.search(group[0].low):
        yield from _russian_part(reading, group)
        label = reading.near(group[0].index - 1, group[0].sentence)
        if label is not None and label.content and not label.is_verb and not label.capital:
            yield Trait(_label_kind(label, group), label.form.roots, LABEL)
        return
    yield from _english_parts(reading, group, taken)


def _label_kind(label: Token, group: Sequence[Token]) -> str:
    """Tell "критик Штейн", in one case, from "повести Штейна", in two."""
    one_case = all(label.form.cases & token.form.cases for token in group)
    return "label" if one_case else "of"


def _russian_part(reading: Reading, group: Sequence[Token]) -> Iterator[Trait]:
    verb = _nearest_verb(reading, group)
    cases = set(group[0].form.cases).intersection(*(token.form.cases for token in group))
    before = reading.near(group[0].index - 1, group[0].sentence)
    if _QUOTE.search(group[0].before) and before is not None and before.form.is_noun:
        cases, before = set(before.form.cases), reading.near(before.index - 1, before.sentence)
    if verb is None or not cases or _describes(reading, group):
        return
    if before is not None and before.low in _PREPOSITIONS:
        yield Trait(f"{before.low} ...", verb.form.roots, PART)
        return
    passive = bool(verb.form.tags & _PASSIVE_RU) or verb.low.endswith(("ся", "сь"))
    noun_before = before is not None and before.form.is_noun and before.content
    if noun_before and "gent" in cases and "nomn" not in cases:
        return
    if "nomn" in cases:
        kind = "object" if verb.form.tags & _PASSIVE_RU else "subject"
    elif passive and "ablt" in cases:
        kind = "subject"
    else:
        kind = "object"
    yield _part(kind, verb)


def _describes(reading: Reading, group: Sequence[Token]) -> bool:
    """Tell whether the name is an adjective to the noun behind it: "Плещеева озера"."""
    behind = reading.near(group[-1].index + 1, group[-1].sentence)
    if behind is None or not behind.form.is_noun or behind.capital or behind.before != " ":
        return False
    return "ADJF" in group[-1].form.tags or bool(
        {"gent"} & behind.form.cases & group[-1].form.cases
    )


def _nearest_verb(reading: Reading, group: Sequence[Token]) -> Token | None:
    here = group[0]
    verbs = [t for t in reading.segment(here.segment) if t.is_verb]
    return min(verbs, key=lambda t: abs(t.index - here.index), default=None)


def _part(kind: str, verb: Token) -> Trait:
    other = {"subject": "object", "object": "subject"}[kind]
    if any(_LOSES.match(key) for key in verb.form.keys):
        return Trait(other, frozenset(_WINS), PART)
    if any(key[:5] in _WINS for key in verb.form.keys):
        return Trait(kind, frozenset(_WINS), PART)
    if any(_SELLS.match(key) for key in verb.form.keys):
        return Trait(other, frozenset(_BUYS), PART)
    if any(key[:5] in _BUYS for key in verb.form.keys):
        return Trait(kind, frozenset(_BUYS), PART)
    return Trait(kind, verb.form.roots, PART)


def _english_parts(
    reading: Reading, group: Sequence[Token], taken: frozenset[int]
) -> Iterator[Trait]:
    before = _neighbour(reading, group[0], -1, taken)
    if before is not None and not _linked(reading, before, group[0]):
        between = {t.low for t in reading.tokens[before.index + 1 : group[0].index]}
        by = "by" in between
        title = (not between or bool(between & _BE)) and not before.is_verb
        kind = "label" if title and not by else ("subject" if by else "object")
        yield Trait("label", before.form.roots, LABEL) if kind == "label" else _part(kind, before)
        verb = _neighbour(reading, before, -1, taken) if kind == "label" else None
        if verb is not None and reading.tokens[verb.index + 1].low == "by":
            yield _part("subject", verb)
    owns = group[-1].low.endswith("'s")
    behind = None if owns else _neighbour(reading, group[-1], 1, taken)
    if behind is not None:
        link = reading.tokens[group[-1].index + 1 : behind.index]
        passive = any(t.low in _BE for t in link) and behind.is_verb
        yield _part("object" if passive else "subject", behind)


def _linked(reading: Reading, before: Token, name: Token) -> bool:
    """Tell whether a preposition stands between a word and the name, and takes it elsewhere."""
    between = {token.low for token in reading.tokens[before.index + 1 : name.index]}
    return bool(between & _PREPOSITIONS_EN)


def _neighbour(reading: Reading, token: Token, step: int, taken: frozenset[int]) -> Token | None:
    """The next content word in a direction, at most three words away."""
    for distance in range(1, 4):
        near = reading.near(token.index + step * distance, token.sentence)
        if near is None or near.capital or near.index in taken:
            return None
        if near.segment != token.segment and (distance > 1 or near.is_verb):
            return None
        if not near.is_digits and len(near.low) > 1 and _tells(near):
            return near
    return None


def _tells(token: Token) -> bool:
    return token.content or (token.is_verb and token.low not in _BE and token.low not in STOP_WORDS)


def _folded(low: str) -> str:
    latin = "".join(_TRANSLITERATED.get(char, char) for char in low)
    for written, sound in (
        ("x", "ks"),
        ("y", "i"),
        ("c", "k"),
        ("kh", "h"),
        ("ia", "ya"),
        ("w", "v"),
    ):
        latin = latin.replace(written, sound)
    return re.sub(r"(.)\1", r"\1", latin).replace("ya", "ia")
