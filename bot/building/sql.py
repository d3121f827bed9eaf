from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import AsyncFileLock
from filelock import Timeout as LockTakenError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.settings import Settings
from services.adapters.sql.engine import Sessions, create_engine, create_sessions
from services.adapters.sql.schema import upgrade_schema
from services.errors import UnavailableError

_UPGRADE_WAIT_S = 120.0


@asynccontextmanager
async def open_sql(settings: Settings) -> AsyncIterator[Sessions]:
    """Open the database with the schema brought up to date; one process at a time upgrades it.

    Raises:
        UnavailableError: The data directory cannot be written, or the database does not answer.
    """
    engine = await _upgraded(settings)
    try:
        yield create_sessions(engine)
    finally:
        await engine.dispose()


async def _upgraded(settings: Settings) -> AsyncEngine:
    engine = create_engine(settings.sql_url)
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        async with AsyncFileLock(settings.data / "schema.lock", timeout=_UPGRADE_WAIT_S):
            await upgrade_schema(engine)
    except LockTakenError as error:
        await engine.dispose()
        msg = "another process has been upgrading the database for two minutes"
        raise UnavailableError(msg, dependency="sql") from error
    except (SQLAlchemyError, ConnectionError) as error:
        await engine.dispose()
        # The driver's message may quote values or the password.
        msg = f"the database does not answer ({type(error).__name__}); look at DATABASE_URL"
        raise UnavailableError(msg, dependency="sql") from error
    except OSError as error:
        await engine.dispose()
        raise _cannot_write(settings.data, error) from error
    return engine


def _cannot_write(directory: Path, error: OSError) -> UnavailableError:
    reason = error.strerror or type(error).__name__
    msg = f"cannot write to {directory}: {reason}; set SAMOVAR_DATA to a writable directory"
    return UnavailableError(msg, dependency="disk")
