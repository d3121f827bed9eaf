from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import text

from services.adapters.sql.engine import Sessions
from services.adapters.sql.transactions import reading
from services.errors import DeadlineError
from services.people.ports import Exported


async def scrub(sessions: Sessions) -> None:
    """Let what was deleted and committed disappear from SQLite's files as well.

    ``secure_delete`` overwrites deleted rows in their pages, but the write-ahead log still holds
    the pages as they were until it is copied back and cut. PostgreSQL needs nothing here: its
    log and its dead rows are its administrator's.

    Raises:
        DeadlineError: Somebody has been reading for 30 seconds; a repeat can succeed.
    """
    async with reading(sessions) as session:
        if session.get_bind().dialect.name != "sqlite":
            return
        row = (await session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()
    if row[0]:
        raise DeadlineError("the database's log is in use", dependency="sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteAheadLog:
    """SQLite's log as a place of personal data; it comes after all places in SQL."""

    sessions: Sessions
    name: ClassVar[str] = "sql_log"

    async def export(self, user_id: int) -> Exported:  # noqa: ARG002 - a port
        """Give nothing: it repeats what the tables hold."""
        return {}

    async def erase(self, user_id: int) -> dict[str, int]:  # noqa: ARG002 - a port
        """Cut the log, so that no file holds what was deleted; see ``scrub``."""
        await scrub(self.sessions)
        return {}
