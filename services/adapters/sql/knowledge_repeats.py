"""Finds documents and passages that say the same and keeps one of them in the index."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.adapters.sql.knowledge_changes import slices
from services.adapters.sql.knowledge_tables import (
    DocumentRow,
    PassageFingerprintRow,
    PassageRow,
    PassageSourceRow,
)
from services.adapters.sql.upsert import upsert
from services.knowledge.duplicates import (
    TextShape,
    overlap,
    repeats,
    repeats_document,
    says_the_same,
    shape,
)
from services.knowledge.models import LibraryId

_CANDIDATES: Final = 8
# The least hashes of a long document stand for all of them, the same ones in its copies.
_MOST_FINGERPRINTS: Final = 1_000
_IS_SOURCE: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Passage:
    id: int
    document_id: int
    anchor: str
    shape: TextShape
    duplicate_of: int | None

    @property
    def root(self) -> int:
        return self.duplicate_of or self.id


async def release_repeats(
    session: AsyncSession, change: int, document_ids: Sequence[int]
) -> set[int]:
    """Let go of what repeats these documents, which are about to change or to vanish.

    Returns:
        Other documents that were hidden behind these, in whole or in part; they are in the
        index again until ``link_repeats`` finds them another original.
    """
    hidden = await session.scalars(
        select(DocumentRow.id).where(DocumentRow.duplicate_of.in_(document_ids))
    )
    own = select(PassageRow.id).where(PassageRow.document_id.in_(document_ids))
    partly = await session.scalars(
        select(PassageRow.document_id).where(PassageRow.duplicate_of.in_(own)).distinct()
    )
    touched = ({*hidden} | {*partly}) - set(document_ids)
    free = touched | set(document_ids)
    await session.execute(
        update(DocumentRow).where(DocumentRow.id.in_(free)).values(duplicate_of=None)
    )
    await session.execute(
        update(PassageRow)
        .where(PassageRow.document_id.in_(free), PassageRow.duplicate_of.is_not(None))
        .values(duplicate_of=None, change_number=change)
    )
    await session.execute(delete(PassageSourceRow).where(PassageSourceRow.document_id.in_(free)))
    return touched


async def link_repeats(
    session: AsyncSession, library_id: LibraryId, change: int, document_ids: Collection[int]
) -> None:
    """Hide each of these documents, or passages of theirs, behind others that say the same.

    The longer of two stays; of two equal ones the one that came first.
    """
    linking = _Linking(session, library_id, change)
    for document_id in await _with_common_runs(session, library_id, document_ids):
        await linking.link(document_id)


async def _with_common_runs(
    session: AsyncSession, library_id: LibraryId, document_ids: Collection[int]
) -> list[int]:
    """Keep the documents, rising, that have any run of words in common with another passage."""
    other = aliased(PassageFingerprintRow)
    shared = (
        select(other.passage_id)
        .where(
            other.library == library_id,
            other.fingerprint == PassageFingerprintRow.fingerprint,
            other.passage_id != PassageFingerprintRow.passage_id,
        )
        .exists()
    )
    found: set[int] = set()
    for some in slices(sorted(document_ids)):
        found |= {*await session.scalars(
            select(PassageRow.document_id)
            .join(PassageFingerprintRow, PassageFingerprintRow.passage_id == PassageRow.id)
            .where(PassageRow.document_id.in_(some), shared)
            .distinct()
        )}  # fmt: skip
    return sorted(found)


class _Linking:
    def __init__(self, session: AsyncSession, library_id: LibraryId, change: int) -> None:
        self._session = session
        self._library_id = library_id
        self._change = change
        self._hidden: set[int] = set()

    async def link(self, document_id: int) -> None:
        passages = await self._passages(document_id)
        if not passages or await self._link_document(document_id, passages):
            return
        for passage in passages:
            if passage.id not in self._hidden:
                await self._link_passage(passage)

    async def _link_document(self, document_id: int, passages: Sequence[_Passage]) -> bool:
        """Compare whole documents; tell whether this one is hidden now."""
        own = _whole(passages)
        for other_id in await self._similar_documents(document_id):
            others = await self._passages(other_id)
            other = _whole(others)
            equal = says_the_same(own, other)
            if repeats_document(own, other) and not (equal and document_id < other_id):
                await self._hide_document(document_id, passages, other_id, others)
                return True
            if repeats_document(other, own):
                await self._hide_document(other_id, others, document_id, passages)
        return False

    async def _similar_documents(self, document_id: int) -> list[int]:
        prints = (
            select(PassageFingerprintRow.fingerprint)
            .join(PassageRow, PassageRow.id == PassageFingerprintRow.passage_id)
            .where(PassageRow.document_id == document_id)
            .order_by(PassageFingerprintRow.fingerprint)
            .limit(_MOST_FINGERPRINTS)
        )
        rows = await self._session.scalars(
            select(PassageRow.document_id)
            .join(PassageFingerprintRow, PassageFingerprintRow.passage_id == PassageRow.id)
            .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
            .where(
                PassageFingerprintRow.library == self._library_id,
                PassageFingerprintRow.fingerprint.in_(prints),
                PassageRow.document_id != document_id,
                DocumentRow.duplicate_of.is_(None),
            )
            .group_by(PassageRow.document_id)
            .order_by(
                func.count(PassageFingerprintRow.fingerprint.distinct()).desc(),
                PassageRow.document_id,
            )
            .limit(_CANDIDATES)
        )
        return list(rows)

    async def _hide_document(
        self, hidden_id: int, hidden: Sequence[_Passage], kept_id: int, kept: Sequence[_Passage]
    ) -> None:
        """Hide all passages of a document; those of ``kept`` that it hid come back."""
        session = self._session
        hidden_ids = {passage.id for passage in hidden}
        await session.execute(
            update(DocumentRow)
            .where((DocumentRow.id == hidden_id) | (DocumentRow.duplicate_of == hidden_id))
            .values(duplicate_of=kept_id)
        )
        await session.execute(
            update(PassageRow)
            .where(PassageRow.document_id == kept_id, PassageRow.duplicate_of.in_(hidden_ids))
            .values(duplicate_of=None, change_number=self._change)
        )
        roots = {k.id: k.id if k.duplicate_of in hidden_ids else k.root for k in kept}
        for passage in hidden:
            await self._hide_passage(passage, roots[_nearest(passage, kept).id])
        whole = _whole(hidden)
        for passage in kept:
            if overlap(passage.shape, whole) >= _IS_SOURCE:
                anchor = _nearest(passage, hidden).anchor
                await self._add_source(roots[passage.id], hidden_id, anchor)

    async def _link_passage(self, passage: _Passage) -> None:
        for other in await self._similar_passages(passage.id):
            equal = says_the_same(passage.shape, other.shape)
            if repeats(passage.shape, other.shape) and not (equal and passage.id < other.id):
                await self._hide_passage(passage, other.id)
                if passage.document_id != other.document_id:
                    await self._add_source(other.id, passage.document_id, passage.anchor)
                return
            if repeats(other.shape, passage.shape):
                await self._hide_passage(other, passage.id)
                if passage.document_id != other.document_id:
                    await self._add_source(passage.id, other.document_id, other.anchor)

    async def _similar_passages(self, passage_id: int) -> list[_Passage]:
        prints = select(PassageFingerprintRow.fingerprint).where(
            PassageFingerprintRow.passage_id == passage_id
        )
        counted = (
            select(PassageFingerprintRow.passage_id, func.count().label("common"))
            .where(
                PassageFingerprintRow.library == self._library_id,
                PassageFingerprintRow.fingerprint.in_(prints),
                PassageFingerprintRow.passage_id != passage_id,
            )
            .group_by(PassageFingerprintRow.passage_id)
            .subquery()
        )
        rows = await self._session.scalars(
            select(PassageRow)
            .join(counted, counted.c.passage_id == PassageRow.id)
            .where(PassageRow.duplicate_of.is_(None))
            .order_by(counted.c.common.desc(), PassageRow.id)
            .limit(_CANDIDATES)
        )
        return [_passage(row) for row in rows]

    async def _hide_passage(self, passage: _Passage, original_id: int) -> None:
        """Take a passage out of the index; what was hidden behind it moves on."""
        self._hidden.add(passage.id)
        await self._session.execute(
            update(PassageRow)
            .where((PassageRow.id == passage.id) | (PassageRow.duplicate_of == passage.id))
            .values(duplicate_of=original_id, change_number=self._change)
        )
        rows = await self._session.execute(
            delete(PassageSourceRow)
            .where(PassageSourceRow.passage_id == passage.id)
            .returning(PassageSourceRow.document_id, PassageSourceRow.anchor)
        )
        for document_id, anchor in rows.tuples().all():
            await self._add_source(original_id, document_id, anchor)

    async def _add_source(self, passage_id: int, document_id: int, anchor: str) -> None:
        values = {"passage_id": passage_id, "document_id": document_id, "anchor": anchor}
        await upsert(self._session, PassageSourceRow, values, key=("passage_id", "document_id"))

    async def _passages(self, document_id: int) -> list[_Passage]:
        rows = await self._session.scalars(
            select(PassageRow)
            .where(PassageRow.document_id == document_id)
            .order_by(PassageRow.ordinal)
            .execution_options(populate_existing=True)
        )
        return [_passage(row) for row in rows]


def _nearest(passage: _Passage, others: Sequence[_Passage]) -> _Passage:
    shares = [overlap(passage.shape, other.shape) for other in others]
    return others[shares.index(max(shares))]


def _passage(row: PassageRow) -> _Passage:
    return _Passage(row.id, row.document_id, row.anchor, shape(row.text), row.duplicate_of)


def _whole(passages: Iterable[_Passage]) -> TextShape:
    shapes = [passage.shape for passage in passages]
    return TextShape(
        pairs=frozenset().union(*(one.pairs for one in shapes)),
        numbers=frozenset().union(*(one.numbers for one in shapes)),
        negations=sum(one.negations for one in shapes),
    )
