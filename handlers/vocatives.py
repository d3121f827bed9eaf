"""Calling the bot by name in a group: "Самовар, сколько варить щи?"."""

import re
from collections.abc import Iterable

_GREETING = r"(?:(?:эй|слушай|скажи|привет|ок(?:ей)?|hey|hi|hello|ok(?:ay)?|listen)[,!]?\s+)?"


class Vocatives:
    """Names that people call the bot by.

    A name counts only as an address, set off by a comma or the like: "Самовар, где ...?" asks the
    bot, "самовар купили вчера" talks about a samovar.

    Args:
        names: In any case; empty ones are left out.
    """

    def __init__(self, names: Iterable[str]) -> None:
        known = sorted({name.strip().casefold() for name in names if name.strip()}, key=len)
        any_of = "|".join(re.escape(name) for name in reversed(known)) or r"(?!)"
        self._first = re.compile(
            rf"^\s*{_GREETING}(?:{any_of})\s*(?:[,:!]|\s[—–-]\s)\s*(?=\S)", re.IGNORECASE
        )
        self._last = re.compile(rf"\s*,\s*(?:{any_of})\s*(?=[?!.…]*\s*$)", re.IGNORECASE)

    def calls(self, text: str) -> bool:
        """Tell whether the text is said to the bot."""
        return self._first.match(text) is not None or self._last.search(text) is not None

    def without(self, text: str) -> str:
        """Give the text without the address.

        Example:
            >>> Vocatives(["самовар"]).without("Самовар, сколько варить щи?")
            'сколько варить щи?'
            >>> Vocatives(["самовар"]).without("Самовар закипел?")
            'Самовар закипел?'
        """
        return self._last.sub("", self._first.sub("", text, count=1), count=1)
