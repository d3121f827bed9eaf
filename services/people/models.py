from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is to this bot; the order of the members is the order of rights."""

    GUEST = "guest"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"


class Right(StrEnum):
    """What may be done; who may do it is decided in ``services.people.rights`` alone."""

    USE = "use"
    """Ask questions here."""
    ADMIT = "admit"
    """Open and close the bot, make invite links, admit and remove people and groups."""
    NAME_ADMINS = "name_admins"
    """Make someone an admin, or an ordinary member again."""


class AccessMode(StrEnum):
    """Who may use the bot, besides those who are already admitted."""

    OPEN = "open"
    INVITE = "invite"
    LIST = "list"


class PreferredLength(StrEnum):
    """How long a person likes answers to be."""

    SHORT = "short"
    NORMAL = "normal"
    LONG = "long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who talks to the bot.

    Attributes:
        language: The chosen interface language; None follows Telegram.
        first_seen: None while nothing is kept about the person.
    """

    user_id: int
    role: Role = Role.GUEST
    language: str | None = None
    length: PreferredLength = PreferredLength.NORMAL
    voice: bool = False
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessState:
    """What ``/access`` shows."""

    mode: AccessMode
    admitted: tuple[Person, ...]
    group_ids: tuple[int, ...]
