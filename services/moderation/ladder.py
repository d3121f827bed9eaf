"""From findings to one action: graded by severity, by trust and by what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.moderation.models import Action, Finding, Label, Severity
from services.moderation.policy import LadderSteps, Trust

_LONGEST_MUTE: Final = timedelta(days=30)
_RUNGS: Final = (Action.REPHRASE, Action.WARN, Action.MUTE, Action.BAN)
_UNWANTED: Final = frozenset({Label.SPAM, Label.RAID, Label.FLOOD, Label.NSFW})
"""Never left in the chat: nothing in it can be said more politely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How often each step was taken with an author, as far as it has not expired."""

    rephrases: int = 0
    warnings: int = 0
    mutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do.

    Attributes:
        mute_for: How long, when the action is a mute.
    """

    action: Action
    delete: bool
    mute_for: timedelta | None = None


def step_for(
    findings: Sequence[Finding], *, trust: Trust, record: Record, steps: LadderSteps
) -> Step:
    """Choose the step on the ladder.

    An administrator is never acted on. Somebody trusted is spared one step for words, and is
    never banned without people. What no check is sure of goes to people and changes nothing.
    """
    if trust is Trust.IMMUNE or not findings:
        return Step(action=Action.ALLOW, delete=False)
    sure = [finding for finding in findings if finding.is_sure]
    if not sure:
        return Step(action=Action.REVIEW, delete=False)
    worst = max(sure, key=lambda finding: (finding.label in _UNWANTED, finding.severity))
    action = _action(worst, trust, record, steps)
    if action is Action.BAN and trust is Trust.TRUSTED:
        action = Action.REVIEW
    return Step(
        action=action,
        delete=_is_removed(worst, action),
        mute_for=_mute_length(record, steps) if action is Action.MUTE else None,
    )


def _action(worst: Finding, trust: Trust, record: Record, steps: LadderSteps) -> Action:
    if worst.label in {Label.SPAM, Label.RAID} and trust is Trust.NEWCOMER:
        return Action.BAN
    rung = max(_reached(record, steps), _lowest(worst, trust))
    is_spared = trust is Trust.TRUSTED and worst.label not in _UNWANTED
    if is_spared and rung < _RUNGS.index(Action.BAN):
        spared = rung - 1
        # Rude words are never passed over in silence.
        rung = max(spared, 0) if worst.severity > Severity.MILD else spared
    return Action.ALLOW if rung < 0 else _RUNGS[rung]


def _reached(record: Record, steps: LadderSteps) -> int:
    """Give the rung that the author's record leads to."""
    if record.mutes >= steps.mutes:
        return _RUNGS.index(Action.BAN)
    if record.warnings >= steps.warnings:
        return _RUNGS.index(Action.MUTE)
    return _RUNGS.index(Action.REPHRASE if record.rephrases < steps.rephrases else Action.WARN)


def _lowest(worst: Finding, trust: Trust) -> int:
    """Give the rung that what was found begins at."""
    if worst.label is Label.FLOOD:
        return _RUNGS.index(Action.MUTE)
    if worst.severity is Severity.GRAVE and trust is Trust.NEWCOMER:
        return _RUNGS.index(Action.MUTE)
    if worst.label in _UNWANTED or worst.severity is Severity.GRAVE:
        return _RUNGS.index(Action.WARN)
    return _RUNGS.index(Action.REPHRASE)


def _is_removed(worst: Finding, action: Action) -> bool:
    if worst.label in _UNWANTED or worst.severity is Severity.GRAVE:
        return True
    # Asked to rephrase, an author removes it by taking the offer.
    return worst.severity is Severity.RUDE and action in {Action.WARN, Action.MUTE, Action.BAN}


def _mute_length(record: Record, steps: LadderSteps) -> timedelta:
    doublings = min(record.mutes, 10)
    doubled: timedelta = steps.mute_for * 2**doublings
    return min(doubled, _LONGEST_MUTE)
