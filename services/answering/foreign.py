"""Addresses that only the evidence may bring: links, mentions, commands, mail, hashtags."""

import re
from collections.abc import Iterable
from importlib.resources import files
from itertools import groupby
from typing import Final

from services.knowledge.visible import visible

# What Telegram makes tappable without anybody's markup, and the markup that would do the same.
# Browsers take these for a dot, and a reader does too.
_DOT: Final = "[.\u2024\u3002\uff0e\uff61]"
_AT: Final = "[@\uff20]"
_REST: Final = r"[^\s<>\[\]()«»]"


def _endings() -> str:
    """Read the names of top-level domains in IANA's root zone, with those used in examples."""
    text = files("services.answering").joinpath("domain_endings.txt").read_text("utf-8")
    # By their first letters, so that no ordinary word is compared with all of them.
    groups = groupby(sorted(text.split()), key=lambda name: name[0])
    every = (f"{first}(?:{'|'.join(one[1:] for one in names)})" for first, names in groups)
    return "|".join([r"xn--[\w-]+", *every])


_NAMED: Final = (
    rf"[a-z][a-z0-9+.-]{{1,20}}://{_REST}+",
    rf"\b(?:mailto|javascript|data|vbscript|file|tel|tg|intent|callto|sms):{_REST}+",
    rf"[\w.+-]+{_AT}[\w-]+(?:{_DOT}[\w-]+)+",
    rf"(?<![\w@./-])/{{0,2}}(?:[\w-]+/)*(?:[\w-]+{_DOT})+(?:{_endings()})(?![\w-])"
    rf"(?:[/:?#\\]{_REST}*)?",
    rf"(?<!\w){_AT}\w{{3,}}",
    r"(?<![\w/.:])/[a-z]\w*(?:@\w+)?(?![\w/])",
    r"(?<!\w)[#$][^\W\d]\w+",
    r"(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/\S*)?",
    r"\+\d[\d\s()-]{8,}\d",
)
_ADDRESS: Final = re.compile("|".join(f"(?:{one})" for one in _NAMED), re.IGNORECASE)
_MARKDOWN_LINK: Final = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)|!?\[([^\]\n]*)\]\[[^\]\n\d]*\]")
_REFERENCE: Final = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE)
_MARKUP: Final = re.compile(r"<!--.*?-->|</?[a-z!?][^<>\n]{0,300}>", re.IGNORECASE | re.DOTALL)
_WEB: Final = re.compile("^https?://")
_CLOSING: Final = ".,;:!?…)»\"'”’"
_SPACES: Final = re.compile(r"(?<=\S) {2,}| +(?=[.,;:!?…](?:\s|$))")


def without_foreign(text: str, sources: Iterable[str]) -> str:
    """Take out of a text every address that its sources do not hold, and all markup.

    Args:
        text: What a model wrote.
        sources: Texts of the evidence, as they are.

    Example:
        >>> without_foreign("Щи варят 40 минут, пиши @evil на evil.com.", ["Щи варят 40 минут."])
        'Щи варят 40 минут, пиши на.'
    """
    known = "\n".join(sources).casefold()
    plain = _MARKDOWN_LINK.sub(lambda m: m[1] or m[2] or "", visible(text))
    plain = _MARKUP.sub("", _REFERENCE.sub("", plain))
    # What stood around an address may be one once they meet.
    while (kept := _ADDRESS.sub(lambda m: _if_known(m.group(), known), plain)) != plain:
        plain = _SPACES.sub(lambda m: " "[: m.group().count("  ")], kept)
    return plain


def addresses(text: str) -> list[str]:
    """List the addresses of a text, without what closes a sentence."""
    return [found.group().rstrip(_CLOSING) for found in _ADDRESS.finditer(text)]


def _if_known(address: str, known: str) -> str:
    """Give the address where a source holds it as a whole, not only as the beginning of another."""
    wanted = _WEB.sub("", address.rstrip(_CLOSING).casefold())
    whole = rf"(?:(?<![\w@/.-])|(?<=://)){re.escape(wanted)}(?![\w@/-]|\.\w)"
    return address if re.search(whole, known) else ""
