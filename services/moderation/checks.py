"""What can be seen in one message besides its words."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from services.moderation.messages import Author, GroupMessage
from services.moderation.models import Check, Finding, Label, Severity
from services.moderation.policy import Trust

_MOST_LINKS: Final = 5
_MOST_MENTIONS: Final = 6
_MIXED_WORDS: Final = 2
_SHORTEST_MIXED: Final = 4
_ALPHABETS: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")


def check_links(message: GroupMessage, trust: Trust) -> Sequence[Finding]:
    """Find links of newcomers, and too many of anybody's.

    A newcomer's single link in a sentence may be an honest answer: people look at it.
    """
    count = len(message.links)
    if count > _MOST_LINKS:
        return [_finding(Check.LINKS, "many_links")]
    if not count or trust is not Trust.NEWCOMER:
        return []
    alone = len(message.text.split()) <= count
    return [_finding(Check.LINKS, "newcomer_link", is_sure=alone)]


def check_origin(message: GroupMessage, trust: Trust) -> Sequence[Finding]:
    """Find forwards, stories and contact cards of newcomers, and posts under a channel's name."""
    if message.author is Author.OTHER_CHANNEL:
        return [_finding(Check.FORWARDS, "as_channel", is_sure=False)]
    if trust is not Trust.NEWCOMER:
        return []
    found: list[Finding] = []
    if message.is_forward:
        found.append(_finding(Check.FORWARDS, "newcomer_forward", is_sure=bool(message.links)))
    if message.is_story:
        found.append(_finding(Check.FORWARDS, "newcomer_story"))
    if message.is_contact:
        found.append(_finding(Check.CONTACTS, "newcomer_contact"))
    return found


def check_mentions(message: GroupMessage, trust: Trust) -> Sequence[Finding]:
    """Find calls on a crowd, and newcomers who only name others."""
    if message.mentions > _MOST_MENTIONS:
        return [_finding(Check.MENTIONS, "many_mentions")]
    only_names = 0 < message.mentions >= len(message.text.split())
    if only_names and trust is Trust.NEWCOMER:
        return [_finding(Check.MENTIONS, "only_mentions", is_sure=False)]
    return []


def check_scripts(message: GroupMessage, trust: Trust) -> Sequence[Finding]:
    """Find words whose letters come from several alphabets, which only deceive."""
    mixed = list(_mixed_words(message.text))
    if len(mixed) < _MIXED_WORDS:
        return []
    sure = trust is Trust.NEWCOMER
    return [_finding(Check.SCRIPTS, "mixed_scripts", is_sure=sure, spans=tuple(mixed[:10]))]


ALL_CHECKS: Final = (check_links, check_origin, check_mentions, check_scripts)


def _mixed_words(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for word in text.split():
        start = text.index(word, start)
        alphabets = {_alphabet(char) for char in word if char.isalpha()} - {None}
        if len(word) >= _SHORTEST_MIXED and len(alphabets) > 1 and "-" not in word:
            yield start, start + len(word)
        start += len(word)


def _alphabet(char: str) -> str | None:
    if char.isascii():
        return "LATIN"
    name = unicodedata.name(char, "")
    return next((alphabet for alphabet in _ALPHABETS if name.startswith(alphabet)), None)


def _finding(
    check: Check,
    reason: str,
    *,
    is_sure: bool = True,
    spans: tuple[tuple[int, int], ...] = (),
) -> Finding:
    return Finding(
        check=check, label=Label.SPAM, score=1.0 if is_sure else 0.5, severity=Severity.RUDE,
        is_sure=is_sure, spans=spans, reason=reason,
    )  # fmt: skip
