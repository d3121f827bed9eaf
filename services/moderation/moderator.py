"""The moderator: every check over one message of a group, one verdict, one case."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from services.clock import Clock
from services.moderation.cases import Case, CaseState
from services.moderation.hearing import CleanMessages
from services.moderation.ladder import Step, step_for
from services.moderation.messages import GroupMessage
from services.moderation.models import Action, Finding, Label, Verdict
from services.moderation.policy import ChatPolicy, Trust
from services.moderation.ports import (
    CaseStore,
    MessageCheck,
    PolicyStore,
    TextJudge,
    TextJudgement,
)
from services.moderation.traffic import TrafficLog, judge_traffic
from services.moderation.trusting import TrustOf

_EXCERPT: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """Judges the messages of groups.

    Attributes:
        trust: How well the chat knows an author.
        judge: The words.
        checks: What is looked at besides words, in the message alone.
        traffic: What is looked at across messages.
        heard: Counts messages without a finding.
    """

    policies: PolicyStore
    trust: TrustOf
    cases: CaseStore
    judge: TextJudge
    traffic: TrafficLog
    heard: CleanMessages
    clock: Clock
    checks: Sequence[MessageCheck] = field(default=())

    async def __call__(self, message: GroupMessage) -> Case | None:
        """Judge a message.

        The same edition of a message has one case, however often it is judged, so that a bot
        which was stopped between verdict and action goes on where it was.

        Returns:
            The case to act on; None: let the message through.

        Raises:
            UnavailableError: SQL or Redis is down; the message is to be judged again.
        """
        policy = await self.policies.get(message.chat_id)
        if not policy.is_on:
            return None
        trust = await self.trust(message, policy)
        if trust is Trust.IMMUNE:
            return None
        verdict, step = await self._verdict(message, policy, trust)
        if verdict.action is Action.ALLOW and not verdict.delete:
            if not verdict.findings and message.edited_at is None:
                self.heard.note(message.chat_id, message.author_id)
            return None
        return await self.cases.open(self._case(message, policy, verdict, step))

    async def _verdict(
        self, message: GroupMessage, policy: ChatPolicy, trust: Trust
    ) -> tuple[Verdict, Step]:
        words = await asyncio.to_thread(self._words, message)
        counts = await self.traffic.note(message)
        found = [
            *words.findings,
            *(finding for check in self.checks for finding in check(message, trust)),
            *judge_traffic(counts, trust),
        ]
        findings = sorted(
            (_by_threshold(finding, policy) for finding in found if finding.check in policy.checks),
            key=lambda finding: (finding.is_sure, finding.severity, finding.score),
            reverse=True,
        )
        record = await self.cases.record(message.chat_id, message.author_id, self.clock.now())
        step = step_for(findings, trust=trust, record=record, steps=policy.ladder)
        label = Label.OK if not findings else findings[0].label
        if findings and not findings[0].is_sure:
            label = Label.UNSURE
        verdict = Verdict(
            label=label, action=step.action, delete=step.delete, toxicity=words.toxicity,
            spam=words.spam, findings=tuple(findings),
        )  # fmt: skip
        return verdict, step

    def _words(self, message: GroupMessage) -> TextJudgement:
        """Judge all that can be read; spans are kept for the text or caption alone."""
        judged = [self.judge.judge(part) for part in message.parts if part.strip()]
        if not judged:
            return TextJudgement(toxicity=0.0, spam=0.0)
        in_text = judged[0].findings if message.text.strip() else ()
        elsewhere = [finding for each in judged for finding in each.findings]
        return TextJudgement(
            toxicity=max(each.toxicity for each in judged),
            spam=max(each.spam for each in judged),
            findings=(
                *in_text,
                *(replace(finding, spans=()) for finding in elsewhere[len(in_text) :]),
            ),
        )

    def _case(
        self, message: GroupMessage, policy: ChatPolicy, verdict: Verdict, step: Step
    ) -> Case:
        now = self.clock.now()
        edited = message.edited_at
        return Case(
            case_id=secrets.token_hex(8), chat_id=message.chat_id, message_id=message.message_id,
            edition=0 if edited is None else int(edited.timestamp()),
            thread_id=message.thread_id, user_id=message.author_id, name=message.name,
            verdict=verdict, excerpt="\n".join(message.parts)[:_EXCERPT],
            state=CaseState.WAITS if step.action is Action.REVIEW else CaseState.DECIDED,
            was_dry_run=policy.is_dry_run,
            is_whole=message.media is None and message.parts == (message.text[:_EXCERPT],),
            created_at=now,
            expires_at=now + policy.ladder.expire_after,
            muted_until=None if step.mute_for is None else now + step.mute_for,
        )  # fmt: skip


def _by_threshold(finding: Finding, policy: ChatPolicy) -> Finding:
    threshold = policy.thresholds.get(finding.check)
    if threshold is None:
        return finding
    return replace(finding, is_sure=finding.score >= threshold)
