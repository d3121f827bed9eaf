from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_tables import DocumentRow, LibraryRow, PassageRow
from services.adapters.sql.transactions import reading
from services.adapters.sql.vectors import unpacked
from services.knowledge.ingest_ports import LibraryState, PassageChange
from services.knowledge.models import LibraryId, PassageId

_PORTION: Final = 1_000


@dataclass(frozen=True, slots=True)
class SqlChangeFeed:
    """``ChangeFeed``: the tables ``libraries`` and ``passages`` as an index sees them."""

    sessions: Sessions

    async def states(self) -> list[LibraryState]:
        """Read the states of all libraries, buried ones included."""
        async with reading(self.sessions) as session:
            rows = await session.execute(select(*_STATE))
            return [_state(*row) for row in rows.tuples()]

    async def state(self, library_id: LibraryId) -> LibraryState | None:
        """Read the state of one library."""
        async with reading(self.sessions) as session:
            rows = await session.execute(select(*_STATE).where(LibraryRow.slug == library_id))
            row = rows.tuples().first()
        return None if row is None else _state(*row)

    async def changes(
        self, library_id: LibraryId, *, after: int
    ) -> AsyncIterator[Sequence[PassageChange]]:
        """Stream the passages changed after a change number, in bounded portions."""
        last_id = 0
        while True:
            statement = (
                select(
                    PassageRow.id, PassageRow.duplicate_of, PassageRow.lemmas, PassageRow.vector,
                    DocumentRow.posted_at,
                )
                .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
                .where(
                    PassageRow.library == library_id,
                    PassageRow.change_number > after,
                    PassageRow.id > last_id,
                )
                .order_by(PassageRow.id)
                .limit(_PORTION)
            )  # fmt: skip
            # No transaction is held while the caller writes its index.
            async with reading(self.sessions) as session:
                rows = (await session.execute(statement)).tuples().all()
            if not rows:
                return
            last_id = rows[-1][0]
            yield [
                PassageChange(
                    passage_id=PassageId(id_), indexed=duplicate_of is None, lemmas=lemmas,
                    day=None if posted_at is None else posted_at.date(),
                    vector=None if vector is None else unpacked(vector)[0],
                )
                for id_, duplicate_of, lemmas, vector, posted_at in rows
            ]  # fmt: skip

    async def indexed_count(self, library_id: LibraryId) -> int:
        """Count the passages that belong in the index."""
        async with reading(self.sessions) as session:
            return await session.scalar(
                select(func.count()).where(
                    PassageRow.library == library_id, PassageRow.duplicate_of.is_(None)
                )
            ) or 0  # fmt: skip

    async def indexed_ids(self, library_id: LibraryId) -> NDArray[np.int64]:
        """List the ids of the passages that belong in the index, rising."""
        async with reading(self.sessions) as session:
            ids = await session.scalars(
                select(PassageRow.id)
                .where(PassageRow.library == library_id, PassageRow.duplicate_of.is_(None))
                .order_by(PassageRow.id)
            )
            return np.fromiter(ids, dtype=np.int64)


_STATE: Final = (
    LibraryRow.slug, LibraryRow.created_at, LibraryRow.change_number, LibraryRow.purge_number,
    LibraryRow.forgotten_at,
)  # fmt: skip


def _state(
    slug: str, created_at: object, change: int, purge: int, forgotten_at: object
) -> LibraryState:
    return LibraryState(
        library_id=LibraryId(slug), incarnation=str(created_at), change_number=change,
        purge_number=purge, buried=forgotten_at is not None,
    )  # fmt: skip
