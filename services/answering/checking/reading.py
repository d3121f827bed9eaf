"""A text as tokens in segments: what every check looks at."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from services.answering.checking.words import LIGHT, Form, is_irregular, is_russian, other, russian
from services.answering.wordlists import listed
from services.knowledge.ports import Lemmatizer
from services.knowledge.stopwords import STOP_WORDS

_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)?")
_BREAK: Final = re.compile(r"[,;:()!?—–]|\s-\s|\.\s")
_INSIDE: Final = frozenset({".", ",", ":"})
_QUOTE: Final = re.compile('[«„“"]')
_CONJUNCTIONS: Final = listed(
    "и а но или либо and but while whereas or although though хотя و اما ولی یا"
)
_RELATIONS: Final = listed(
    "behind ahead across along within among against toward towards since per via upon around also "
    "however still already yet later another every whole near nearly almost both either "
    "около примерно приблизительно почти позади впереди вдоль внутри среди против сквозь через "
    "каждый каждая каждое каждую каждого каждой каждым каждому весь вся течение году times раз time"
)
"""Words that relate or colour others: nothing is claimed by them alone."""
_AFTER_THESE: Final = frozenset(
    [
        "to",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "must",
        "shall",
        "should",
        "not",
        "does",
        "do",
        "did",
        "he",
        "she",
        "it",
        "they",
        "we",
        "you",
        "i",
        "who",
        "which",
    ]
)
_JOINING: Final = listed("и или and or و یا")
_VERB_EN: Final = re.compile(
    r"^(?:is|are|was|were|be|been|has|have|had|will|can|may|must|does|do|did|cannot|\w+n['’]t|"
    r"won|built|sold|bought|began|lost|took|made|kept|led|held|rose|fell|\w{2,}ed)$"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number in its place.

    Attributes:
        low: Lower case, ё as е.
        before: What stands between the token before and this one.
        after: What stands between this token and the next one.
        clause: Number of the stretch that has a verb of its own; it holds whole segments.
        segment: Number of the stretch without comma or conjunction that holds it.
        content: It carries meaning of its own, and is no number.
        capital: Written with a capital, and not only since it opens a sentence.
    """

    index: int
    text: str
    low: str
    before: str
    after: str
    sentence: int
    segment: int
    content: bool
    capital: bool
    opens: bool
    form: Form
    is_verb: bool
    clause: int = 0

    @property
    def is_digits(self) -> bool:
        """Tell whether it is written in digits."""
        return self.low[0].isdigit()

    def matches(self, another: "Token") -> bool:
        """Tell whether both are forms of one word, or of one family of words."""
        return not self.form.roots.isdisjoint(another.form.roots)

    def same(self, another: "Token") -> bool:
        """Tell whether both are forms of one word."""
        return self.low == another.low or not self.form.keys.isdisjoint(another.form.keys)


@dataclass(frozen=True, slots=True)
class _Place:
    before: str
    after: str
    sentence: int
    segment: int
    opens: bool
    previous: Token | None


def _says_what_happens(low: str, form: Form, previous: Token | None) -> bool:
    """Guess whether a word of a language without a dictionary is a verb."""
    if form.tags or not low.isascii():
        return False
    if _VERB_EN.match(low) or is_irregular(low):
        return True
    if previous is None or low in STOP_WORDS or low in _RELATIONS:
        return False
    return previous.low in _AFTER_THESE or (previous.capital and low.endswith("s"))


def _with_clauses(tokens: Sequence[Token]) -> Iterator[Token]:
    """Join what a conjunction parts when one side of it has no verb."""
    clause, verbs = 0, 0
    for token in tokens:
        previous = tokens[token.index - 1] if token.index else None
        if previous is not None and token.segment != previous.segment:
            here = [t for t in tokens if t.segment == token.segment]
            joins = token.low in _JOINING and not _BREAK.search(token.before)
            if not (joins and (not verbs or not any(_acts(t) for t in here))):
                clause, verbs = clause + 1, 0
        verbs += _acts(token)
        yield replace(token, clause=clause) if clause else token


def _acts(token: Token) -> bool:
    return token.is_verb and not token.form.tags & {"PRED", "ADJS"}


def _grouped(tokens: Sequence[Token], number: Callable[[Token], int]) -> dict[int, list[Token]]:
    groups: dict[int, list[Token]] = {}
    for token in tokens:
        groups.setdefault(number(token), []).append(token)
    return groups


class Reading:
    """Sentences as tokens, in reading order."""

    def __init__(self, sentences: Sequence[str], lemmatizer: Lemmatizer) -> None:
        self._lemmatizer = lemmatizer
        self.sentences = tuple(sentences)
        self.tokens: list[Token] = []
        segment = 0
        for number, sentence in enumerate(sentences):
            segment = self._read(sentence, number, segment) + 1
        self.tokens = list(_with_clauses(self.tokens))

    def _read(self, sentence: str, number: int, segment: int) -> int:
        spans = [match.span() for match in _TOKEN.finditer(sentence)]
        starts = [start for start, _ in [*spans, (len(sentence), 0)][1:]]
        end = 0
        for (start, stop), following in zip(spans, starts, strict=True):
            before = sentence[end:start]
            low = sentence[start:stop].lower().replace("ё", "е").replace("’", "'")
            if end and (low in _CONJUNCTIONS or (before not in _INSIDE and _BREAK.search(before))):
                segment += 1
            place = _Place(before, sentence[stop:following], number, segment, opens=not end,
                           previous=self.tokens[-1] if end else None)  # fmt: skip
            self.tokens.append(self._token(sentence[start:stop], low, place))
            end = stop
        return segment

    def _token(self, text: str, low: str, place: "_Place") -> Token:
        form = russian(low) if is_russian(low) else other(low, self._lemmatizer)
        silent = low[0].isdigit() or len(low) == 1 or low in STOP_WORDS or low in _RELATIONS
        content = not silent and form.keys.isdisjoint(STOP_WORDS) and form.keys.isdisjoint(LIGHT)
        quoted = bool(_QUOTE.search(place.before))
        return Token(
            index=len(self.tokens), text=text, low=low, before=place.before, after=place.after,
            sentence=place.sentence, segment=place.segment, content=content,
            capital=text[0].isupper() and (quoted or not place.opens), opens=place.opens, form=form,
            is_verb=form.is_verb or _says_what_happens(low, form, place.previous),
        )  # fmt: skip

    @cached_property
    def content(self) -> list[Token]:
        """Tokens that carry meaning."""
        return [token for token in self.tokens if token.content]

    @cached_property
    def _by_clause(self) -> dict[int, list[Token]]:
        return _grouped(self.tokens, lambda token: token.clause)

    @cached_property
    def _by_segment(self) -> dict[int, list[Token]]:
        return _grouped(self.tokens, lambda token: token.segment)

    @cached_property
    def roots(self) -> frozenset[str]:
        """Roots of all its tokens."""
        return frozenset(root for token in self.tokens for root in token.form.roots)

    @cached_property
    def wide(self) -> frozenset[str]:
        """Roots and meanings of all its tokens."""
        return frozenset(root for token in self.tokens for root in token.form.wide)

    def at(self, index: int) -> Token | None:
        """Give a token by its place; None beyond either end."""
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def near(self, index: int, sentence: int) -> Token | None:
        """Give a token by its place when it stands in this sentence."""
        token = self.at(index)
        return token if token is not None and token.sentence == sentence else None

    def clause(self, number: int) -> list[Token]:
        """Give the tokens of a clause."""
        return self._by_clause.get(number, [])

    def segment(self, number: int) -> list[Token]:
        """Give the tokens of a segment."""
        return self._by_segment.get(number, [])


class Readings:
    """Sentences as they were read, each once."""

    def __init__(self, lemmatizer: Lemmatizer) -> None:
        self._lemmatizer = lemmatizer
        self._known: dict[str, Reading] = {}

    def of(self, sentence: str) -> Reading:
        """Read a sentence, or give what was read before."""
        if sentence not in self._known:
            self._known[sentence] = Reading([sentence], self._lemmatizer)
        return self._known[sentence]
