"""What many messages together show: floods, repeats, raids."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Final, Protocol

from services.moderation.messages import GroupMessage
from services.moderation.models import Check, Finding, Label, Severity
from services.moderation.policy import Trust

FLOOD_WINDOW: Final = timedelta(seconds=10)
REPEAT_WINDOW: Final = timedelta(hours=1)
RAID_WINDOW: Final = timedelta(seconds=60)
RAID_LASTS: Final = timedelta(minutes=10)
RAID_JOINS: Final = 10
"""So many who join within the window are a raid; it lasts until nobody has for a while."""

_MOST_MESSAGES: Final = 8
_MOST_SHORT: Final = 5
_SHORT: Final = 12
_MOST_REPEATS: Final = 3
_MOST_CHATS: Final = 2
_MOST_ECHOES: Final = 4
_LEAST_REPEATED: Final = 16
"""Characters below which a repeat says nothing: people greet and thank each other."""
_NOT_A_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficCounts:
    """Counts that include the message itself.

    Attributes:
        messages: Of this author, here, within the flood window; an album is one.
        short: Of those, how many were short.
        repeats: Of this text, by this author, here, within the repeat window.
        chats: In how many chats this author wrote this text within it.
        echoes: Of this text, here, by anybody, within it.
        is_raid: Many have just joined.
    """

    messages: int = 1
    short: int = 0
    repeats: int = 1
    chats: int = 1
    echoes: int = 1
    is_raid: bool = False


class TrafficLog(Protocol):
    """What was written lately, in one chat and in all, as all replicas see it."""

    async def note(self, message: GroupMessage) -> TrafficCounts:
        """Remember a message and count; the same message counts once, however often noted.

        Raises:
            UnavailableError: Redis is down.
        """
        ...

    async def joined(self, chat_id: int, user_id: int) -> bool:
        """Remember that somebody joined; tell whether that is a raid.

        Raises:
            UnavailableError: Redis is down.
        """
        ...


def is_short(message: GroupMessage) -> bool:
    """Tell whether a message says so little that many of them are a flood sooner."""
    return not message.links and len(message.text) <= _SHORT


def fingerprint(message: GroupMessage) -> str | None:
    """Give what equal messages share, whatever their case and signs; None: too short to tell."""
    said = _NOT_A_WORD.sub("", "".join(message.parts)).casefold()
    if len(said) < _LEAST_REPEATED and not message.links:
        return None
    whole = "\n".join([said, *sorted(set(message.links))])
    return blake2b(whole.encode(), digest_size=12).hexdigest()


def judge_traffic(counts: TrafficCounts, trust: Trust) -> Sequence[Finding]:
    """Tell what the counts show; floods and repeats are the same whoever makes them."""
    findings: list[Finding] = []
    if counts.messages > _MOST_MESSAGES or counts.short > _MOST_SHORT:
        findings.append(_finding(Check.FLOOD, Label.FLOOD, "too_many"))
    if counts.chats > _MOST_CHATS:
        findings.append(_finding(Check.DUPLICATES, Label.SPAM, "same_in_chats"))
    elif counts.repeats > _MOST_REPEATS:
        findings.append(_finding(Check.DUPLICATES, Label.FLOOD, "same_again"))
    elif counts.echoes > _MOST_ECHOES and trust is Trust.NEWCOMER:
        findings.append(_finding(Check.DUPLICATES, Label.SPAM, "same_by_many"))
    if counts.is_raid and trust is Trust.NEWCOMER:
        findings.append(_finding(Check.RAID, Label.RAID, "raid"))
    return findings


def _finding(check: Check, label: Label, reason: str) -> Finding:
    return Finding(check=check, label=label, score=1.0, severity=Severity.RUDE, reason=reason)
