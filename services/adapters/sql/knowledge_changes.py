from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.adapters.sql.knowledge_tables import LibraryRow
from services.errors import NotFoundError
from services.knowledge.models import LibraryId

# Well below the number of parameters that SQLite and PostgreSQL take in one statement.
_IN_LIMIT: Final = 5_000
T = TypeVar("T")


def slices(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list of parameters into pieces that one statement takes."""
    for start in range(0, len(values), _IN_LIMIT):
        yield values[start : start + _IN_LIMIT]


async def next_change(session: AsyncSession, library_id: LibraryId, *, purge: bool = False) -> int:
    """Take the library's next change number; the first statement of every change.

    It locks the library's row until the commit, so numbers become visible in their order and
    one reader that has seen number n has seen all changes up to n.

    Args:
        session: Within a transaction.
        library_id: The library to change.
        purge: Indexes must be built anew, because something is to be gone for good.

    Raises:
        NotFoundError: There is no such library, or it is being forgotten.
    """
    number = LibraryRow.change_number + 1
    values = {"change_number": number, "purge_number": number} if purge else {
        "change_number": number
    }  # fmt: skip
    change = await session.scalar(
        update(LibraryRow)
        .where(LibraryRow.slug == library_id, LibraryRow.forgotten_at.is_(None))
        .values(values)
        .returning(LibraryRow.change_number)
    )
    if change is None:
        raise NotFoundError(f"there is no library {library_id!r}")
    return change
