"""What a person meant instead: "нет, я про зелёные щи", "not cats, dogs"."""

import re
from dataclasses import dataclass
from typing import Final

_SORRY_RU = (
    r"(?:ой|ой-ой|нет(?:[ -]нет)*|да нет(?: же)?|не то|не так|не совсем|извини(?:те)?|"
    r"прости(?:те)?|"
    r"опечатался|опечаталась|ошибся|ошиблась|перепутал|перепутала|вернее|точнее|то есть|стоп|"
    r"погоди|подожди|сорри|блин|упс)"
)
_MEANT_RU = (
    r"(?:я\s+)?(?:же\s+)?(?:имел[аи]? в виду|имею в виду|хотел[аи]? (?:спросить|узнать)|"
    r"спрашивал[аи]?|спрашиваю|говорил[аи]?|говорю|думал[аи]?|про)\b(?:\s+(?:про|о|об))?"
)
_SORRY_EN = (
    r"(?:no|nope|oops|sorry|wait|actually|rather|i mean|my mistake|typo|i misspoke|not exactly)"
)
_MEANT_EN = (
    r"(?:i (?:mean|meant|was asking|am asking|asked|was talking|wanted to (?:ask|know))"
    r"(?:\s+(?:about|for))?|about)\b"
)
_SORRY_FA = r"(?:نه|ببخشید|اشتباه شد|منظورم)"
_LEAD: Final = re.compile(
    rf"^\W*(?:(?:{_SORRY_RU}|{_SORRY_EN}|{_SORRY_FA})\b(?:\s*[,،.!;…]+\s*|\s+[—–-]+\s+|"
    r"\s+(?=(?:я|не|же|а|про|имел|имею|хотел|i|not)\b)|"
    r"(?<=вернее)\s+|(?<=точнее)\s+|(?<=ой)\s+|(?<=нет же)\s+))*",
    re.IGNORECASE,
)
_MEANT: Final = re.compile(rf"^(?:{_MEANT_RU}|{_MEANT_EN}|منظورم)\s+", re.IGNORECASE)
_INSTEAD: Final = re.compile(
    r"^(?:я\s+)?(?:не|not)\s+(?:(?:про|о|об|about)\s+)?(?P<wrong>[^,;.—–]{1,40}?)\s*"
    r"(?:[,;.]\s*(?:(?:а|но|but)\s+)?|\s[—–-]\s+(?:а\s+)?|\s+а\s+|\s+but\s+)"
    r"(?:(?:про|о|об|about)\s+)?(?P<right>.+)$",
    re.IGNORECASE,
)
_REVERSED: Final = re.compile(
    r"^(?P<right>[^,;.—–]{1,40}?)\s*(?:[,;]|\s[—–-]\s)\s*(?:а\s+)?(?:не|not)\s+(?P<wrong>[^,;.—–]{1,40})$",
    re.IGNORECASE,
)
_WAS_FA: Final = re.compile(r"(?<=[\u0600-\u06ff])\s+(?:بود|است|هست)$")
LONGEST: Final = 9
"""Words; a longer message is a new question, whatever it begins with."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was meant; ``wrong`` is empty when the person does not say what was not."""

    right: str
    wrong: str = ""


def correction(question: str) -> Correction | None:
    """Recognise that the person corrects the question before.

    Example:
        >>> correction("ой, не за велосипед, а за самокат")
        Correction(right='за самокат', wrong='за велосипед')
        >>> correction("нет, я про зелёные щи").right
        'зелёные щи'
        >>> correction("не замерзает ли иван-чай зимой?") is None
        True
    """
    plain = question.strip().rstrip("?؟!. …")
    if len(plain.split()) > LONGEST:
        return None
    lead = _LEAD.match(plain)
    rest = plain[lead.end() :] if lead else plain
    apologised = bool(lead and lead.group().strip())
    instead = _INSTEAD.match(rest) or (_REVERSED.match(rest) if apologised else None)
    if instead is not None:
        return Correction(instead["right"].strip(), instead["wrong"].strip())
    rest = _WAS_FA.sub("", rest)
    meant = _MEANT.match(rest)
    if meant is not None and (right := rest[meant.end() :].strip()):
        # "про борщ" alone asks about another dish, which is what a fragment does.
        return Correction(right) if apologised or not rest.lower().startswith("про") else None
    return Correction(rest) if apologised and rest and len(rest.split()) <= LONGEST - 4 else None
