"""Persian follow-ups: "فسنجان چطور؟", "بدون گوشت؟", "آن را ...", "قیمتش؟", a bare question."""

import re
from typing import Final

from services.answering.wordlists import listed
from services.dialogue.models import Turn

_LEAD = re.compile(r"^(?:(?:و|پس|اما|ولی|خب|حالا)\s+)+")
_WHAT_ABOUT = re.compile(r"\s+(?:(?:را|رو)\s+)?(?:چی|چطور|چه|چگونه)$")
_LACKING = re.compile(
    r"^(?:(?:اگر|اگه)\s+)?(?:من\s+)?(?P<rest>\S.*?)\s+(?:نداشته باش(?:م|یم)|ندار(?:م|یم)|نباشد|"
    r"نباشه|نمی[\u200c ]?خورم|نمی[\u200c ]?خواهم)(?:\s+(?:چی|چه|چطور))?$"
)
_ALLERGIC = re.compile(r"^(?:من\s+)?به\s+(?P<rest>\S.*?)\s+(?:حساسیت|آلرژی) دارم$")
_PREPOSITION: Final = listed("بدون با در برای از به روی توی بعد قبل")
_PRONOUN: Final = listed("آن این او اون آنها اینها آنجا اینجا اونجا")
_POINTING: Final = listed("آن این")
_PLACES: Final = listed("آنجا اینجا اونجا")
_QUESTION: Final = listed("چقدر چند چطور چگونه چه چی کی کجا کجاست چرا کدام آیا چیست چیه کیست چندتا")
_FUNCTION: Final = _QUESTION | listed(
    "را رو که و یا هم است هست نیست بود شد شود باشد دارد دارید داری دارند داریم کرد کنم کنند بکنم "
    "کنیم بروم برم بگو بگویید بگید بده لطفا من ما شما تو درباره تا از در به با برای روی هر یک پس "
    "اگر اگه باید می درست باز بسته موادی طول نگه داشت وقت زمان توضیح می‌خواهم"
)
_PROPERTY: Final = listed(
    "قیمت هزینه کرایه ساعت کار آدرس نشانی مواد طرز تهیه دستور پخت بلیت عضویت تلفن شماره اسم نام "
    "رنگ وزن عمق طعم مزه تاریخ نویسنده اندازه سن ودیعه روز روزها معنی تعریف مزایا معایب شرایط"
)
_OWN: Final = re.compile(r"^(?P<stem>\S{2,})\u200c(?:اش|شان|شون)$")
_SHORT_OWN: Final = re.compile(rf"^(?P<stem>{'|'.join(sorted(_PROPERTY | {'نگه'}))})(?:ش|شان|شون)$")
_VERB: Final = re.compile(r"^ن?می[\u200c]?\S+$")
_END: Final = "?؟!. "
LONGEST_FRAGMENT: Final = 4
LONGEST_PLACED: Final = 6


class PersianRules:
    """Rules over words and their endings; each handles one way to leave something out."""

    def standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        """Give the question with what it leaves out; itself when it is complete."""
        before = turns[-1].query.strip().rstrip(_END)
        plain = question.strip().rstrip(_END)
        lead = _LEAD.match(plain)
        rest = plain[lead.end() :] if lead else plain
        filled = (
            _without(rest, before)
            or _fragment(rest, before)
            or _swapped(rest, before, led=lead is not None)
            or _pointed(rest, topic(before))
            or _bare(rest, topic(before))
        )
        return f"{filled}؟" if filled else question


def topic(query: str) -> str:
    """Give what a question is about: its words without those that only ask.

    Example:
        >>> topic("کرایه دوچرخه چند است؟")
        'دوچرخه'
    """
    words = query.strip().rstrip(_END).split()
    naming = [word for word in words if not _asks(word) and word not in _PREPOSITION]
    return " ".join([word for word in naming if word not in _PROPERTY] or naming)


def _asks(word: str) -> bool:
    return word in _FUNCTION or _VERB.match(word) is not None


def _without(rest: str, before: str) -> str:
    """The question before, "بدون" what the person has not."""
    lacking = _LACKING.match(rest) or _ALLERGIC.match(rest)
    return f"{before} بدون {lacking['rest']}" if lacking else ""


def _fragment(rest: str, before: str) -> str:
    """Put "بدون گوشت" behind the question before."""
    words = rest.split()
    if not words or words[0] not in _PREPOSITION or len(words) > LONGEST_FRAGMENT:
        return ""
    if _PRONOUN.intersection(words) or _QUESTION.intersection(words[:-1]):
        return ""
    kept = [word for word in words if word not in _QUESTION and not _VERB.match(word)]
    return f"{before} {' '.join(kept)}"


def _swapped(rest: str, before: str, *, led: bool) -> str:
    """Put "فسنجان" for what the question before was about."""
    about = _WHAT_ABOUT.search(rest)
    new = rest[: about.start()] if about else rest
    words = new.split()
    naming = words and not any(_asks(word) or _owned(word) for word in words)
    if not naming or len(words) > LONGEST_FRAGMENT or not (led or about):
        return ""
    if words[0] in _PROPERTY:
        return f"{rest} {topic(before)}" if not about else ""
    old = topic(before)
    return before.replace(old, new, 1) if old in before else f"{new}: {before}"


def _pointed(rest: str, name: str) -> str:
    """Put the topic for a pronoun or for the ending of one: "قیمتش" is "قیمت" of it."""
    words = rest.split()
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in _POINTING and following and not _asks(following):
            return f"{name}: {rest}"
        if word in _PRONOUN:
            place = f"در {name}" if word in _PLACES else name
            return " ".join([*words[:at], place, *words[at + 1 :]])
        if stem := _owned(word):
            parts = (name, "را", stem) if stem == "نگه" else (stem, name)
            return " ".join([*words[:at], *parts, *words[at + 1 :]])
    return ""


def _owned(word: str) -> str:
    found = _OWN.match(word) or _SHORT_OWN.match(word)
    return found["stem"] if found else ""


def _bare(rest: str, name: str) -> str:
    """Put the topic in front of a question that names nothing, or only a circumstance."""
    words = rest.split()
    named = [w for w in words if not _asks(w) and w not in _PROPERTY and w not in _PREPOSITION]
    asked = bool(_QUESTION.intersection(words))
    placed = asked and words[0] in _PREPOSITION and len(words) <= LONGEST_PLACED
    if (named and not placed) or not name or not words:
        return ""
    return f"{name} {rest}"
