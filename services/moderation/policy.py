"""What a chat wants of its moderator; set by its administrators, by buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.moderation.models import Check

DEFAULT_CHECKS = frozenset(Check)


class Trust(StrEnum):
    """How well a chat knows an author; the order of the members is the order of trust."""

    NEWCOMER = "newcomer"
    MEMBER = "member"
    TRUSTED = "trusted"
    IMMUNE = "immune"
    """Administrators, also anonymous ones, and the channel that is linked to the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderSteps:
    """How often one step is taken before the next.

    Attributes:
        rephrases: Requests to rephrase before the first warning.
        warnings: Warnings before an author is muted.
        mutes: Mutes before an author is banned.
        expire_after: A step counts no longer than this.
        mute_for: How long the first mute lasts; each further one lasts twice as long.
    """

    rephrases: int = 2
    warnings: int = 3
    mutes: int = 2
    expire_after: timedelta = timedelta(days=30)
    mute_for: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of the day, in the chat's time zone, in which no notice is put into the group.

    It may pass midnight. Messages are judged as ever; their authors are told in private.
    """

    start: time
    end: time

    def covers(self, moment: time) -> bool:
        """Tell whether a time of day lies in it."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPolicy:
    """The settings of one chat.

    Attributes:
        is_on: Messages are judged.
        is_dry_run: Verdicts are only noted, for the weekly "would have" report.
        checks: Those that are on.
        thresholds: Scores in (0, 1] from which a check counts as sure, where the chat has chosen
            them; the artefact's own otherwise.
        offers_rewrites: Rude authors are offered a polite form.
        newcomer_for: How long somebody who joined is a newcomer.
        trusted_after: Messages without a finding after which a member is trusted; 0: nobody is.
        time_zone: IANA name.
        log_chat_id: Where each case is written, with an Undo button; None: nowhere.
        language: Of what the bot says there; None: the bot's own.
    """

    chat_id: int
    is_on: bool = False
    is_dry_run: bool = True
    checks: frozenset[Check] = DEFAULT_CHECKS
    thresholds: Mapping[Check, float] = field(default_factory=dict)
    ladder: LadderSteps = LadderSteps()
    offers_rewrites: bool = True
    newcomer_for: timedelta = timedelta(hours=24)
    trusted_after: int = 50
    quiet_hours: QuietHours | None = None
    time_zone: str = "UTC"
    log_chat_id: int | None = None
    language: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The chat's time zone."""
        return ZoneInfo(self.time_zone)
