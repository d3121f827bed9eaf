"""English follow-ups: "and without X?", "what about Y?", pronouns."""

import re
from typing import Final

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
_FUNCTION: Final = listed(
    "a an the of to in on for from with without by at as and or is are was were be do does did can "
    "could should would will how what when where why who which much many long i you we it me my "
    "your make cook get use there any"
)
SHORT_WORDS: Final = 3
LONGEST_FRAGMENT: Final = 6


class EnglishRules:
    """Rules over the order of words: English shows its cases there."""

    def standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        """Give the question with what it leaves out; itself when it is complete."""
        before = turns[-1].query.strip().rstrip("?!. ")
        lacking = _LACKING.search(question)
        if lacking and len(question.split()) <= LONGEST_FRAGMENT + SHORT_WORDS:
            return f"{before} without {lacking['rest'].strip()}?"
        lead = _LEAD.match(question)
        led = bool(lead and lead.group().strip())
        rest = question[lead.end() :].strip().rstrip("?!. ") if lead and led else question
        pronouns = [] if _NO_PRONOUN.search(rest) else list(_PRONOUN.finditer(rest))
        if pronouns and not _precedes(rest, pronouns[0].start()):
            return _with_topic(rest, pronouns[0], before)
        return _filled(rest, before, led=led) or question


def _precedes(text: str, end: int) -> bool:
    """Tell whether the question names a thing by a capital before its pronoun."""
    return bool(re.search(r"(?<=\s)[A-Z][\w-]+", text[:end]))


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


def _with_topic(rest: str, pronoun: re.Match[str], before: str) -> str:
    name = topic(before)
    if not _QUESTION.match(rest) and len(rest.split()) <= SHORT_WORDS:
        return f"{before}?"
    new = f"{name}'s" if pronoun.group().lower() in {"its", "their", "his"} else name
    text = f"{rest[: pronoun.start()]}{new}{rest[pronoun.end() :]}".rstrip("?!. ")
    return f"{text[:1].upper()}{text[1:]}?"
