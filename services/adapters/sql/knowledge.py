from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_changes import next_change
from services.adapters.sql.knowledge_reading import read_passages
from services.adapters.sql.knowledge_tables import (
    LibraryRow,
    PassageRow,
    SentenceVectorsRow,
)
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.vectors import packed
from services.knowledge.ingest_ports import Backlog, PassageToEmbed, PassageVectors
from services.knowledge.models import LibraryId, PassageId, StoredPassage
from services.knowledge.prepared import passage_text


@dataclass(frozen=True, slots=True)
class SqlPassageStore:
    """``PassageStore`` and ``VectorStore`` over the tables of passages and their vectors.

    Attributes:
        pages_at: Where people reach the bot's own pages, to which addresses beginning with a
            slash belong; None: they cannot, and such passages have no address.
    """

    sessions: Sessions
    pages_at: str | None = None

    async def passages(
        self, passage_ids: Sequence[PassageId], *, with_vectors: bool = False
    ) -> list[StoredPassage]:
        """Read passages in the order of ``passage_ids``; missing ones are left out."""
        async with reading(self.sessions) as session:
            return await read_passages(
                session, passage_ids, with_vectors=with_vectors, pages_at=self.pages_at
            )

    async def backlog(self, library_id: LibraryId) -> Backlog:
        """Measure what is left to embed."""
        async with reading(self.sessions) as session:
            row = await session.execute(
                select(func.count(), func.coalesce(func.sum(func.length(PassageRow.text)), 0))
                .select_from(PassageRow)
                .where(*_to_embed(library_id))
            )
            passages, characters = row.tuples().one()
        return Backlog(passages=passages, characters=int(characters))

    async def libraries_to_embed(self) -> list[LibraryId]:
        """List the libraries that have passages without vectors."""
        async with reading(self.sessions) as session:
            found = await session.scalars(
                select(PassageRow.library)
                .join(LibraryRow, LibraryRow.slug == PassageRow.library)
                .where(
                    PassageRow.embedded.is_(False),
                    PassageRow.duplicate_of.is_(None),
                    LibraryRow.forgotten_at.is_(None),
                )
                .distinct()
                .order_by(PassageRow.library)
            )
            return [LibraryId(slug) for slug in found]

    async def give_up(self, library_id: LibraryId, passage_id: PassageId) -> None:
        """Leave a passage without vectors for good: the encoder refuses it."""
        async with writing(self.sessions) as session:
            await session.execute(
                update(PassageRow)
                .where(PassageRow.id == passage_id, PassageRow.library == library_id)
                .values(embedded=True)
            )

    async def unembedded(self, library_id: LibraryId, *, limit: int) -> list[PassageToEmbed]:
        """Give the next passages without vectors, oldest first."""
        async with reading(self.sessions) as session:
            rows = await session.scalars(
                select(PassageRow)
                .where(*_to_embed(library_id))
                .order_by(PassageRow.id)
                .limit(limit)
            )
            return [_to_encoder(row) for row in rows]

    async def save(self, library_id: LibraryId, vectors: Sequence[PassageVectors]) -> None:
        """Keep vectors; passages that were removed meanwhile are left out.

        Raises:
            NotFoundError: There is no such library, or it is being forgotten.
        """
        async with writing(self.sessions) as session:
            change = await next_change(session, library_id)
            there = await session.scalars(
                select(PassageRow.id).where(
                    PassageRow.library == library_id,
                    PassageRow.id.in_([one.passage_id for one in vectors]),
                )
            )
            present = set(there)
            kept = [one for one in vectors if one.passage_id in present]
            if kept:
                await _write(session, kept, change)


async def _write(session: AsyncSession, vectors: Sequence[PassageVectors], change: int) -> None:
    await session.execute(
        update(PassageRow),
        [
            {
                "id": one.passage_id, "vector": packed(one.vector), "embedded": True,
                "change_number": change,
            }
            for one in vectors
        ],
    )  # fmt: skip
    await session.execute(
        delete(SentenceVectorsRow).where(
            SentenceVectorsRow.passage_id.in_([one.passage_id for one in vectors])
        )
    )
    await session.execute(
        insert(SentenceVectorsRow),
        [
            {"passage_id": one.passage_id, "vectors": packed(one.sentence_vectors)}
            for one in vectors
        ],
    )


def _to_embed(library_id: LibraryId) -> tuple[ColumnElement[bool], ...]:
    return (
        PassageRow.library == library_id,
        PassageRow.embedded.is_(False),
        PassageRow.duplicate_of.is_(None),
    )


def _spans(row: PassageRow) -> tuple[tuple[int, int], ...]:
    return msgspec.json.decode(row.sentences, type=tuple[tuple[int, int], ...])


def _to_encoder(row: PassageRow) -> PassageToEmbed:
    return PassageToEmbed(
        passage_id=PassageId(row.id),
        text=passage_text(row.context, row.text),
        sentences=tuple(row.text[start:end] for start, end in _spans(row)),
        text_hash=row.text_hash,
    )
