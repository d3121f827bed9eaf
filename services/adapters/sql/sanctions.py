from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.memory_tables import SanctionRow
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.people.forgotten import Hashing
from services.people.sanctions import Sanction


@dataclass(frozen=True, slots=True)
class SqlSanctions:
    """``Sanctions`` over the table ``sanctions``, which holds no id of a person."""

    sessions: Sessions
    hashing: Hashing

    async def give(self, user_id: int, sanction: Sanction) -> None:
        """Keep a sanction in the place of the earlier one."""
        values = {
            "person_hash": self.hashing.person(user_id), "chat_id": sanction.chat_id,
            "reason": sanction.reason, "given_at": sanction.given_at,
            "expires_at": sanction.expires_at,
        }  # fmt: skip
        async with writing(self.sessions) as session:
            await upsert(
                session, SanctionRow, values, key=("person_hash", "chat_id"),
                update=("reason", "given_at", "expires_at"),
            )  # fmt: skip

    async def active(self, user_id: int, now: datetime) -> list[Sanction]:
        """List what still holds, by chat."""
        query = (
            select(SanctionRow)
            .where(
                SanctionRow.person_hash == self.hashing.person(user_id),
                or_(SanctionRow.expires_at.is_(None), SanctionRow.expires_at > now),
            )
            .order_by(SanctionRow.chat_id)
        )
        async with reading(self.sessions) as session:
            return [
                Sanction(
                    chat_id=row.chat_id, reason=row.reason, given_at=row.given_at,
                    expires_at=row.expires_at,
                )
                for row in await session.scalars(query)
            ]  # fmt: skip

    async def lift(self, user_id: int, chat_id: int) -> bool:
        """Drop one; False when there was none."""
        statement = delete(SanctionRow).where(
            SanctionRow.person_hash == self.hashing.person(user_id), SanctionRow.chat_id == chat_id
        )
        async with writing(self.sessions) as session:
            gone = await session.scalars(statement.returning(SanctionRow.chat_id))
            return bool(gone.all())

    async def purge(self, now: datetime) -> int:
        """Drop what has expired; tell how many."""
        statement = delete(SanctionRow).where(SanctionRow.expires_at <= now)
        async with writing(self.sessions) as session:
            gone = await session.scalars(statement.returning(SanctionRow.chat_id))
            return len(gone.all())
