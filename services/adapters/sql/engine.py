from pathlib import Path

from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry

Sessions = async_sessionmaker[AsyncSession]


def sqlite_url(data_dir: Path) -> str:
    """Name the SQLite database of a data directory as SQLAlchemy wants it."""
    return f"sqlite+aiosqlite:///{data_dir / 'samovar.sqlite3'}"


def async_url(url: str) -> str:
    """Let people write ``postgresql://`` or ``sqlite://`` and give the asynchronous driver."""
    drivers = {"postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg",
               "sqlite": "sqlite+aiosqlite"}  # fmt: skip
    scheme, _, rest = url.partition("://")
    return f"{drivers.get(scheme, scheme)}://{rest}"


def create_engine(url: str) -> AsyncEngine:
    """Open a pool on SQLite (WAL, foreign keys, 30 s busy wait) or PostgreSQL.

    Its errors do not quote the values of statements: people's words are among them.

    Args:
        url: As in ``DATABASE_URL``; see ``async_url``.
    """
    parsed = make_url(async_url(url))
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(
            parsed, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True
        )
    engine = create_async_engine(parsed, connect_args={"timeout": 30}, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _sqlite_pragmas)
    event.listen(engine.sync_engine, "begin", _sqlite_begin)
    return engine


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Make the session factory; one session is one unit of work."""
    return async_sessionmaker(engine, expire_on_commit=False)


def _sqlite_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # pysqlite starts transactions late and by itself; with isolation_level None we say BEGIN.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL",
                   "secure_delete=ON"):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
