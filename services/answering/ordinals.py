"""References to a list that was shown: "а второй?", "what about the last one?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.answering.morphology import Kind, words
from services.dialogue.models import Turn

_STEMS: Final = (
    (r"перв(?:ый|ая|ое|ого|ой|ому|ую|ым|ом|ые|ых)", r"first", r"اول|اولی|اولین|یکم"),
    (r"втор(?:ой|ая|ое|ого|ому|ую|ым|ом|ые|ых)", r"second", r"دوم|دومی|دومین"),
    (r"трет(?:ий|ья|ье|ьего|ьей|ьему|ью|ьим|ьем|ьи|ьих)", r"third", r"سوم|سومی|سومین"),
    (r"четв[её]рт(?:ый|ая|ое|ого|ой|ому|ую|ым|ом)", r"fourth", r"چهارم|چهارمی"),
    (r"пят(?:ый|ая|ое|ого|ой|ому|ую|ым|ом)", r"fifth", r"پنجم|پنجمی"),
    (r"последн(?:ий|яя|ее|его|ей|ему|юю|им|ем)", r"last(?: one)?|latter", r"آخر|آخری|آخرین"),
)
_LAST: Final = len(_STEMS) - 1
_ORDINAL: Final = tuple(
    re.compile(
        rf"(?:(?P<preposition>\b[а-я]{{1,3}}\s+))?\b(?P<word>{ru})\b|"
        rf"\b(?:the\s+|number\s+)?(?P<en>{en})(?:\s+one)?\b|(?<!\w)(?P<fa>{fa})(?!\w)",
        re.IGNORECASE,
    )
    for ru, en, fa in _STEMS
)
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+(?P<item>[^\n]+)$", re.MULTILINE)
_BULLETED = re.compile(r"^\s*[•\-–*]\s+(?P<item>[^\n]+)$", re.MULTILINE)
_COUNTED = re.compile(
    r"(?:^|[\s(,;:])(?:the\s+)?(?:перв\w+|втор\w+|трет\w+|четв[её]рт\w+|пят\w+|последн\w+|"
    r"first|second|third|fourth|fifth|last)(?:\s+(?:is|one|one is))?\s*(?:[—–:-]\s*|\s(?=\w))"
    r"(?P<item>[^,;.\n—–]+)",
    re.IGNORECASE,
)
_LISTED = re.compile(r":\s*(?P<items>[^:.!?\n]+,[^:.!?\n]+?(?:\s(?:и|или|and|or|و)\s)[^:.!?\n]+)")
_BETWEEN = re.compile(r"\s*,\s*(?:(?:и|или|and|or)\s+)?|\s+(?:и|или|and|or|و)\s+")
_MARKER = re.compile(r"\s*\[\d+\]")
_DETAIL = re.compile(r"\s*[(:,—–].*$", re.DOTALL)
LEAST: Final = 2
LONGEST_ITEM: Final = 60
ANSWERS_READ: Final = 2


@dataclass(frozen=True, slots=True)
class _Shown:
    items: tuple[str, ...]
    about: str


def pointed(question: str, turns: Sequence[Turn]) -> str | None:
    """Put what stands in a list of the last answers for "второй" and the like.

    Returns:
        The question with the item named; None when nothing points to a list, or no list has it.

    Example:
        >>> from datetime import UTC, datetime
        >>> turn = Turn(question="", query="Какие группы есть?", passage_ids=(), decision="sources",
        ...             answer="Есть три группы: детская, взрослая и разрядная.", abstained=False,
        ...             asked_at=datetime(2026, 1, 1, tzinfo=UTC))
        >>> pointed("а сколько стоит вторая?", [turn])
        'а сколько стоит взрослая?'
    """
    for number, rule in enumerate(_ORDINAL):
        found = rule.search(question)
        if found is None:
            continue
        group = next(name for name in ("word", "en", "fa") if found[name])
        after = re.match(r"\s+([^\W\d_]+)", question[found.end() :])
        for turn in list(reversed(turns))[:ANSWERS_READ]:
            shown = _list_of(turn)
            item = _item(shown, number)
            if item is None or not _fits(after[1] if after else "", shown):
                continue
            start = found.start() if group != "word" else found.start(group)
            return f"{question[:start]}{item}{question[found.end() :]}"
    return None


def _item(shown: _Shown, number: int) -> str | None:
    if len(shown.items) < LEAST:
        return None
    if number == _LAST:
        return shown.items[-1]
    return shown.items[number] if number < len(shown.items) else None


def _fits(after: str, shown: _Shown) -> bool:
    """A noun behind the ordinal is one that the list is of: not "второй день"."""
    following = words(after)
    if not following or following[0].kind is not Kind.NOUN:
        return True
    return following[0].lemma in {word.lemma for word in words(shown.about)}


@lru_cache(maxsize=256)
def _items(answer: str) -> tuple[str, ...]:
    plain = _MARKER.sub("", answer)
    for rule in (_NUMBERED, _BULLETED, _COUNTED):
        items = [_DETAIL.sub("", match["item"]).strip() for match in rule.finditer(plain)]
        if len(items) >= LEAST:
            return tuple(items)
    listed = _LISTED.search(plain)
    return tuple(_BETWEEN.split(listed["items"].strip())) if listed else ()


def _list_of(turn: Turn) -> _Shown:
    items = _items(turn.answer) or _alternatives(turn.query)
    short = tuple(item for item in items if 0 < len(item) <= LONGEST_ITEM)
    return _Shown(short if len(short) == len(items) else (), f"{turn.query} {turn.answer}")


def _alternatives(query: str) -> tuple[str, ...]:
    """Give the sides of "щи или борщ": a question, too, can be a list of two."""
    found = re.search(r"(\w+)\s+(?:или|or|یا)\s+(\w+)", query, re.IGNORECASE)
    return (found[1], found[2]) if found else ()
