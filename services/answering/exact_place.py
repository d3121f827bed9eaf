"""Links that open a page at the very words that are quoted."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

_WORD: Final = re.compile(r"\S+")
_TELEGRAM: Final = frozenset({"t.me", "telegram.me", "www.t.me"})
_FILES: Final = re.compile(r"\.(?:pdf|docx?|epub|zip|csv|json|xlsx?)$", re.IGNORECASE)
_PLACED: Final = re.compile(r"^page=|:~:|^/|^!")
WHOLE_WORDS: Final = 8
"""A quote of so many words is given whole; of a longer one its two ends."""
END_WORDS: Final = 4


def exact_place(url: str | None, said: str) -> str | None:
    """Add a text fragment to the address of a web page: browsers scroll to the quote.

    A post of Telegram and a page of a PDF are exact already, and in other files nothing scrolls;
    a heading's fragment stays, for browsers that know no text fragments.

    Source:
        https://wicg.github.io/scroll-to-text-fragment/ ("-", "," and "&" must be encoded; each end
        lies within one block of the page).

    Example:
        >>> exact_place("https://example.org/soup", "Щи солят в конце, не раньше.")[:46]
        'https://example.org/soup#:~:text=%D0%A9%D0%B8%'
        >>> exact_place("https://t.me/c/1/2", "Щи солят в конце.")
        'https://t.me/c/1/2'
    """
    if url is None or not _scrolls(url):
        return url
    directive = _directive(said)
    if not directive:
        return url
    return f"{url}{':~:' if '#' in url else '#:~:'}text={directive}"


def _scrolls(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    web = parts.scheme in {"http", "https"} and parts.netloc not in _TELEGRAM
    return web and not _FILES.search(parts.path) and not _PLACED.search(parts.fragment)


def _directive(said: str) -> str:
    lines = [words for line in said.splitlines() if (words := _WORD.findall(line))]
    if not lines:
        return ""
    first, last = lines[0], lines[-1]
    if len(lines) == 1 and len(first) <= WHOLE_WORDS:
        return _encoded(first)
    return f"{_encoded(first[:END_WORDS])},{_encoded(last[-END_WORDS:])}"


def _encoded(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")
