from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.moderation.cases import Case, CaseId, CaseState
from services.moderation.ladder import Record
from services.moderation.messages import GroupMessage
from services.moderation.models import Finding
from services.moderation.policy import ChatPolicy, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class TextJudgement:
    """What the words of a message say.

    Attributes:
        toxicity: In [0, 1].
        spam: In [0, 1].
        findings: Spans count in the text that was judged.
    """

    toxicity: float
    spam: float
    findings: tuple[Finding, ...] = ()


class TextJudge(Protocol):
    """Judges a text by its words; works on the processor for about a millisecond."""

    def judge(self, text: str) -> TextJudgement:
        """Find what is rude, and what is spam."""
        ...


class MessageCheck(Protocol):
    """Looks at one message; knows no other messages."""

    def __call__(self, message: GroupMessage, trust: Trust) -> Sequence[Finding]:
        """Give what it finds."""
        ...


class PolicyStore(Protocol):
    """The settings of chats."""

    async def get(self, chat_id: int) -> ChatPolicy:
        """Read them; the default where nobody has set any."""
        ...

    async def save(self, policy: ChatPolicy) -> None:
        """Keep them in the place of the earlier ones."""
        ...

    async def moderated(self) -> list[int]:
        """List the chats whose messages are judged."""
        ...

    async def move(self, old_chat_id: int, new_chat_id: int) -> None:
        """Follow a group that became a supergroup, with all that is kept about it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What a chat knows of an author.

    Attributes:
        joined_at: None: before the bot looked, or nobody told it.
        clean_messages: Messages without a finding.
        is_trusted: An administrator has said so; None: nobody has said anything.
    """

    joined_at: datetime | None = None
    clean_messages: int = 0
    is_trusted: bool | None = None


class MemberStore(Protocol):
    """What chats know of authors."""

    async def get(self, chat_id: int, user_id: int) -> Membership:
        """Read it; an empty one for somebody new."""
        ...

    async def joined(self, chat_id: int, user_id: int, at: datetime) -> None:
        """Put down that somebody joined; who comes back begins anew."""
        ...

    async def heard(self, counts: Mapping[tuple[int, int], int]) -> None:
        """Add clean messages, by chat and author."""
        ...

    async def trust(self, chat_id: int, user_id: int, *, trusted: bool | None) -> None:
        """Keep what an administrator says of somebody; None: nothing any more."""
        ...


class CaseStore(Protocol):
    """Cases of all chats."""

    async def open(self, case: Case) -> Case:
        """Keep a new case; give the earlier one where this edition was judged before."""
        ...

    async def find(self, case_id: CaseId) -> Case | None:
        """Read one; None: it is gone, or never was."""
        ...

    async def record(self, chat_id: int, user_id: int, now: datetime) -> Record:
        """Count the steps taken with an author that have not expired."""
        ...

    async def sent(
        self,
        case_id: CaseId,
        *,
        notice_id: int | None = None,
        log_message_id: int | None = None,
    ) -> None:
        """Put down what the bot has sent about it."""
        ...

    async def rewritten(self, case_id: CaseId, polite: str) -> None:
        """Put down the polite form that the author is offered."""
        ...

    async def appeal(self, case_id: CaseId, text: str) -> bool:
        """Let the author object; False: they have, or it is closed."""
        ...

    async def close(self, case_id: CaseId, state: CaseState, *, by: int, at: datetime) -> bool:
        """Undo or uphold it; False: somebody else has."""
        ...

    async def of_chat(self, chat_id: int, *, since: datetime, limit: int) -> list[Case]:
        """List the cases of a chat, newest first."""
        ...

    async def with_notices(self, before: datetime, *, limit: int) -> list[Case]:
        """List decided cases with a notice in the group that are older, oldest first."""
        ...

    async def purge(self, before: datetime) -> int:
        """Drop cases that are older; tell how many."""
        ...


class Administrators(Protocol):
    """Who looks after a chat, as Telegram says."""

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        """Tell whether a person administers a chat; what was learnt is kept for a while.

        Raises:
            UnavailableError: Telegram does not answer.
        """
        ...


KEPT_FOR = timedelta(days=90)
"""How long cases are kept for administrators to look at."""
