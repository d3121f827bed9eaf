"""What a group's moderation decided about a person, kept without naming the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """A decision that holds until it expires, also for who is forgotten in between.

    Attributes:
        chat_id: Where it holds.
        reason: A word for programs, such as ``spam``; never what the person wrote.
        expires_at: None: until it is lifted.
    """

    chat_id: int
    reason: str
    given_at: datetime
    expires_at: datetime | None


class Sanctions(Protocol):
    """Sanctions by a keyed hash of the person; one for each person and chat."""

    async def give(self, user_id: int, sanction: Sanction) -> None:
        """Keep a sanction in the place of the earlier one."""
        ...

    async def active(self, user_id: int, now: datetime) -> Sequence[Sanction]:
        """List what still holds, by chat."""
        ...

    async def lift(self, user_id: int, chat_id: int) -> bool:
        """Drop one; False when there was none."""
        ...

    async def purge(self, now: datetime) -> int:
        """Drop what has expired; tell how many."""
        ...
