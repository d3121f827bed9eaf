"""What moderation did, case by case, so that people can look, undo and answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.moderation.models import Action, Verdict

CaseId = str
NO_NOTICE = 0
"""In the place of a notice's id: the author was told alone, or the notice is gone again."""


class CaseState(StrEnum):
    """Where a case stands."""

    DECIDED = "decided"
    """By the moderator alone."""
    WAITS = "waits"
    """For people: the moderator was not sure."""
    APPEALED = "appealed"
    """The author says that it was a mistake; people look."""
    UPHELD = "upheld"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One verdict about one message, and what became of it.

    Attributes:
        edition: Seconds since 1970 of the edit that was judged; 0: the message as it was sent.
        user_id: The author, or the channel they wrote as.
        name: The author's shown name; untrusted.
        excerpt: The beginning of the message, for the people who look at the case; untrusted.
        is_whole: The excerpt is all that the message was, so that it can be put politely.
        was_dry_run: Nothing was done.
        expires_at: When the step stops counting on the ladder.
        muted_until: When an author who was muted may write again.
        notice_id: The bot's notice in the group; None: nobody has been told yet.
        log_message_id: The entry in the log channel.
        polite: The polite form that the author was offered last.
        appeal: What the author says, cut to a few sentences; untrusted.
        closed_by: Who undid or upheld it.
    """

    case_id: CaseId
    chat_id: int
    message_id: int
    edition: int
    thread_id: int
    user_id: int
    name: str
    verdict: Verdict
    excerpt: str
    state: CaseState
    was_dry_run: bool
    is_whole: bool
    created_at: datetime
    expires_at: datetime
    muted_until: datetime | None = None
    notice_id: int | None = None
    log_message_id: int | None = None
    polite: str | None = None
    appeal: str | None = None
    closed_by: int | None = None
    closed_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Tell whether it is a step on the author's ladder."""
        return (
            not self.was_dry_run
            and self.state is not CaseState.UNDONE
            and self.verdict.action in {Action.REPHRASE, Action.WARN, Action.MUTE, Action.BAN}
        )
