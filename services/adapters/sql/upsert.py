from collections.abc import Mapping, Sequence

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from services.adapters.sql.base import Base


async def upsert(
    session: AsyncSession,
    row: type[Base],
    values: Mapping[str, object],
    *,
    key: Sequence[str],
    update: Sequence[str] = (),
) -> bool:
    """Insert a row, or update the named columns of the one with the same key, in one statement.

    Args:
        session: Within a transaction.
        row: The mapped class.
        values: By column name; all columns without a default.
        key: Columns of the primary key or of a unique constraint.
        update: Columns that a present row takes over; none leaves it as it is.

    Returns:
        A row was inserted or updated.
    """
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(row).values(**values)
    if update:
        changes = {column: values[column] for column in update}
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    done = await session.execute(statement.returning(*(getattr(row, name) for name in key)))
    return done.first() is not None
