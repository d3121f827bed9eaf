from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_changes import next_change
from services.adapters.sql.knowledge_tables import (
    DocumentRow,
    LibraryRow,
    PassageRow,
    PassageSourceRow,
    SentenceVectorsRow,
)
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.vectors import packed, unit_rows, unpacked
from services.knowledge.ingest_ports import Backlog, PassageToEmbed, PassageVectors
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage
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
            rows = await session.execute(
                select(PassageRow, DocumentRow)
                .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
                .join(LibraryRow, LibraryRow.slug == PassageRow.library)
                .where(PassageRow.id.in_(passage_ids), LibraryRow.forgotten_at.is_(None))
            )
            found = {passage.id: _stored(passage, document) for passage, document in rows.tuples()}
            await _add_sources(session, found)
            if with_vectors:
                await _add_sentence_vectors(session, found)
        return [self._with_addresses(found[id_]) for id_ in passage_ids if id_ in found]

    def _with_addresses(self, passage: StoredPassage) -> StoredPassage:
        sources = tuple(
            replace(source, url=urljoin(self.pages_at, source.url) if self.pages_at else None)
            if source.url is not None and source.url.startswith("/")
            else source
            for source in passage.sources
        )
        return replace(passage, sources=sources)

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


def _stored(passage: PassageRow, document: DocumentRow) -> StoredPassage:
    return StoredPassage(
        passage_id=PassageId(passage.id),
        library_id=LibraryId(passage.library),
        text=passage.text,
        title=_title(document.title, passage.heading),
        lemmas=passage.lemmas,
        sentences=_spans(passage),
        sources=(_source(document, passage.anchor),),
        posted_at=document.posted_at,
        vector=None if passage.vector is None else unit_rows(unpacked(passage.vector))[0],
    )


def _title(title: str, heading: str) -> str:
    if not heading or heading.startswith(title):
        return heading or title
    return title if heading in title else f"{title} › {heading}"


def _source(document: DocumentRow, anchor: str) -> PassageSource:
    return PassageSource(
        source=document.source,
        url=None if document.url is None else urljoin(document.url, anchor),
        title=document.title,
        members_only=document.members_only,
    )


async def _add_sources(session: AsyncSession, found: dict[int, StoredPassage]) -> None:
    rows = await session.execute(
        select(PassageSourceRow.passage_id, PassageSourceRow.anchor, DocumentRow)
        .join(DocumentRow, DocumentRow.id == PassageSourceRow.document_id)
        .where(PassageSourceRow.passage_id.in_(found))
        .order_by(DocumentRow.id)
    )
    for passage_id, anchor, document in rows.tuples():
        passage = found[passage_id]
        if all(source.source != document.source for source in passage.sources):
            sources = (*passage.sources, _source(document, anchor))
            found[passage_id] = replace(passage, sources=sources)


async def _add_sentence_vectors(session: AsyncSession, found: dict[int, StoredPassage]) -> None:
    rows = await session.execute(
        select(SentenceVectorsRow.passage_id, SentenceVectorsRow.vectors).where(
            SentenceVectorsRow.passage_id.in_(found)
        )
    )
    vectors: Mapping[int, bytes] = dict(rows.tuples().all())
    for passage_id, data in vectors.items():
        found[passage_id] = replace(found[passage_id], sentence_vectors=unit_rows(unpacked(data)))
