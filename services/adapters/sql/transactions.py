from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from services.adapters.sql.engine import Sessions
from services.errors import UnavailableError


@asynccontextmanager
async def reading(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Open a session for reading.

    Raises:
        UnavailableError: The database cannot be reached or is locked for too long.
    """
    with _unreachable_as_unavailable():
        async with sessions() as session:
            yield session


@asynccontextmanager
async def writing(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Open one transaction: committed at the end, rolled back by an error.

    On SQLite its first statement should write: a reader that turns writer gets no busy wait.

    Raises:
        UnavailableError: As for reading.
    """
    with _unreachable_as_unavailable():
        async with sessions.begin() as session:
            yield session


@contextmanager
def _unreachable_as_unavailable() -> Iterator[None]:
    try:
        yield
    # PostgreSQL's own errors come bare only when it refuses a connection, as while it starts.
    except (DBAPIError, PostgresError, PoolTimeoutError, OSError) as error:
        if isinstance(error, DBAPIError) and not _is_outage(error):
            raise
        # The driver's message may quote the statement's values.
        msg = f"the database does not answer: {type(error).__name__}"
        raise UnavailableError(msg, dependency="sql") from error


def _is_outage(error: DBAPIError) -> bool:
    # PostgreSQL that is stopped ends its connections with an error of no special class.
    return isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
