from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.memory_tables import ForgottenHereRow
from services.adapters.sql.tables import Base
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert

_ID_COLUMNS = ("user_id", "sender_id", "turned_on_by")


@dataclass(frozen=True, slots=True)
class SqlFollowed:
    """``Followed`` inside the database that backups are made of."""

    sessions: Sessions

    async def followed(self) -> frozenset[str]:
        """Read the ids of the entries."""
        async with reading(self.sessions) as session:
            return frozenset(await session.scalars(select(ForgottenHereRow.entry_id)))

    async def note(self, entry_ids: Collection[str], at: datetime) -> None:
        """Add some."""
        async with writing(self.sessions) as session:
            for entry_id in entry_ids:
                values = {"entry_id": entry_id, "applied_at": at}
                await upsert(session, ForgottenHereRow, values, key=("entry_id",))

    async def user_ids(self) -> frozenset[int]:
        """List everybody whom a table names, whichever table that is."""
        columns = [
            table.c[name]
            for table in Base.metadata.sorted_tables
            for name in _ID_COLUMNS
            if name in table.c
        ]
        found: set[int] = set()
        async with reading(self.sessions) as session:
            for column in columns:
                ids = await session.scalars(select(column).distinct().where(column.is_not(None)))
                found.update(ids)
        return frozenset(found)
