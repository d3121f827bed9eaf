from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.adapters.sql.engine import Sessions
from services.adapters.sql.moderation_tables import (
    ModerationCaseRow,
    ModerationMemberRow,
    ModerationPolicyRow,
)
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.moderation.policy import ChatPolicy
from services.moderation.ports import Membership

_KEY: Final = ("chat_id", "user_id")


@dataclass(frozen=True, slots=True)
class SqlPolicies:
    """``PolicyStore`` over ``moderation_policies``."""

    sessions: Sessions

    async def get(self, chat_id: int) -> ChatPolicy:
        """See ``PolicyStore.get``."""
        async with reading(self.sessions) as session:
            row = await session.get(ModerationPolicyRow, chat_id)
        if row is None:
            return ChatPolicy(chat_id=chat_id)
        return msgspec.json.decode(row.policy, type=ChatPolicy)

    async def save(self, policy: ChatPolicy) -> None:
        """See ``PolicyStore.save``."""
        values = {
            "chat_id": policy.chat_id, "is_on": policy.is_on,
            "policy": msgspec.json.encode(policy).decode(),
        }  # fmt: skip
        async with writing(self.sessions) as session:
            await upsert(
                session, ModerationPolicyRow, values, key=("chat_id",), update=("is_on", "policy")
            )

    async def moderated(self) -> list[int]:
        """See ``PolicyStore.moderated``."""
        query = select(ModerationPolicyRow.chat_id).where(ModerationPolicyRow.is_on)
        async with reading(self.sessions) as session:
            return list(await session.scalars(query.order_by(ModerationPolicyRow.chat_id)))

    async def move(self, old_chat_id: int, new_chat_id: int) -> None:
        """See ``PolicyStore.move``; what the new chat has already stays."""
        policies = (
            delete(ModerationPolicyRow)
            .where(ModerationPolicyRow.chat_id == old_chat_id)
            .returning(ModerationPolicyRow.is_on, ModerationPolicyRow.policy)
        )
        # Messages are numbered anew in the new chat, so old numbers must not meet them.
        cases = (
            update(ModerationCaseRow)
            .where(ModerationCaseRow.chat_id == old_chat_id)
            .values(chat_id=new_chat_id, message_id=-ModerationCaseRow.message_id)
        )
        async with writing(self.sessions) as session:
            for is_on, text in (await session.execute(policies)).tuples().all():
                policy = replace(msgspec.json.decode(text, type=ChatPolicy), chat_id=new_chat_id)
                values = {
                    "chat_id": new_chat_id, "is_on": is_on,
                    "policy": msgspec.json.encode(policy).decode(),
                }  # fmt: skip
                await upsert(session, ModerationPolicyRow, values, key=("chat_id",))
            await session.execute(cases)
            await _move_members(session, old_chat_id, new_chat_id)


@dataclass(frozen=True, slots=True)
class SqlMembers:
    """``MemberStore`` over ``moderation_members``."""

    sessions: Sessions

    async def get(self, chat_id: int, user_id: int) -> Membership:
        """See ``MemberStore.get``."""
        async with reading(self.sessions) as session:
            row = await session.get(ModerationMemberRow, (chat_id, user_id))
        if row is None:
            return Membership()
        return Membership(
            joined_at=row.joined_at, clean_messages=row.clean_messages, is_trusted=row.is_trusted
        )

    async def joined(self, chat_id: int, user_id: int, at: datetime) -> None:
        """See ``MemberStore.joined``."""
        await self._put(chat_id, user_id, joined_at=at, clean_messages=0)

    async def heard(self, counts: Mapping[tuple[int, int], int]) -> None:
        """See ``MemberStore.heard``."""
        async with writing(self.sessions) as session:
            for (chat_id, user_id), count in sorted(counts.items()):
                known = await session.execute(
                    update(ModerationMemberRow)
                    .where(
                        ModerationMemberRow.chat_id == chat_id,
                        ModerationMemberRow.user_id == user_id,
                    )
                    .values(clean_messages=ModerationMemberRow.clean_messages + count)
                    .returning(ModerationMemberRow.user_id)
                )
                if known.first() is None:
                    values = _values(chat_id, user_id) | {"clean_messages": count}
                    await upsert(session, ModerationMemberRow, values, key=_KEY)

    async def trust(self, chat_id: int, user_id: int, *, trusted: bool | None) -> None:
        """See ``MemberStore.trust``."""
        await self._put(chat_id, user_id, is_trusted=trusted)

    async def _put(self, chat_id: int, user_id: int, **changes: object) -> None:
        values = _values(chat_id, user_id) | changes
        async with writing(self.sessions) as session:
            await upsert(session, ModerationMemberRow, values, key=_KEY, update=tuple(changes))


def _values(chat_id: int, user_id: int) -> dict[str, object]:
    return {
        "chat_id": chat_id, "user_id": user_id, "joined_at": None, "clean_messages": 0,
        "is_trusted": None,
    }  # fmt: skip


async def _move_members(session: AsyncSession, old_chat_id: int, new_chat_id: int) -> None:
    gone = (
        delete(ModerationMemberRow)
        .where(ModerationMemberRow.chat_id == old_chat_id)
        .returning(
            ModerationMemberRow.user_id, ModerationMemberRow.joined_at,
            ModerationMemberRow.clean_messages, ModerationMemberRow.is_trusted,
        )
    )  # fmt: skip
    for user_id, joined_at, clean, trusted in (await session.execute(gone)).tuples().all():
        values = _values(new_chat_id, user_id) | {
            "joined_at": joined_at, "clean_messages": clean, "is_trusted": trusted,
        }  # fmt: skip
        await upsert(session, ModerationMemberRow, values, key=_KEY)
