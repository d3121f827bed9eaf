"""Persian text with Latin words, numbers and markers in it, so that it reads in one direction."""

import re
from typing import Final

from services.answering.languages import language_of

_TO_THE_RIGHT: Final = "\u200f"
_LEFT_ISLAND: Final = "\u2066"
_ISLAND_END: Final = "\u2069"
_MARKERS: Final = re.compile(r"[ \u00a0]?(?:\[\d{1,2}\])+")
# A Latin run with what belongs to it: "C++", "GPT-4", "result.json", but no marker after it.
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ .,:/_+#&'’-]*[A-Za-z0-9]+)*(?:\+\+|#)?")
_BEGINS_RIGHT: Final = re.compile(r"\s*[^\w\u0600-\u06ff]*[\u0600-\u06ff]")


def directed(text: str) -> str:
    r"""Mark a Persian text for clients that guess the direction of each line by its first letter.

    Latin runs become islands of their own, a marker stays at the end of its sentence, which is
    on the left, and a line that begins with a Latin word still begins on the right. Other texts
    stay as they are.

    Example:
        >>> directed("نسخهٔ C++ [1].") == "نسخهٔ \u2066C++\u2069\u200f [1]."
        True
    """
    if language_of(text, "") != "fa":
        return text
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    islands = _LATIN.sub(lambda m: f"{_LEFT_ISLAND}{m.group()}{_ISLAND_END}", line)
    marked = _MARKERS.sub(lambda m: _TO_THE_RIGHT + m.group(), islands)
    if not marked.strip() or _BEGINS_RIGHT.match(marked):
        return marked
    return _TO_THE_RIGHT + marked
