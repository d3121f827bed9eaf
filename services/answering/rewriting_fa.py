"""Persian follow-ups, the plain ones: a connective, a pronoun, "بدون"."""

import re
from typing import Final

from services.dialogue.models import Turn

_LEAD = re.compile(r"^(?:و|پس|اما|خب|حالا)\s+|\s+(?:چی|چطور|چه)\s*[?؟]*$")
_PRONOUN = re.compile(r"(?:^|\s)(?:آن|این|او|اون|آنها|اینها|آن‌ها|این‌ها|اونجا|آنجا)(?=\s|[?؟]|$)")
_FRAGMENT = re.compile(r"^(?:بدون|با|در|برای|از|به)\s")
LONGEST_FRAGMENT: Final = 4


class PersianRules:
    """A short follow-up is put behind the question before; word order bears it."""

    def standalone(self, question: str, turns: tuple[Turn, ...]) -> str:
        """Give the question with the one before when it cannot stand alone."""
        plain = question.strip().rstrip("?؟!. ")
        short = len(plain.split()) <= LONGEST_FRAGMENT
        led = _LEAD.search(question) is not None
        leans = (led and short) or _PRONOUN.search(plain) or (short and _FRAGMENT.match(plain))
        if not leans:
            return question
        before = turns[-1].query.strip().rstrip("?؟!. ")
        return f"{before} {_LEAD.sub('', plain)}؟"
