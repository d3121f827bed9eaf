from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_changes import next_change, slices
from services.adapters.sql.knowledge_repeats import link_repeats, release_repeats
from services.adapters.sql.knowledge_tables import (
    DocumentRow,
    PassageFingerprintRow,
    PassageRow,
)
from services.adapters.sql.scrubbing import scrub
from services.adapters.sql.transactions import reading, writing
from services.knowledge.ingest_ports import ExportRange, KnownDocument
from services.knowledge.models import DocumentId, LibraryId
from services.knowledge.prepared import PreparedDocument, PreparedPassage


@dataclass(frozen=True, slots=True)
class SqlDocumentStore:
    """``DocumentStore``: each call is one transaction and one change number."""

    sessions: Sessions

    async def known(
        self, library_id: LibraryId, sources: Sequence[str]
    ) -> dict[str, KnownDocument]:
        """Find which of these sources the library has, by source."""
        found: dict[str, KnownDocument] = {}
        async with reading(self.sessions) as session:
            for some in slices(sources):
                rows = await session.scalars(
                    select(DocumentRow).where(
                        DocumentRow.library == library_id, DocumentRow.source.in_(some)
                    )
                )
                found |= {row.source: _known(row) for row in rows}
        return found

    async def put(self, library_id: LibraryId, documents: Sequence[PreparedDocument]) -> None:
        """Add documents or replace those with the same source.

        A passage whose text stays keeps its id and its vectors.

        Raises:
            NotFoundError: There is no such library, or it is being forgotten.
        """
        async with writing(self.sessions) as session:
            change = await next_change(session, library_id)
            touched: set[int] = set()
            for document in documents:
                touched |= await _put(session, library_id, change, document)
            await link_repeats(session, library_id, change, touched)

    async def missing(self, library_id: LibraryId, seen: ExportRange) -> list[DocumentId]:
        """List the posts of an export, between its first and last, that it no longer has."""
        async with reading(self.sessions) as session:
            rows = await session.execute(
                select(DocumentRow.id, DocumentRow.source).where(
                    DocumentRow.library == library_id,
                    DocumentRow.export == seen.export,
                    DocumentRow.order_key.between(seen.first, seen.last),
                )
            )
            return [DocumentId(id_) for id_, source in rows if source not in seen.sources]

    async def count_of_export(self, library_id: LibraryId, export: str) -> int:
        """Count the posts of an export in the library."""
        async with reading(self.sessions) as session:
            return await session.scalar(
                select(func.count()).where(
                    DocumentRow.library == library_id, DocumentRow.export == export
                )
            ) or 0  # fmt: skip

    async def count_passages(self, library_id: LibraryId, sources: Sequence[str]) -> int:
        """Count the indexed passages of these documents; repeats count where they are indexed."""
        total = 0
        async with reading(self.sessions) as session:
            for some in slices(sources):
                total += await session.scalar(
                    select(func.count())
                    .select_from(PassageRow)
                    .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
                    .where(
                        DocumentRow.library == library_id,
                        DocumentRow.source.in_(some),
                        PassageRow.duplicate_of.is_(None),
                    )
                ) or 0  # fmt: skip
        return total

    async def delete(
        self, library_id: LibraryId, document_ids: Sequence[DocumentId], *, purge: bool = False
    ) -> int:
        """Remove documents; tell how many there were.

        Args:
            library_id: The library to change.
            document_ids: Others than the library's own are left alone.
            purge: Build the indexes anew, so that no trace stays in them (``/forget``).
        """
        async with writing(self.sessions) as session:
            change = await next_change(session, library_id, purge=purge)
            removed = 0
            touched: set[int] = set()
            for some in slices(document_ids):
                touched |= await release_repeats(session, change, some)
                gone = await session.scalars(
                    delete(DocumentRow)
                    .where(DocumentRow.library == library_id, DocumentRow.id.in_(some))
                    .returning(DocumentRow.id)
                )
                removed += len(gone.all())
            await link_repeats(session, library_id, change, touched)
        if purge:
            await scrub(self.sessions)
        return removed


def _known(row: DocumentRow) -> KnownDocument:
    return KnownDocument(
        document_id=DocumentId(row.id), content_hash=row.content_hash, title=row.title,
        url=row.url, members_only=row.members_only,
    )  # fmt: skip


async def _put(
    session: AsyncSession, library_id: LibraryId, change: int, prepared: PreparedDocument
) -> set[int]:
    """Store one document; give the documents whose repeats have to be looked for."""
    old = await session.scalar(
        select(DocumentRow).where(
            DocumentRow.library == library_id, DocumentRow.source == prepared.document.source
        )
    )
    values = _document_values(prepared)
    if old is None:
        new_id = await session.scalar(
            insert(DocumentRow).values(library=library_id, **values).returning(DocumentRow.id)
        )
        assert new_id is not None  # noqa: S101  RETURNING of one inserted row
        await _insert(session, library_id, new_id, change, enumerate(prepared.passages))
        return {new_id}
    same_text = old.content_hash == prepared.content_hash
    same_moment = old.posted_at == prepared.document.posted_at
    await session.execute(update(DocumentRow).where(DocumentRow.id == old.id).values(**values))
    if same_text:
        if not same_moment:  # the indexes know the day
            await session.execute(
                update(PassageRow)
                .where(PassageRow.document_id == old.id)
                .values(change_number=change)
            )
        return set()
    touched = await release_repeats(session, change, [old.id])
    await _replace(session, library_id, old.id, change, prepared.passages)
    return touched | {old.id}


def _document_values(prepared: PreparedDocument) -> dict[str, object]:
    document = prepared.document
    return {
        "source": document.source, "title": document.title, "url": document.url,
        "members_only": document.members_only, "content_hash": prepared.content_hash,
        "posted_at": document.posted_at, "edited_at": document.edited_at,
        "export": document.export, "order_key": document.order_key,
    }  # fmt: skip


async def _replace(
    session: AsyncSession,
    library_id: LibraryId,
    document_id: int,
    change: int,
    passages: Sequence[PreparedPassage],
) -> None:
    rows = await session.execute(
        select(PassageRow.text_hash, PassageRow.id).where(PassageRow.document_id == document_id)
    )
    kept: dict[str, int] = dict(rows.tuples().all())
    stays = {passage.text_hash for passage in passages} & kept.keys()
    await session.execute(
        delete(PassageRow).where(
            PassageRow.document_id == document_id,
            PassageRow.id.not_in([kept[text_hash] for text_hash in stays]),
        )
    )
    new: list[tuple[int, PreparedPassage]] = []
    for ordinal, passage in enumerate(passages):
        if (passage_id := kept.pop(passage.text_hash, None)) is None:
            new.append((ordinal, passage))
            continue
        await session.execute(
            update(PassageRow)
            .where(PassageRow.id == passage_id)
            .values(
                ordinal=ordinal, heading=passage.heading, anchor=passage.anchor,
                duplicate_of=None, change_number=change,
            )
        )  # fmt: skip
    await _insert(session, library_id, document_id, change, new)


async def _insert(
    session: AsyncSession,
    library_id: LibraryId,
    document_id: int,
    change: int,
    passages: Iterable[tuple[int, PreparedPassage]],
) -> None:
    added = list(passages)
    if not added:
        return
    rows = [
        {
            "library": library_id, "document_id": document_id, "ordinal": ordinal,
            "heading": passage.heading, "anchor": passage.anchor, "context": passage.context,
            "text": passage.text, "lemmas": passage.lemmas, "text_hash": passage.text_hash,
            "sentences": msgspec.json.encode(passage.sentences).decode(),
            "change_number": change, "embedded": False, "duplicate_of": None, "vector": None,
        }
        for ordinal, passage in added
    ]  # fmt: skip
    ids = await session.scalars(
        insert(PassageRow).returning(PassageRow.id, sort_by_parameter_order=True), rows
    )
    await session.execute(
        insert(PassageFingerprintRow),
        [
            {"library": library_id, "fingerprint": value, "passage_id": passage_id}
            for passage_id, (_, passage) in zip(ids, added, strict=True)
            for value in passage.fingerprints
        ],
    )
