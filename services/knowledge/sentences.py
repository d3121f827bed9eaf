"""Sentence boundaries as spans into the text, for Russian, English and Persian."""

import re
from typing import Final

from razdel import sentenize

Span = tuple[int, int]

_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_LETTER: Final = re.compile(r"[^\W\d_]")
# A terminator, closing quotes or brackets, then white space before something that can begin
# a sentence: no lower-case letter and no closing mark.
_BREAK: Final = re.compile(r"[.!?…؟۔]+[\"'»”’)\]]*(?=\s+[^\sa-z,;:)\]»])")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(\"'])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|cf|al|Fig|No|Vol|pp"
    r"|approx|Inc|Ltd|Co|U\.S|a\.m|p\.m)\.$"
)
_ENUMERATION: Final = re.compile(r"^\s*(?:\d{1,3}|[A-Za-zА-Яа-я])[.)]$")


def sentence_spans(text: str) -> list[Span]:
    """Find the sentences of one paragraph.

    Spans rise, do not overlap and begin and end with something visible; what lies between
    them is white space only. Russian goes through razdel, other scripts through a rule that
    knows Latin, Persian and Arabic terminators and common abbreviations.
    """
    if _CYRILLIC.search(text):
        spans = [(part.start, part.stop) for part in sentenize(text)]
    else:
        spans = _by_rule(text)
    return [span for span in (trimmed(text, *span) for span in spans) if span[0] < span[1]]


def trimmed(text: str, start: int, end: int) -> Span:
    """Narrow a span to what is visible in it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def has_words(text: str) -> bool:
    """Tell whether anybody could read this: at least one letter outside addresses and tags."""
    return bool(_LETTER.search(without_links(text)))


_LINK: Final = re.compile(r"(?:https?://|www\.|t\.me/)\S+|[#@][\w_]+")


def without_links(text: str) -> str:
    """Take out addresses, hash tags and user names."""
    return _LINK.sub(" ", text)


def _by_rule(text: str) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for match in _BREAK.finditer(text):
        so_far = text[start : match.end()]
        if _ABBREVIATION.search(so_far) or _ENUMERATION.match(so_far):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return spans
