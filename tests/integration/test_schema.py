"""Migrations: each step goes up, down and up again, and the last one equals the tables."""

from collections.abc import AsyncIterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_engine
from services.adapters.sql.schema import alembic_config
from services.adapters.sql.tables import Base


@pytest.fixture
async def empty_engine(sql_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(sql_url)
    yield engine
    await engine.dispose()


async def test_each_migration_goes_up_down_and_up_again(empty_engine: AsyncEngine) -> None:
    def climb(connection: Connection) -> list[str]:
        config = alembic_config(connection)
        revisions = list(ScriptDirectory.from_config(config).walk_revisions())[::-1]
        for revision in revisions:
            command.upgrade(config, revision.revision)
            command.downgrade(config, "-1")
            command.upgrade(config, revision.revision)
        command.downgrade(config, "base")
        return inspect(connection).get_table_names()

    async with empty_engine.begin() as connection:
        left = await connection.run_sync(climb)
    assert left == ["alembic_version"]


async def test_the_migrations_make_the_tables_that_the_code_declares(
    sql_engine: AsyncEngine,
) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
        return list(found)

    async with sql_engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    assert len(Base.metadata.tables) > 5
