from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.moderation.cases import Case, CaseId, CaseState
from services.moderation.ladder import Record
from services.moderation.messages import GroupMessage
from services.moderation.models import Action
from services.moderation.policy import ChatPolicy
from services.moderation.ports import Membership, TextJudgement
from services.moderation.traffic import TrafficCounts


@dataclass
class FakePolicies:
    kept: dict[int, ChatPolicy] = field(default_factory=dict)

    async def get(self, chat_id: int) -> ChatPolicy:
        return self.kept.get(chat_id, ChatPolicy(chat_id=chat_id))

    async def save(self, policy: ChatPolicy) -> None:
        self.kept[policy.chat_id] = policy

    async def moderated(self) -> list[int]:
        return [chat_id for chat_id, policy in self.kept.items() if policy.is_on]

    async def move(self, old_chat_id: int, new_chat_id: int) -> None:
        self.kept[new_chat_id] = replace(self.kept.pop(old_chat_id), chat_id=new_chat_id)


@dataclass
class FakeMembers:
    kept: dict[tuple[int, int], Membership] = field(default_factory=dict)

    async def get(self, chat_id: int, user_id: int) -> Membership:
        return self.kept.get((chat_id, user_id), Membership())

    async def joined(self, chat_id: int, user_id: int, at: datetime) -> None:
        self.kept[chat_id, user_id] = Membership(joined_at=at)

    async def heard(self, counts: Mapping[tuple[int, int], int]) -> None:
        for key, count in counts.items():
            known = self.kept.get(key, Membership())
            self.kept[key] = replace(known, clean_messages=known.clean_messages + count)

    async def trust(self, chat_id: int, user_id: int, *, trusted: bool | None) -> None:
        known = self.kept.get((chat_id, user_id), Membership())
        self.kept[chat_id, user_id] = replace(known, is_trusted=trusted)


@dataclass
class FakeCases:
    kept: dict[CaseId, Case] = field(default_factory=dict)

    async def open(self, case: Case) -> Case:
        for known in self.kept.values():
            if (known.chat_id, known.message_id, known.edition) == (
                case.chat_id, case.message_id, case.edition,
            ):  # fmt: skip
                return known
        self.kept[case.case_id] = case
        return case

    async def find(self, case_id: CaseId) -> Case | None:
        return self.kept.get(case_id)

    async def record(self, chat_id: int, user_id: int, now: datetime) -> Record:
        actions = [
            case.verdict.action
            for case in self.kept.values()
            if (case.chat_id, case.user_id) == (chat_id, user_id)
            and case.counts and case.expires_at > now
        ]  # fmt: skip
        return Record(
            rephrases=actions.count(Action.REPHRASE), warnings=actions.count(Action.WARN),
            mutes=actions.count(Action.MUTE),
        )  # fmt: skip

    async def sent(
        self, case_id: CaseId, *, notice_id: int | None = None, log_message_id: int | None = None
    ) -> None:
        case = self.kept[case_id]
        self.kept[case_id] = replace(
            case, notice_id=notice_id or case.notice_id,
            log_message_id=log_message_id or case.log_message_id,
        )  # fmt: skip

    async def rewritten(self, case_id: CaseId, polite: str) -> None:
        self.kept[case_id] = replace(self.kept[case_id], polite=polite)

    async def appeal(self, case_id: CaseId, text: str) -> bool:
        self.kept[case_id] = replace(self.kept[case_id], state=CaseState.APPEALED, appeal=text)
        return True

    async def close(self, case_id: CaseId, state: CaseState, *, by: int, at: datetime) -> bool:
        self.kept[case_id] = replace(self.kept[case_id], state=state, closed_by=by, closed_at=at)
        return True

    async def of_chat(self, chat_id: int, *, since: datetime, limit: int) -> list[Case]:
        found = [case for case in self.kept.values() if case.chat_id == chat_id]
        return [case for case in found if case.created_at >= since][:limit]

    async def with_notices(self, before: datetime, *, limit: int) -> list[Case]:
        told = [case for case in self.kept.values() if case.notice_id]
        return [case for case in told if case.created_at < before][:limit]

    async def purge(self, before: datetime) -> int:
        old = [case for case in self.kept.values() if case.created_at < before]
        for case in old:
            del self.kept[case.case_id]
        return len(old)


@dataclass
class FakeTraffic:
    counts: TrafficCounts = field(default_factory=TrafficCounts)

    async def note(self, message: GroupMessage) -> TrafficCounts:
        return self.counts

    async def joined(self, chat_id: int, user_id: int) -> bool:
        return self.counts.is_raid


@dataclass
class FakeJudge:
    """Says of a text what it was told to say of it."""

    says: dict[str, TextJudgement] = field(default_factory=dict)

    def judge(self, text: str) -> TextJudgement:
        return self.says.get(text, TextJudgement(toxicity=0.0, spam=0.0))
