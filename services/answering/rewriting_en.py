"""English follow-ups: "and without X?", "what about Y?", pronouns."""

import re
from typing import Final

from services.answering.topics_en import (
    Followed,
    asks_of_something,
    followed,
    is_plural,
    shares,
    things_before,
    things_in,
)
from services.answering.wordlists import listed
from services.dialogue.models import Turn

_LEAD = re.compile(
    r"^(?:so |ok |well )?(?:(?:and|but|or)\s+)?(?:(?:what|how) about\s+|what if (?=there)|"
    r"what (?:if|about) (?:i|we) (?:do not|don't) have\s+(?:any\s+)?|"
    r"(?:if )?i (?:do not|don't) have\s+(?:any\s+)?)?",
    re.IGNORECASE,
)
_LACKING = re.compile(
    r"\b(?:(?:i|we) (?:do not|don't) have|there is no|i have no|i(?: a|')m allergic to)\s+"
    r"(?:any\s+)?(?P<rest>[\w' -]+?)[?.! ]*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|hers|this|that|these|those|there)\b",
    re.IGNORECASE,
)
# "that" and "there" are pronouns only where no word makes them something else.
_NO_PRONOUN = re.compile(
    r"\b(?:there (?:is|are|was|were|any|a)|(?:is|are|was|were) there|"
    r"that (?:is|are|was|can|the|\w+s)|this (?:year|week|month|bot|channel)|so that|"
    r"it (?:is )?(?:possible|true) (?:to|that))\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^(?:how(?: long| much| many| old| far| often)?|what|when|where|why|who|which|whose|can|could|"
    r"is|are|do|does|did|should|would|will|was|were|has|have)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?:without|with|in|on|for|from|to|at|by|using|under|after|before|instead of|as|during)\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"^(?P<frame>(?:how (?:do|can|should|would|does|did) (?:i|you|we|one|\w+) \w+|how to \w+|"
    r"how (?:long|much|many)\b.*?\b(?:to|does|do|is|are|in|of|for)\b(?: \w+(?= \w))?|"
    r"(?:what|who|where|when|why|which \w+) (?:is|are|was|were|does|do|did)|"
    r"tell me about|explain|describe|(?:the )?recipe (?:for|of)))\s+"
    r"(?:(?:a|an|the)\s+)?(?P<topic>.+)$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:in common|different|differ|compare|similar|alike|together|related|relate|better|"
    r"difference|the same)\b",
    re.IGNORECASE,
)
_FUNCTION: Final = listed(
    "a an the of to in on for from with without by at as and or is are was were be do does did can "
    "could should would will how what when where why who which much many long i you we it me my "
    "your make cook get use there any"
)
_POINTING: Final = frozenset({"this", "that", "these", "those"})
_POSSESSIVE: Final = frozenset({"its", "their", "his", "her"})
SHORT_WORDS: Final = 3
LONGEST_IN_CONTEXT: Final = 12
"""Words; a longer question says itself what it is about."""
LONGEST_FRAGMENT: Final = 6


class EnglishRules:
    """Rules over the order of words, and over what the dialogue has named so far."""

    def standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        """Give the question with what it leaves out; itself when it is complete."""
        before = turns[-1].query.strip().rstrip("?!. ")
        lacking = _LACKING.search(question)
        if lacking and len(question.split()) <= LONGEST_FRAGMENT + SHORT_WORDS:
            return f"{before} without {lacking['rest'].strip()}?"
        lead = _LEAD.match(question)
        led = bool(lead and lead.group().strip())
        rest = question[lead.end() :].strip().rstrip("?!. ") if lead and led else question
        about = followed(turns)
        pronouns = [] if _NO_PRONOUN.search(rest) else list(_PRONOUN.finditer(rest))
        if pronouns and not _precedes(rest, pronouns[0].start()):
            return _with_topic(rest, pronouns[0], before, about)
        filled = _filled(rest, before, led=led)
        if filled is not None:
            return filled
        return _in_context(question, about)


def _in_context(question: str, about: Followed) -> str:
    """Put what is talked about in front of a question that names nothing, or only a part."""
    plain = question.strip()
    too_long = len(plain.split()) > LONGEST_IN_CONTEXT
    if not about.first or too_long or not asks_of_something(plain):
        return question
    missing = [name for name in _context(question, about) if not shares(name, plain)]
    return f"{', '.join(dict.fromkeys(missing))}: {plain}" if missing else question


def _context(question: str, about: Followed) -> tuple[str, ...]:
    """What a question leaves out: the first topic of a part of it, the latest of nothing named."""
    if things_in(question):
        return (about.first,)
    if shares(about.latest, about.first):
        return (about.first, about.latest)
    return (about.latest,)


def _precedes(text: str, end: int) -> bool:
    """Tell whether the question names a thing in a clause before its pronoun."""
    capital = re.search(r"\s[A-Z][\w-]+.*(?:,|\b(?:and|when|if|because|but|or))\s", text[:end])
    return capital is not None or bool(things_before(text, end))


def _filled(rest: str, before: str, *, led: bool) -> str | None:
    plain = rest.rstrip("?!. ")
    count = len(plain.split())
    if _PREPOSITION.match(plain) and count <= LONGEST_FRAGMENT and (led or count <= SHORT_WORDS):
        return f"{before} {plain}?"
    if _QUESTION.match(plain):
        bare = not [w for w in _words(plain) if w not in _FUNCTION]
        asks_little = count <= SHORT_WORDS and (led or bare)
        return f"{plain} {topic(before)}?" if asks_little else None
    if led and count <= LONGEST_FRAGMENT:
        return _swapped(before, plain)
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def _swapped(before: str, new: str) -> str:
    frame = _FRAME.match(before)
    return f"{frame['frame']} {new}?" if frame else f"{before} {new}?"


def topic(query: str) -> str:
    """Give what a standalone question is about.

    Example:
        >>> topic("How to cook green shchi?")
        'green shchi'
    """
    plain = query.strip().rstrip("?!. ")
    frame = _FRAME.match(plain)
    if frame:
        return frame["topic"]
    return " ".join(w for w in plain.split() if w.lower() not in _FUNCTION) or plain


def _with_topic(rest: str, pronoun: re.Match[str], before: str, about: Followed) -> str:
    """Put what was named for the first pronoun; beside a noun, "this tradition", in front."""
    name = _meant(rest, pronoun.group(), about) or topic(before)
    if not _QUESTION.match(rest) and len(rest.split()) <= SHORT_WORDS:
        return f"{before}?"
    word = pronoun.group().lower()
    after = re.match(r"\s+([a-z]+)", rest[pronoun.end() :])
    if word in _POINTING and after and after[1] not in _FUNCTION:
        return _in_front(rest, name, about)
    new = _owning(name) if word in _POSSESSIVE and after else name
    return _in_front(f"{rest[: pronoun.start()]}{new}{rest[pronoun.end() :]}", "", about)


def _meant(rest: str, pronoun: str, about: Followed) -> str:
    """What a pronoun stands for: both things where "they" are compared with each other."""
    together = pronoun.lower() in {"they", "them", "their"} and _COMPARED.search(rest)
    one = about.meant_by(pronoun)
    return about.latest_two or one if together and not is_plural(one) else one


def _owning(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _in_front(text: str, name: str, about: Followed) -> str:
    plain = text.strip().rstrip("?!. ")
    missing = [one for one in (about.first, name) if one and not shares(one, plain)]
    if missing:
        return f"{', '.join(dict.fromkeys(missing))}: {plain}?"
    return f"{plain[:1].upper()}{plain[1:]}?"
