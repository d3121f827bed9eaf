"""What moderation says about a message: findings of checks, and the verdict made of them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Label(StrEnum):
    """What a message is; ``UNSURE`` is for people to decide."""

    OK = "ok"
    TOXIC = "toxic"
    SPAM = "spam"
    FLOOD = "flood"
    NSFW = "nsfw"
    RAID = "raid"
    UNSURE = "unsure"


class Action(StrEnum):
    """What follows for the author; the order of the members is the order of the ladder."""

    ALLOW = "allow"
    REVIEW = "review"
    REPHRASE = "rephrase"
    WARN = "warn"
    MUTE = "mute"
    BAN = "ban"


class Check(StrEnum):
    """What can be found; each can be turned off in a chat."""

    TOXICITY = "toxicity"
    OBSCENITY = "obscenity"
    SPAM = "spam"
    LINKS = "links"
    FORWARDS = "forwards"
    MENTIONS = "mentions"
    CONTACTS = "contacts"
    SCRIPTS = "scripts"
    DUPLICATES = "duplicates"
    FLOOD = "flood"
    RAID = "raid"
    PICTURES = "pictures"


class Severity(IntEnum):
    """How bad it is, whoever wrote it."""

    MILD = 1
    RUDE = 2
    GRAVE = 3


@dataclass(frozen=True, slots=True)
class WeighedWord:
    """A word as it is written in the message, and what it added to the score (log-odds)."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found.

    Attributes:
        score: In [0, 1]; calibrated where a model gives it, 1 where a rule does.
        is_sure: False: the score lies where people or a bigger model should look.
        spans: Where, as [start, end) characters of the message as it was sent; none: all of it.
        words: What weighed most, heaviest first.
        reason: A word for programs that picks the sentence shown to people, such as
            ``rude_words``; never text of the message.
    """

    check: Check
    label: Label
    score: float
    severity: Severity
    is_sure: bool = True
    spans: tuple[tuple[int, int], ...] = ()
    words: tuple[WeighedWord, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be done with a message and its author.

    Attributes:
        toxicity: Score in [0, 1].
        spam: Score in [0, 1].
        delete: The message is to be removed.
        findings: Why, worst first; none: nothing was found.
    """

    label: Label
    action: Action
    delete: bool
    toxicity: float
    spam: float
    findings: tuple[Finding, ...] = ()
