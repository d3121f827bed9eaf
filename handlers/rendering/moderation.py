"""Cases of moderation in words: for authors, for groups, for those who look after them."""

from datetime import datetime
from typing import Final

from handlers.i18n import Markup, Texts
from handlers.rendering.quiz import shortened
from services.moderation.cases import Case, CaseState
from services.moderation.ladder import Record
from services.moderation.models import Action, Finding, Label
from services.moderation.policy import ChatPolicy

_MOST_REASONS: Final = 3
_MOST_WORDS: Final = 5
_LONGEST_QUOTE: Final = 200
_LONGEST_NAME: Final = 64


def notice_text(case: Case, record: Record, policy: ChatPolicy, texts: Texts) -> Markup:
    """Say to the author what happened, why, and what comes next."""
    until = "" if case.muted_until is None else _moment(case.muted_until, policy)
    said = texts(
        f"moderation-notice-{case.verdict.action.value}",
        name=_name(case), count=max(1, record.warnings), most=policy.ladder.warnings, until=until,
    )  # fmt: skip
    removed = texts("moderation-removed") if case.verdict.delete else Markup("")
    return _lines(said, reasons_text(case, texts), removed)


def reasons_text(case: Case, texts: Texts) -> Markup:
    """List why, the worst first, with the words that weighed."""
    findings = [one for one in case.verdict.findings if one.is_sure] or case.verdict.findings
    reasons = [_reason(finding, texts) for finding in findings[:_MOST_REASONS]]
    return Markup("\n".join(f"• {reason}" for reason in dict.fromkeys(reasons)))


def log_text(case: Case, *, title: str, texts: Texts) -> Markup:
    """Give the entry of a case for those who look after the chat."""
    action = texts.plain(f"moderation-action-{case.verdict.action.value}")
    head = texts(
        "moderation-log-dry" if case.was_dry_run else "moderation-log",
        title=title, name=_name(case), action=action, user=str(case.user_id),
    )  # fmt: skip
    quote = texts("moderation-log-quote", text=shortened(case.excerpt, _LONGEST_QUOTE))
    scores = texts(
        "moderation-log-scores", toxicity=round(100 * case.verdict.toxicity),
        spam=round(100 * case.verdict.spam),
    )  # fmt: skip
    parts = [head, reasons_text(case, texts), scores]
    if case.excerpt.strip():
        parts.insert(1, quote)
    if case.state is not CaseState.DECIDED:
        kind = "looked" if case.verdict.action is Action.REVIEW else "state"
        key = "state" if case.state is CaseState.WAITS else kind
        parts.append(texts(f"moderation-{key}-{case.state.value}"))
    return _lines(*parts)


def restored_text(case: Case, texts: Texts) -> Markup:
    """Say in the group that a message was removed by mistake, and what it said."""
    return texts(
        "moderation-restored", name=_name(case), text=shortened(case.excerpt, _LONGEST_QUOTE)
    )


def is_told(case: Case) -> bool:
    """Tell whether the author is to hear of it."""
    return case.verdict.action not in {Action.ALLOW, Action.REVIEW}


def is_rude(case: Case) -> bool:
    """Tell whether it is the words alone that could be put politely."""
    return case.verdict.label is Label.TOXIC and case.user_id > 0


def rephrased_text(case: Case, polite: str, texts: Texts) -> Markup:
    """Give the author's message as it can stand in the group."""
    return texts("moderation-rephrased", name=_name(case), text=polite)


def _reason(finding: Finding, texts: Texts) -> Markup:
    key = f"moderation-reason-{finding.reason.replace('_', '-')}"
    if not finding.reason or not texts.has(key):
        key = f"moderation-check-{finding.check.value}"
    reason = texts(key)
    words = ", ".join(f"«{one.word}»" for one in finding.words[:_MOST_WORDS])
    return texts("moderation-reason-words", reason=reason, words=words) if words else reason


def _name(case: Case) -> str:
    return shortened(" ".join(case.name.split()), _LONGEST_NAME) or str(case.user_id)


def _moment(at: datetime, policy: ChatPolicy) -> str:
    return at.astimezone(policy.zone).strftime("%d.%m %H:%M")


def _lines(*parts: Markup) -> Markup:
    return Markup("\n".join(part for part in parts if part))
