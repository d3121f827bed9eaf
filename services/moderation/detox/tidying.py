"""What is left of a sentence, written as sentences are: spaces, signs, capitals."""

import re
from typing import Final

_SPACES: Final = re.compile(r"[^\S\n]+")
_BEFORE_SIGN: Final = re.compile(r"[^\S\n]+([,.!?;:])(?![()DdPp])")
_COMMAS: Final = re.compile(r",(?:\s*,)+")
_COMMA_BEFORE_END: Final = re.compile(r",\s*(?=[.!?…])")
_LEADING: Final = re.compile(r"^[\s,;:.–—-]+(?=\w)")
_TRAILING: Final = re.compile(r"[\s,;–—-]+$")


def cased(word: str, like: str) -> str:
    """Give a word the capitals of the one that it stands for.

    Example:
        >>> cased("ерунда", "ЧУШЬ"), cased("ерунда", "Чушь")
        ('ЕРУНДА', 'Ерунда')
    """
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def tidied(text: str, before: str) -> str:
    """Mend the seams of a text that words were taken out of.

    Args:
        text: What is left.
        before: The text as it was: what its author wrote so stays so.
    """
    text = _COMMA_BEFORE_END.sub("", _COMMAS.sub(",", _SPACES.sub(" ", text)))
    if not _BEFORE_SIGN.search(before):
        text = _BEFORE_SIGN.sub(r"\1", text)
    if not _LEADING.match(before):
        text = _LEADING.sub("", text)
    if not _TRAILING.search(before):
        text = _TRAILING.sub("", text)
    text = text.strip()
    if before.lstrip()[:1].isupper():
        text = text[:1].upper() + text[1:]
    return text
