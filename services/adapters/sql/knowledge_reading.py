"""Reads passages by id as a search needs them: many small rows, and vectors, at little cost."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urljoin

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BindParameter, Row, bindparam, exists, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.adapters.sql.knowledge_tables import (
    DocumentRow,
    LibraryRow,
    PassageRow,
    PassageSourceRow,
    SentenceVectorsRow,
)
from services.adapters.sql.vectors import unit_arrays
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage

_IDS: Final[BindParameter[Sequence[PassageId]]] = bindparam("ids", expanding=True)
_PASSAGES: Final = (
    select(
        PassageRow.id, PassageRow.library, PassageRow.text, PassageRow.heading, PassageRow.lemmas,
        PassageRow.sentences, PassageRow.anchor, PassageRow.vector,
        DocumentRow.source, DocumentRow.title, DocumentRow.url, DocumentRow.members_only,
        DocumentRow.posted_at,
        exists().where(PassageSourceRow.passage_id == PassageRow.id).label("elsewhere"),
    )
    .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
    .join(LibraryRow, LibraryRow.slug == PassageRow.library)
    .where(PassageRow.id.in_(_IDS), LibraryRow.forgotten_at.is_(None))
)  # fmt: skip
_ALONE: Final = _PASSAGES.add_columns(null().label("sentence_vectors"))
_WITH_VECTORS: Final = _PASSAGES.add_columns(
    SentenceVectorsRow.vectors.label("sentence_vectors")
).outerjoin(SentenceVectorsRow, SentenceVectorsRow.passage_id == PassageRow.id)
_ELSEWHERE: Final = (
    select(
        PassageSourceRow.passage_id, PassageSourceRow.anchor,
        DocumentRow.source, DocumentRow.title, DocumentRow.url, DocumentRow.members_only,
    )
    .join(DocumentRow, DocumentRow.id == PassageSourceRow.document_id)
    .where(PassageSourceRow.passage_id.in_(_IDS))
    .order_by(DocumentRow.id)
)  # fmt: skip

_spans: Final = msgspec.json.Decoder(tuple[tuple[int, int], ...]).decode
_Sources = tuple[PassageSource, ...]
# Rows of more columns than SQLAlchemy has types for.
_PassageAndDocument = Row[Any]


async def read_passages(
    session: AsyncSession,
    passage_ids: Sequence[PassageId],
    *,
    with_vectors: bool,
    pages_at: str | None,
) -> list[StoredPassage]:
    """Read passages in the order of ``passage_ids``; missing ones are left out.

    Args:
        session: To read with.
        passage_ids: Of any libraries.
        with_vectors: Whether the sentences' vectors are wanted too.
        pages_at: To which addresses beginning with a slash belong; None: to nothing.
    """
    statement = _WITH_VECTORS if with_vectors else _ALONE
    rows = (await session.execute(statement, {"ids": passage_ids})).all()
    elsewhere = [row.id for row in rows if row.elsewhere]
    sources: dict[int, _Sources] = {row.id: (_source(row, pages_at),) for row in rows}
    if elsewhere:
        others = await session.execute(_ELSEWHERE, {"ids": elsewhere})
        for row in others:
            sources[row.passage_id] = _with(sources[row.passage_id], _source(row, pages_at))
    vectors = _unit([data for row in rows for data in (row.vector, row.sentence_vectors)])
    found = {
        row.id: _stored(row, sources[row.id], vector, of_sentences)
        for row, vector, of_sentences in zip(rows, vectors[::2], vectors[1::2], strict=True)
    }
    return [found[id_] for id_ in passage_ids if id_ in found]


def _unit(values: Sequence[bytes | None]) -> list[NDArray[np.float32] | None]:
    there = iter(unit_arrays([data for data in values if data is not None]))
    return [None if data is None else next(there) for data in values]


def _stored(
    row: _PassageAndDocument,
    sources: _Sources,
    vector: NDArray[np.float32] | None,
    sentence_vectors: NDArray[np.float32] | None,
) -> StoredPassage:
    return StoredPassage(
        passage_id=PassageId(row.id),
        library_id=LibraryId(row.library),
        text=row.text,
        title=_title(row.title, row.heading),
        lemmas=row.lemmas,
        sentences=_spans(row.sentences),
        sources=sources,
        posted_at=row.posted_at,
        vector=None if vector is None else vector[0],
        sentence_vectors=sentence_vectors,
    )


def _title(title: str, heading: str) -> str:
    if not heading or heading.startswith(title):
        return heading or title
    return title if heading in title else f"{title} › {heading}"


def _source(row: _PassageAndDocument, pages_at: str | None) -> PassageSource:
    return PassageSource(
        source=row.source,
        url=_address(row.url, row.anchor, pages_at),
        title=row.title,
        members_only=row.members_only,
    )


def _address(url: str | None, anchor: str, pages_at: str | None) -> str | None:
    if url is None:
        return None
    place = urljoin(url, anchor) if anchor else url
    if not place.startswith("/"):
        return place
    return urljoin(pages_at, place) if pages_at else None


def _with(sources: _Sources, another: PassageSource) -> _Sources:
    known = any(source.source == another.source for source in sources)
    return sources if known else (*sources, another)
