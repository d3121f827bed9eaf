from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

import msgspec
from sqlalchemy import delete, func, select, update

from services.adapters.sql.engine import Sessions
from services.adapters.sql.moderation_tables import ModerationCaseRow, ModerationMemberRow
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.moderation.cases import NO_NOTICE, Case, CaseId, CaseState
from services.moderation.ladder import Record
from services.moderation.models import Action, Verdict
from services.people.ports import Exported

_LONGEST_NAME: Final = 128


@dataclass(frozen=True, slots=True)
class SqlCases:
    """``CaseStore`` over ``moderation_cases``; what chats know of a person goes with it."""

    sessions: Sessions
    name: ClassVar[str] = "moderation"

    async def open(self, case: Case) -> Case:
        """See ``CaseStore.open``."""
        values = {
            "case_id": case.case_id, "chat_id": case.chat_id, "message_id": case.message_id,
            "edition": case.edition, "thread_id": case.thread_id, "user_id": case.user_id,
            "name": case.name[:_LONGEST_NAME], "action": case.verdict.action.value,
            "verdict": msgspec.json.encode(case.verdict).decode(), "excerpt": case.excerpt,
            "state": case.state.value, "was_dry_run": case.was_dry_run,
            "is_whole": case.is_whole,
            "created_at": case.created_at, "expires_at": case.expires_at,
            "muted_until": case.muted_until,
        }  # fmt: skip
        key = ("chat_id", "message_id", "edition")
        async with writing(self.sessions) as session:
            if await upsert(session, ModerationCaseRow, values, key=key):
                return case
            same = (
                ModerationCaseRow.chat_id == case.chat_id,
                ModerationCaseRow.message_id == case.message_id,
                ModerationCaseRow.edition == case.edition,
            )
            row = await session.scalar(select(ModerationCaseRow).where(*same))
            return case if row is None else _case(row)

    async def find(self, case_id: CaseId) -> Case | None:
        """See ``CaseStore.find``."""
        async with reading(self.sessions) as session:
            row = await session.get(ModerationCaseRow, case_id)
        return None if row is None else _case(row)

    async def record(self, chat_id: int, user_id: int, now: datetime) -> Record:
        """See ``CaseStore.record``."""
        query = (
            select(ModerationCaseRow.action, func.count())
            .where(
                ModerationCaseRow.chat_id == chat_id,
                ModerationCaseRow.user_id == user_id,
                ModerationCaseRow.expires_at > now,
                ModerationCaseRow.state != CaseState.UNDONE.value,
                ModerationCaseRow.was_dry_run.is_(False),
            )
            .group_by(ModerationCaseRow.action)
        )
        async with reading(self.sessions) as session:
            counts = dict((await session.execute(query)).tuples().all())
        return Record(
            rephrases=counts.get(Action.REPHRASE.value, 0),
            warnings=counts.get(Action.WARN.value, 0),
            mutes=counts.get(Action.MUTE.value, 0),
        )

    async def sent(
        self, case_id: CaseId, *, notice_id: int | None = None, log_message_id: int | None = None
    ) -> None:
        """See ``CaseStore.sent``."""
        sent = {"notice_id": notice_id, "log_message_id": log_message_id}
        values = {name: value for name, value in sent.items() if value is not None}
        statement = update(ModerationCaseRow).where(ModerationCaseRow.case_id == case_id)
        async with writing(self.sessions) as session:
            await session.execute(statement.values(**values))

    async def rewritten(self, case_id: CaseId, polite: str) -> None:
        """See ``CaseStore.rewritten``."""
        statement = update(ModerationCaseRow).where(ModerationCaseRow.case_id == case_id)
        async with writing(self.sessions) as session:
            await session.execute(statement.values(polite=polite))

    async def appeal(self, case_id: CaseId, text: str) -> bool:
        """See ``CaseStore.appeal``."""
        return await self._change(
            case_id, (CaseState.DECIDED,), state=CaseState.APPEALED.value, appeal=text
        )

    async def close(self, case_id: CaseId, state: CaseState, *, by: int, at: datetime) -> bool:
        """See ``CaseStore.close``."""
        still_open = (CaseState.DECIDED, CaseState.WAITS, CaseState.APPEALED)
        return await self._change(
            case_id, still_open, state=state.value, closed_by=by, closed_at=at
        )

    async def of_chat(self, chat_id: int, *, since: datetime, limit: int) -> list[Case]:
        """See ``CaseStore.of_chat``."""
        query = (
            select(ModerationCaseRow)
            .where(ModerationCaseRow.chat_id == chat_id, ModerationCaseRow.created_at >= since)
            .order_by(ModerationCaseRow.created_at.desc(), ModerationCaseRow.message_id.desc())
            .limit(limit)
        )
        async with reading(self.sessions) as session:
            return [_case(row) for row in await session.scalars(query)]

    async def with_notices(self, before: datetime, *, limit: int) -> list[Case]:
        """See ``CaseStore.with_notices``."""
        query = (
            select(ModerationCaseRow)
            .where(
                ModerationCaseRow.notice_id > NO_NOTICE,
                ModerationCaseRow.state == CaseState.DECIDED.value,
                ModerationCaseRow.created_at < before,
            )
            .order_by(ModerationCaseRow.created_at)
            .limit(limit)
        )
        async with reading(self.sessions) as session:
            return [_case(row) for row in await session.scalars(query)]

    async def purge(self, before: datetime) -> int:
        """See ``CaseStore.purge``."""
        old = delete(ModerationCaseRow).where(ModerationCaseRow.created_at < before)
        async with writing(self.sessions) as session:
            gone = await session.execute(old.returning(ModerationCaseRow.case_id))
            return len(gone.all())

    async def export(self, user_id: int) -> Exported:
        """Give the cases about a person, and what chats know of them."""
        cases = select(ModerationCaseRow).where(ModerationCaseRow.user_id == user_id)
        members = select(ModerationMemberRow).where(ModerationMemberRow.user_id == user_id)
        async with reading(self.sessions) as session:
            about = list(await session.scalars(cases.order_by(ModerationCaseRow.created_at)))
            known = list(await session.scalars(members.order_by(ModerationMemberRow.chat_id)))
        exported: dict[str, object] = {}
        if about:
            exported["cases"] = [_exported(row) for row in about]
        if known:
            exported["chats"] = [
                {
                    "chat_id": row.chat_id, "clean_messages": row.clean_messages,
                    "joined_at": None if row.joined_at is None else row.joined_at.isoformat(),
                    "is_trusted": row.is_trusted,
                }
                for row in known
            ]  # fmt: skip
        return exported

    async def erase(self, user_id: int) -> dict[str, int]:
        """Erase the cases about a person and what chats know of them; sanctions stay as hashes."""
        cases = delete(ModerationCaseRow).where(ModerationCaseRow.user_id == user_id)
        members = delete(ModerationMemberRow).where(ModerationMemberRow.user_id == user_id)
        closed = update(ModerationCaseRow).where(ModerationCaseRow.closed_by == user_id)
        async with writing(self.sessions) as session:
            gone = (await session.execute(cases.returning(ModerationCaseRow.case_id))).all()
            left = (await session.execute(members.returning(ModerationMemberRow.chat_id))).all()
            await session.execute(closed.values(closed_by=0))
        return {"moderation_cases": len(gone), "moderation_members": len(left)}

    async def _change(
        self, case_id: CaseId, states: tuple[CaseState, ...], **values: object
    ) -> bool:
        statement = update(ModerationCaseRow).where(
            ModerationCaseRow.case_id == case_id,
            ModerationCaseRow.state.in_([state.value for state in states]),
        )
        async with writing(self.sessions) as session:
            done = await session.execute(
                statement.values(**values).returning(ModerationCaseRow.case_id)
            )
            return done.first() is not None


def _case(row: ModerationCaseRow) -> Case:
    return Case(
        case_id=row.case_id, chat_id=row.chat_id, message_id=row.message_id, edition=row.edition,
        thread_id=row.thread_id, user_id=row.user_id, name=row.name,
        verdict=msgspec.json.decode(row.verdict, type=Verdict), excerpt=row.excerpt,
        state=CaseState(row.state), was_dry_run=row.was_dry_run, is_whole=row.is_whole,
        created_at=row.created_at,
        expires_at=row.expires_at, muted_until=row.muted_until, notice_id=row.notice_id,
        log_message_id=row.log_message_id, polite=row.polite, appeal=row.appeal,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
    )  # fmt: skip


def _exported(row: ModerationCaseRow) -> dict[str, object]:
    return {
        "chat_id": row.chat_id, "message_id": row.message_id, "excerpt": row.excerpt,
        "action": row.action, "state": row.state, "appeal": row.appeal,
        "was_dry_run": row.was_dry_run, "created_at": row.created_at.isoformat(),
    }  # fmt: skip
