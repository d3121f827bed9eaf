from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, exists, func, select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_chats_tables import ChatFileRow, ChatFileSourceRow
from services.adapters.sql.knowledge_tables import DocumentRow, PassageRow
from services.adapters.sql.transactions import reading
from services.knowledge.listing import ListedDocument
from services.knowledge.models import DocumentId, LibraryId


@dataclass(frozen=True, slots=True)
class SqlDocumentList:
    """``DocumentList`` over the table of documents."""

    sessions: Sessions

    async def count(self, library: LibraryId) -> int:
        """Count the documents that came in no file."""
        async with reading(self.sessions) as session:
            return await session.scalar(
                select(func.count()).select_from(DocumentRow).where(_of(library))
            ) or 0  # fmt: skip

    async def listed(self, library: LibraryId, *, offset: int, limit: int) -> list[ListedDocument]:
        """List documents, newest first."""
        query = (
            select(DocumentRow)
            .where(_of(library))
            .order_by(DocumentRow.posted_at.desc().nulls_last(), DocumentRow.id.desc())
            .offset(offset)
            .limit(limit)
        )
        return await self._read(query)

    async def find(self, document_id: DocumentId) -> ListedDocument | None:
        """Read one."""
        found = await self._read(select(DocumentRow).where(DocumentRow.id == document_id))
        return found[0] if found else None

    async def _read(self, query: Select[tuple[DocumentRow]]) -> list[ListedDocument]:
        pending = case((PassageRow.embedded.is_(False) & PassageRow.duplicate_of.is_(None), 1),
                       else_=0)  # fmt: skip
        async with reading(self.sessions) as session:
            rows = list(await session.scalars(query))
            counts = await session.execute(
                select(PassageRow.document_id, func.count(), func.sum(pending))
                .where(PassageRow.document_id.in_([row.id for row in rows]))
                .group_by(PassageRow.document_id)
            )
            by_id = {id_: (total, int(left)) for id_, total, left in counts.tuples()}
        return [_listed(row, *by_id.get(row.id, (0, 0))) for row in rows]


def _of(library: LibraryId) -> ColumnElement[bool]:
    in_file = (
        select(ChatFileSourceRow.key)
        .join(ChatFileRow, ChatFileRow.key == ChatFileSourceRow.key)
        .where(ChatFileRow.library == library, ChatFileSourceRow.source == DocumentRow.source)
    )
    return (DocumentRow.library == library) & ~exists(in_file)


def _listed(row: DocumentRow, passages: int, pending: int) -> ListedDocument:
    return ListedDocument(
        document_id=DocumentId(row.id), library=LibraryId(row.library), source=row.source,
        title=row.title, url=row.url, posted_at=row.posted_at, passages=passages,
        pending=pending,
    )  # fmt: skip
