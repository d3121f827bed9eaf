from sqlalchemy import text

from services.adapters.sql.engine import Sessions
from services.adapters.sql.transactions import reading
from services.errors import DeadlineError


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
