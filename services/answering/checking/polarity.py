"""What is denied and what is not, by stretches of a sentence and word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.answering.checking.reading import Reading, Token

_DENIES: Final = re.compile(
    r"^(?:не|ни|нет|нельзя|невозможно|never|not|no|none|nobody|nothing|neither|nor|cannot|unable|"
    r"никогда|никто|никого|никому|ничего|ничто|никак\w*|нигде|\w+n't|"
    r"запрещ\w+|воспрещ\w+|недопустим\w+|forbid\w*|forbade|prohibit\w*|banned|bans|illegal|impossible|"
    r"отсутств\w+|lack|lacks|lacked|lacking|"
    r"не(?:съедобн|доступн|пригодн|совместим|законн|видим|проходим)\w+|"
    r"закрыт\w{0,2}|closed|نه|هیچ|نیست|نمی\w*)$"
)
_BEFORE_WHAT: Final = (
    (re.compile(r"^(?:fail|fails|failed|refuse|refuses|refused)$"), frozenset({"to"})),
    (re.compile(r"^(?:запрет\w{0,2}|ban|prohibition)$"), frozenset({"на", "on", "of"})),
)
"""Words that deny what a preposition links to them."""
_WITHOUT: Final = re.compile(r"^(?:без|кроме|without|except|excluding|بدون)$")
_LESSER: Final = re.compile(r"^(?:никогда|никто|никого|никому|ничего|ничто|никак\w*|нигде|ни)$")
_COMPARED: Final = re.compile(
    r"^(?:больше|более|меньше|менее|дольше|позже|позднее|раньше|ранее|выше|ниже|старше|младше|только|"
    r"more|less|later|earlier|fewer|longer|only|over|until)$"
)
_MODAL: Final = re.compile(
    r"^(?:нуж(?:но|ен|на|ны)|надо|можно|необходим\w{1,2}|следует|стоит|подлеж\w+|собира\w+|планиру\w+|"
    r"need|needs|needed|necessary|able|allow\w*|permit\w*|разреш\w+|допуска\w+|plan|plans|planning)$"
)
_PREFIX: Final = re.compile(
    r"^(?:не(?=[а-я]{5})|un(?=[a-z]{4})|без(?=[а-я]{6})|бес(?=[а-я]{6})|"
    r"dis(?=abl|connect|allow|contin|appear|approv|agree|infect))"
)
_CLOSED: Final = re.compile(r"^(?:закрыт\w{0,2}|closed)$")
_DEAL: Final = re.compile(
    r"^(?:сделк|счет|вопрос|дел[оау]$|год|deal|case|account|sale|contract|issue)"
)
_WHOLE: Final = re.compile(
    r"^(?:нельзя|запрещ\w+|воспрещ\w+|недопустим\w+|закрыт\w{0,2}|forbid\w*|prohibit\w*|banned|closed)$"
)
_ELLIPTIC: Final = re.compile(r"^(?:not|нет|\w+n't)$")
REACH: Final = 4
_GROUP_WORDS: Final = 2
_ROOT: Final = 5


@dataclass(frozen=True, slots=True)
class Stated:
    """A word as it is stated.

    Attributes:
        place: The token whose stretch says it: its own, but where it is left out ("...: нет").
        denied: Something denies it.
        governed: It is the word that the denial is about.
        left_out: "Without" or "non-" takes it away.
    """

    token: Token
    place: int
    denied: bool
    governed: bool
    left_out: bool = False


def stated(reading: Reading) -> list[Stated]:
    """Tell of every word with a meaning whether it is denied."""
    clauses = {token.clause for token in reading.tokens if flips(reading, token)}
    odd = {n for n in clauses if sum(flips(reading, t) for t in reading.clause(n)) % 2}
    odd -= {token.clause for token in reading.tokens if _WITHOUT.match(token.low)}
    single: set[int] = set()
    governed: set[int] = set()
    for token in reading.tokens:
        group = _group(reading, token)
        single ^= set(group)
        governed |= set(group)
        if flips(reading, token):
            governed |= _subject_of(reading, token)
    return [
        Stated(t, t.index, denied=(t.clause in odd) != (t.index in single),
               governed=t.index in governed, left_out=t.index in single)
        for t in reading.tokens if _counts(t)
    ] + list(_elliptic(reading))  # fmt: skip


def flips(reading: Reading, token: Token) -> bool:
    """Tell whether a word turns what its stretch says into the contrary."""
    links = next((links for one, links in _BEFORE_WHAT if one.match(token.low)), None)
    if links is not None:
        following = reading.near(token.index + 1, token.sentence)
        return following is not None and following.low in links
    if _is_free_of(reading, token):
        return True
    if not _DENIES.match(token.low) or _compares(reading, token) or _is_done(reading, token):
        return False
    if token.low == "no" and token.index and reading.tokens[token.index - 1].low == "or":
        return False
    rest = [t for t in reading.clause(token.clause) if t.index != token.index]
    return not (_LESSER.match(token.low) and any(t.low in {"не", "нет", "нельзя"} for t in rest))


def _is_free_of(reading: Reading, token: Token) -> bool:
    """Tell "free of sugar" and "sugar-free" from what costs nothing."""
    following = reading.near(token.index + 1, token.sentence)
    of = following is not None and following.low in {"of", "from"}
    return token.low == "free" and (of or token.before == "-")


def _is_done(reading: Reading, token: Token) -> bool:
    """A deal that is closed is done, a door that is closed is not open."""
    if not _CLOSED.match(token.low):
        return False
    around = [reading.near(token.index + step, token.sentence) for step in (-2, -1, 1, 2)]
    return any(near is not None and _DEAL.match(near.low) for near in around)


def _compares(reading: Reading, token: Token) -> bool:
    following = reading.near(token.index + 1, token.sentence)
    if token.low == "no" and following is not None and following.low == "longer":
        than = reading.near(following.index + 1, token.sentence)
        return than is not None and than.low == "than"
    return following is not None and _COMPARED.match(following.low) is not None


def is_negator(token: Token) -> bool:
    """Tell whether a word denies."""
    return bool(_DENIES.match(token.low) or _WITHOUT.match(token.low)) or token.low == "non"


def opposite_roots(token: Token) -> frozenset[str]:
    """Give the roots of what a word denies by its beginning: "unused", "неиспользованный"."""
    return _opposite_roots(token.form.keys)


@lru_cache(maxsize=50_000)
def _opposite_roots(keys: frozenset[str]) -> frozenset[str]:
    bare = {_PREFIX.sub("", key) for key in keys if _PREFIX.match(key)}
    return frozenset(key[:_ROOT] for key in bare)


def _counts(token: Token) -> bool:
    plain = not token.is_digits and not is_negator(token) and len(token.low) > 1
    return plain and not _MODAL.match(token.low)


def _group(reading: Reading, token: Token) -> list[int]:
    """What "without" or "non-" takes away."""
    following = [t.index for t in _following(reading, token)]
    if _WITHOUT.match(token.low):
        twice = any(flips(reading, t) for t in reading.clause(token.clause))
        return [] if twice else following[:_GROUP_WORDS]
    hyphen = token.low in {"non", "не"} and following and reading.tokens[following[0]].before == "-"
    if (hyphen and token.low == "non") or (_DENIES.match(token.low) and _compares(reading, token)):
        return [token.index + 1]
    return []


def _subject_of(reading: Reading, token: Token) -> set[int]:
    """The word that a denial is about: the next one, or in "... нет" and "... нельзя" all."""
    following = _following(reading, token)
    if following and not _WHOLE.match(token.low) and not _MODAL.match(following[0].low):
        return {following[0].index}
    own = [
        t
        for t in reading.clause(token.clause)
        if t.content and not (_MODAL.match(t.low) or is_negator(t))
    ]
    return {t.index for t in own if t.is_verb} or {t.index for t in own}


def _following(reading: Reading, token: Token) -> list[Token]:
    return [
        t for t in reading.tokens[token.index + 1 : token.index + 1 + REACH]
        if t.clause == token.clause and t.content
    ]  # fmt: skip


def _elliptic(reading: Reading) -> Iterator[Stated]:
    """Give what was said before, denied: "..., гигабайты — нет", "... while Kordia does not"."""
    for token in reading.tokens:
        after = [t for t in reading.clause(token.clause) if t.index > token.index]
        if not _ELLIPTIC.match(token.low) or after:
            continue
        own = [t for t in reading.tokens
               if t.sentence == token.sentence and t.clause >= token.clause - 1
               and t.index < token.index and t.content]  # fmt: skip
        before = [
            t for t in reading.tokens
            if t.sentence == token.sentence and t.clause < token.clause and t.content
            and (t.is_verb or t.low.isascii())
            and not any(t.matches(o) for o in own if o.clause == token.clause)
        ]  # fmt: skip
        for one in before:
            yield Stated(one, token.index, denied=True, governed=True)
