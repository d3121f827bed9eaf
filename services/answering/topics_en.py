"""What English questions are about, followed over a dialogue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.answering.wordlists import listed
from services.answering.words_en import (
    DESCRIBING,
    FUNCTION,
    GENERIC,
    JOINS,
    KIND,
    PROPERTIES,
    VERBS,
)
from services.dialogue.models import Turn

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_LATIN = re.compile(r"[A-Za-z]")
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|ones?)"
    r"\b(?!['’])",
    re.IGNORECASE,
)
_PLURAL: Final = frozenset({"they", "them", "their", "theirs", "these", "those"})
_SINGULAR: Final = frozenset({"it", "its", "this", "that", "he", "him", "his", "she", "her"})
_PEOPLE: Final = frozenset({"people", "children", "men", "women", "police"})
_PARTS: Final = PROPERTIES - _PEOPLE
_ADJUNCT: Final = listed("in for on during from with by to at without after before into")
_NEW_CLAUSE = re.compile(
    r"(?:,|\b(?:and|but|or))\s+(?:how|what|when|where|why|who|which|is|are|was|do|does|did|can)\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"\bthe\s+[a-z]+(?:\s+(?!of\b|in\b|for\b|on\b)[a-z]+)?", re.ASCII)
_PERSONAL: Final = frozenset({"he", "him", "his", "she", "her", "hers"})
_BEFORE_VERB: Final = listed(
    "i you we they he she don't doesn't didn't can can't cannot could couldn't should shouldn't "
    "would wouldn't will won't must may might"
)
_ADVERB = re.compile(
    r"^(?!(?:family|italy|july|fly|jelly|assembly|supply|reply|monopoly)$)\w{3,}ly$"
)
MOST_WORDS: Final = 5
COMPARED: Final = 2
_STEM: Final = 5


@dataclass(frozen=True, slots=True)
class Followed:
    """What a dialogue is about.

    Attributes:
        named: What questions were about that name something, the latest first.
        things: What a pronoun may stand for, likewise: the names of one question together.
    """

    named: tuple[str, ...] = ()
    things: tuple[tuple[str, ...], ...] = ()

    @property
    def latest(self) -> str:
        """What was named last."""
        return self.named[0] if self.named else ""

    @property
    def first(self) -> str:
        """What the dialogue began with."""
        return self.named[-1] if self.named else ""

    def meant_by(self, pronoun: str) -> str:
        """Give the latest that agrees with a pronoun in number: all that one question named.

        Where nothing agrees it is what the dialogue began with.
        """
        low = pronoun.lower()
        for names in self.things:
            fitting = [name for name in names if _agrees(name, low)]
            persons = [name for name in fitting if low in _PERSONAL and not name.islower()]
            if fitting:
                return self._in_full(_joined(persons or fitting))
        return _joined(self.things[-1]) if self.things else self.latest

    @property
    def latest_two(self) -> str:
        """The two things that were named last, each in a question of its own; "" for fewer."""
        singles = list(dict.fromkeys(names[0] for names in self.things if len(names) == 1))[:2]
        return " and ".join(reversed(singles)) if len(singles) == COMPARED else ""

    def _in_full(self, name: str) -> str:
        """Give the longer name for one word of it: "solar energy" for "solar"."""
        low = name.lower()
        known = (one for names in reversed(self.things) for one in names)
        longer = (one for one in known if low in one.lower().split())
        return next((one for one in longer if one.lower() != low), name)


def _agrees(name: str, pronoun: str) -> bool:
    if pronoun in _PLURAL:
        return is_plural(name)
    return pronoun not in _SINGULAR or not is_plural(name)


def followed(turns: Sequence[Turn]) -> Followed:
    """Follow what is talked about, oldest turn first."""
    names: list[str] = []
    things: list[tuple[str, ...]] = []
    for turn in turns:
        named = named_in(turn.question)
        if not names:
            text = turn.question if named else turn.query
            names += [one for one in [named_in(text)] if one]
            things += [found for found in [things_in(text) or tuple(chunks(text))] if found]
            continue
        things += [found for found in [_later_things(turn.question)] if found]
        if named and not leans(turn.question):
            names.append(named)
    return Followed(tuple(reversed(names)), tuple(reversed(things)))


def things_in(question: str) -> tuple[str, ...]:
    """Names, but for those that only tell where, when or what for."""
    found = [name for name, lead in _led_chunks(question) if lead not in _ADJUNCT]
    return tuple(name for name in found if len(found) == 1 or not _is_property(name))


def _later_things(question: str) -> tuple[str, ...]:
    """Names of a later question, but for a property of what is talked about already.

    Of a question with a pronoun, only what is named in a clause before it: "What is Galileo and
    why is it important?"
    """
    pronoun = _PRONOUN.search(question)
    found = things_before(question, pronoun.start()) if pronoun else things_in(question)
    return tuple(name for name in found if not _is_property(name))


def things_before(question: str, end: int) -> tuple[str, ...]:
    """Give what a question names in a clause of its own before a place in it."""
    before = question[:end]
    clause = list(_NEW_CLAUSE.finditer(before))
    return things_in(before[: clause[-1].start()]) if clause else ()


def _is_property(name: str) -> bool:
    """Tell whether a name is one of a property, "safety features", not of a thing."""
    words = name.split()
    return words[-1].lower() in _PARTS and name.islower()


def shares(name: str, text: str) -> bool:
    """Tell whether a text has a word of a name, whatever its ending."""
    own = {word[:_STEM] for word in _content(text)}
    return any(word[:_STEM] in own for word in _content(name))


def _content(text: str) -> list[str]:
    words = [match.group().lower() for match in _TOKEN.finditer(text)]
    return [word for word in words if word not in FUNCTION]


def is_plural(name: str) -> bool:
    """Tell whether a name is of several, by its ending."""
    last = name.rsplit(maxsplit=1)[-1].lower()
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is", "'s"))
    return plural or last in _PEOPLE or " and " in name


def leans(question: str) -> bool:
    """Tell whether a question has a pronoun that may stand for something earlier."""
    return _PRONOUN.search(question) is not None


def named_in(question: str) -> str:
    """Give the words that name what a question is about, at most five; "" when it names nothing.

    Example:
        >>> named_in("What are the different types of sharks?"), named_in("What are its uses?")
        ('sharks', '')
    """
    return _joined(chunks(question))


def _joined(names: Sequence[str]) -> str:
    kept = [word for name in names for word in name.split()]
    return " ".join(dict.fromkeys(kept[:MOST_WORDS]))


def chunks(question: str) -> list[str]:
    """Find the stretches of words that name something, in reading order.

    Example:
        >>> chunks("Did the Lewis and Clark expedition find the Northwest Passage?")
        ['Lewis and Clark expedition', 'Northwest Passage']
    """
    return [name for name, _ in _led_chunks(question)]


def _led_chunks(question: str) -> list[tuple[str, str]]:
    """Names, each with the small word before it that is no article."""
    tokens = [match.group() for match in _TOKEN.finditer(question)]
    found: list[list[str]] = []
    leads: list[str] = []
    open_ = False
    for at, token in enumerate(tokens):
        if open_ and (_joins(tokens, at) or _goes_on(tokens, at)):
            found[-1].append(token)
        elif _names(token, first=at == 0) and not _does(tokens, at, within=open_):
            if not open_:
                kind = tokens[at - 1].lower() if at else ""
                found.append([kind] if kind in KIND else [])
                leads.append(_lead(tokens[:at]))
            found[-1].append(token)
            open_ = True
        else:
            open_ = False
    return [(" ".join(name), lead) for name, lead in zip(found, leads, strict=True)]


def _lead(before: Sequence[str]) -> str:
    words = [word.lower() for word in before]
    while words and (words[-1] in {"a", "an", "the"} or words[-1] in DESCRIBING):
        words.pop()
    return words[-1] if words else ""


def asks_of_something(question: str) -> bool:
    """Tell whether a question asks for a property or a kind of something that it does not name.

    Example:
        >>> asks_of_something("What is in a typical rub?"), asks_of_something("Who is Ann?")
        (True, False)
    """
    tokens = [match.group() for match in _TOKEN.finditer(question)]
    if any(token[0].isupper() for token in tokens[1:]):
        return False
    generic = any(token.lower() in GENERIC for token in tokens)
    return generic or not named_in(question) or _DEFINITE.search(question) is not None


def _names(token: str, *, first: bool) -> bool:
    low = token.lower().replace("’", "'").removesuffix("'s")
    if low in FUNCTION or not _LATIN.search(token) or (len(low) == 1 and not token.isupper()):
        return False
    if token[0].isupper() and not first:
        return True
    return low not in VERBS and low not in GENERIC


def _does(tokens: Sequence[str], at: int, *, within: bool) -> bool:
    """Tell whether a word is a verb or how something is done by its form and its place.

    A participle behind a noun is its verb, "empires survived"; a gerund before one is another
    one's: "learning Norwegian".
    """
    low, before = tokens[at], tokens[at - 1].lower() if at else ""
    if not low.islower():
        return False
    if before in _BEFORE_VERB or before == "how" or _ADVERB.match(low):
        return True
    if within:
        return low.endswith("ed") and len(low) > _STEM
    return low.endswith("ing") and bool({low[:-3], f"{low[:-3]}e", low[:-4]} & VERBS)


def _goes_on(tokens: Sequence[str], at: int) -> bool:
    """Tell whether a name ends in a word that names nothing alone: "safety features", "Model 3"."""
    numbered = tokens[at].isdigit() and tokens[at - 1][0].isupper()
    return numbered or tokens[at].lower() in PROPERTIES


def _joins(tokens: Sequence[str], at: int) -> bool:
    """Tell whether a small word stands inside a name: "Lewis and Clark"."""
    if tokens[at].lower() not in JOINS or at + 1 >= len(tokens):
        return False
    return tokens[at - 1][0].isupper() and tokens[at + 1][0].isupper() and at > 1
