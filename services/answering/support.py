"""Does a passage say what a sentence claims? Checks that can be wrong only on the strict side."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from services.answering.checking import naming, opposites, ordering, replacing
from services.answering.checking.anchors import Anchor, contradicted, fits
from services.answering.checking.dates import MANDATORY, in_season
from services.answering.checking.denials import denied_otherwise, grants_the_denied
from services.answering.checking.facts import Facts
from services.answering.checking.quantity import (
    Quantity,
    is_one_unit,
    measures_alike,
    spans_of,
)
from services.answering.checking.reading import Reading, Readings, Token
from services.answering.evidence import SentenceView
from services.knowledge.ports import Lemmatizer

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")

SURE: Final = 0.6
"""Share of a sentence's content words, as words or their kin, that makes its passage sure."""
CONTAINED: Final = 0.4
"""The least share, of a sentence with a number, date or name that the passage has too.

Below ``SURE`` no other passage may hold more of the sentence.
"""
NEAR: Final = 0.2
"""Share that a sentence of it must hold alone, so that words are not swept together."""
MOST_SENTENCES: Final = 3
"""Sentences of the passage that one claim may be put together from."""
WORDING: Final = frozenset({"near", "replaced"})
"""Checks of words alone: where a model says that a passage means it, they may be wrong."""
FEWEST_SHARED: Final = 2
"""Content words that claim and passage share: one word alone claims nothing."""


@dataclass(frozen=True, slots=True)
class Support:
    """Where a passage says it.

    Attributes:
        positions: Of the supporting sentences in the passage.
        share: Of the claim's content words that the passage holds.
    """

    n: int
    positions: tuple[int, ...]
    share: float = 1.0


@dataclass(frozen=True, kw_only=True)
class SupportCheck:
    """Checks sentences against one passage of the evidence.

    Attributes:
        sentences: All sentences of the passage, in reading order.
        heading: Title of the passage: names may come from there.
        readings: Of the sentences that are checked; shared by the checks of all passages.
    """

    n: int
    sentences: Sequence[SentenceView]
    heading: str
    lemmatizer: Lemmatizer
    readings: Readings

    @cached_property
    def _source(self) -> Facts:
        return Facts(Reading([sentence.text for sentence in self.sentences], self.lemmatizer))

    @cached_property
    def _title(self) -> Reading:
        return Reading([self.heading], self.lemmatizer)

    def support(self, claim: str) -> Support | None:
        """Find the sentences that carry the claim, or None.

        A verbatim quote is carried by definition. Otherwise its numbers, dates and names must all
        be there and belong to the same things, what is denied must be denied on both sides, no
        thing may stand in another one's place, and most content words must be there too, mostly
        close together.
        """
        return self.quoted(claim) or self._said(claim)

    def quoted(self, claim: str) -> Support | None:
        """Find the sentence that says the claim word for word, or None."""
        wanted = fold(claim)
        for position, sentence in enumerate(self.sentences):
            if wanted and is_quote(wanted, fold(sentence.text)):
                return Support(self.n, (position,))
        return None

    def _said(self, claim: str) -> Support | None:
        reason, positions = self.judge(claim)
        return None if reason else Support(self.n, positions, self._share_in_words(claim))

    def _share_in_words(self, claim: str) -> float:
        """Tell how much is held by the words themselves, or their kin: synonyms are less sure."""
        said = self._facts(claim)
        literal = self._source.reading.roots | self._title.roots
        held, total = self._held_of(said, literal)
        return held / total if total else 0.0

    def share(self, claim: str) -> float:
        """Tell how much of the claim's content words the passage holds."""
        held, total = self._held_of(self._facts(claim))
        return held / total if total else 0.0

    def _facts(self, claim: str) -> Facts:
        return Facts(self.readings.of(claim), self._source.reading)

    def judge(self, claim: str) -> tuple[str, tuple[int, ...]]:
        """Name the first check that fails, or give the sentences that carry the claim."""
        said = self._facts(claim)
        held, total = self._held_of(said)
        if held < FEWEST_SHARED or held < (CONTAINED if _is_exact(said) else SURE) * total:
            return "words", ()
        if self._names_alone(said):
            return "names alone", ()
        positions = self._positions(said)
        checks = self._checks(said, positions)
        return next((name for name, fails in checks if fails()), ""), positions

    def objection(self, claim: str) -> str:
        """Name the first check that fails among those that no likeness of meaning outweighs."""
        said = self._facts(claim)
        checks = self._checks(said, self._positions(said))
        return next((name for name, fails in checks if name not in WORDING and fails()), "")

    def nearest(self, claim: str) -> tuple[int, ...]:
        """Choose the sentences that hold most of the claim, at least one."""
        said = self._facts(claim)
        return self._positions(said) or self._closest(said)

    def _checks(
        self, said: Facts, positions: tuple[int, ...]
    ) -> tuple[tuple[str, Callable[[], bool]], ...]:
        source = self._source
        strange = self._strange(said)
        within = frozenset(positions)
        return (
            ("near", lambda: not positions),
            ("names", lambda: naming.absent(said.names, source.reading, self._title)),
            ("dates", lambda: self._when(said)),
            ("numbers", lambda: self._how_many(said)),
            ("swapped", lambda: naming.swapped(said.names, source.names)),
            (
                "elsewhere",
                lambda: self._elsewhere(said),
            ),
            ("denied", lambda: denied_otherwise(said.side, source.side)),
            ("granted", lambda: grants_the_denied(said.side, source.side)),
            ("opposite", lambda: self._opposite(said)),
            ("order", lambda: ordering.reversed_order(said.reading, source.reading)),
            ("only", lambda: opposites.narrows(said.reading, source.reading, within)),
            ("replaced", lambda: replacing.replaced(said.reading, source.reading, strange)),
        )

    def _elsewhere(self, said: Facts) -> bool:
        source = self._source
        return naming.elsewhere(said.names, said.reading, source.names, source.reading)

    def _strange(self, said: Facts, known: frozenset[str] | None = None) -> list[Token]:
        if known is None:
            known = self._source.reading.wide | self._title.wide
        return replacing.unknown(said.reading, known, said.taken)

    def _held_of(self, said: Facts, known: frozenset[str] | None = None) -> tuple[int, int]:
        """Count what is held; what measures and dates counts as held: it is checked apart."""
        exact = len(said.quantities) + len(said.dates.anchors)
        words = sum(token.index not in said.taken for token in said.reading.content)
        held = words - len(self._strange(said, known))
        return (held + exact if held else 0), words + exact

    def _positions(self, said: Facts) -> tuple[int, ...]:
        """Choose the sentences that together hold most of the claim, best first; none is near."""
        held, total = self._held_by_sentence(said)
        chosen: list[int] = []
        covered: set[int] = set()
        while len(chosen) < MOST_SENTENCES:
            best = max(range(len(held)), key=lambda p: len(held[p] - covered), default=-1)
            if best < 0 or len(held[best] - covered) < (FEWEST_SHARED if chosen else 1):
                break
            if not chosen and len(held[best]) < NEAR * total:
                return ()
            chosen.append(best)
            covered |= held[best]
        return tuple(sorted(chosen))

    def _closest(self, said: Facts) -> tuple[int, ...]:
        held, _ = self._held_by_sentence(said)
        return (max(range(len(held)), key=lambda p: len(held[p])),) if held else ()

    def _held_by_sentence(self, said: Facts) -> tuple[list[set[int]], int]:
        """Tell what each sentence holds of the claim, and how much the claim is."""
        wanted = [t.form.wide for t in said.reading.content if t.index not in said.taken]
        exact: list[Anchor] = [*said.quantities, *said.dates.anchors, *said.periods]
        held = [self._held(wanted, exact, position) for position in range(len(self.sentences))]
        return held, len(wanted) + len(exact)

    def _held(
        self, wanted: Sequence[frozenset[str]], exact: Sequence[Anchor], position: int
    ) -> set[int]:
        roots = {root for t in self._by_sentence[position] for root in t.form.wide}
        held = {i for i, one in enumerate(wanted) if not one.isdisjoint(roots)}
        there = [a for a in self._source.exact if self._source.sentence_of(a) == position]
        return held | {
            len(wanted) + i for i, one in enumerate(exact) if any(one.agrees(a) for a in there)
        }

    @cached_property
    def _by_sentence(self) -> list[list[Token]]:
        tokens = self._source.reading.tokens
        return [[t for t in tokens if t.sentence == n] for n in range(len(self.sentences))]

    def _names_alone(self, said: Facts) -> bool:
        """Tell whether the passage knows the names of the claim, and nothing it says of them."""
        if not said.names or said.exact:
            return False
        named = {token.index for name in said.names for token in name.tokens}
        told = {token.index for token in said.reading.content} - named
        return bool(told) and told <= {token.index for token in self._strange(said)}

    def _when(self, said: Facts) -> bool:
        found = self._source.dates.anchors
        anchors = said.dates.anchors
        return any(
            self._fails(said, a, found, anchors, mandatory=a.family in MANDATORY)
            for a in anchors
            if not in_season(a, found)
        )

    def _how_many(self, said: Facts) -> bool:
        counted, often = self._source.quantities, self._source.periods
        return any(
            self._fails(said, a, counted, said.quantities, mandatory=_is_exact_count(a))
            for a in said.quantities
            if not self._is_year(a) and not self._is_unit(a)
        ) or any(
            self._fails(said, a, often, said.periods, mandatory=True)
            for a in said.periods
            if not any(a.values & spans_of(q) for q in counted)
        )

    def _is_unit(self, quantity: Quantity) -> bool:
        """Tell whether "за день" is "в день" of the source, or "1 кг" its "на килограмм"."""
        source = self._source
        if any(spans_of(quantity) & period.values for period in source.periods):
            return True
        return is_one_unit(quantity) and any(
            measures_alike(quantity, token)
            for token in source.reading.tokens
            if token.index not in source.taken
        )

    def _is_year(self, quantity: Quantity) -> bool:
        """A bare number may be a year that the source writes as one."""
        years = {v for a in self._source.dates.anchors if a.family == "year" for v in a.values}
        return not quantity.dimension and quantity.counted is None and bool(quantity.values & years)

    def _opposite(self, said: Facts) -> bool:
        found = self._source.opposites
        return any(self._fails(said, a, found, (), mandatory=False) for a in said.opposites)

    def _fails(
        self,
        said: Facts,
        anchor: Anchor,
        found: Sequence[Anchor],
        others: Sequence[Anchor],
        *,
        mandatory: bool,
    ) -> bool:
        source = self._source.reading
        equal = [other for other in found if anchor.agrees(other)]
        if mandatory and not equal:
            return True
        family = [other for other in found if other.family == anchor.family or other in equal]
        if not equal:
            return any(fits(said.reading, anchor, source, f, family) >= 1 for f in family)
        if anchor.family == "quantity order":
            return False
        beside = [other for other in others if other is not anchor]
        return contradicted(said.reading, anchor, source, family, beside)


def _is_exact(said: Facts) -> bool:
    """Tell whether a sentence says anything that only its own passage can say by right."""
    return bool(said.exact or said.names)


def _is_exact_count(quantity: Quantity) -> bool:
    """Tell what the source must count too.

    "The first" is said of what the source calls new, "both" of what it names one by one.
    """
    is_first = quantity.dimension == "order" and quantity.values == {1.0}
    return not is_first and not quantity.is_both


_DENIES_OR_COUNTS: Final = re.compile(
    r"^(?:не|ни|нет|без|нельзя|никогда|not|no|never|without|cannot|\w+n['’]t|"
    r"نه|هیچ|بدون|نیست|"
    r"\d+|тыс|тысяч\w*|млн|млрд)$"
)


def is_quote(wanted: str, said: str) -> bool:
    """Tell whether whole words of a sentence are repeated, no denial or number cut off."""
    at = f" {said} ".find(f" {wanted} ")
    if at < 0:
        return False
    before, behind = said[:at].split(), said[at + len(wanted) :].split()[:1]
    if len(before) == 1 and before[0].isdigit():  # the number of a list item
        before = []
    before = before[-1:]
    return not any(_DENIES_OR_COUNTS.match(word) for word in before + behind)


def fold(text: str) -> str:
    """Lower case, ё as е, words alone: for comparing quotes."""
    return " ".join(_WORD.findall(text.lower().replace("ё", "е")))
