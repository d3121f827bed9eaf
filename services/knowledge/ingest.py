"""Documents into the library: what is new or has changed, and what is gone."""

import asyncio
import re
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import structlog

from services.knowledge.ingest_ports import (
    ChangeFeed,
    DocumentStore,
    ExportRange,
    KnownDocument,
)
from services.knowledge.marks import LibraryMarks, MarkStore, NoMarks, marks_of
from services.knowledge.models import DocumentId, LibraryId, SourceDocument
from services.knowledge.parts import LAST_PART, export_of_parts, parts_of
from services.knowledge.ports import Lemmatizer
from services.knowledge.prepared import content_hash, prepare
from services.knowledge.readers.models import ExportSpan, ReadSource, SkippedSource, skip
from services.knowledge.readers.skips import SkipCode
from services.knowledge.seen import SeenDocuments

log = structlog.get_logger(__name__)

# Few enough that other writers of the database never wait long.
_DOCUMENTS_A_COMMIT: Final = 50
_CHARACTERS_A_COMMIT: Final = 200_000
_POSTS_A_LOOK: Final = 5_000
_ASK_ABOVE: Final = 0.1
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionQuestion:
    """An import would remove an unusual share of an export's posts; somebody has to agree."""

    export: str
    missing: int
    known: int


Confirm = Callable[[DeletionQuestion], Awaitable[bool]]
OnIngest = Callable[[int, int, int], None]
"""Told of a large file: bytes read, bytes to read, documents so far; called on the event loop."""


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """What an ingest found and did.

    Attributes:
        documents: Documents read, each source once.
        passages: Indexed passages of these documents; a repeated text counts once.
        unchanged: Documents that were stored just so.
        deleted: Documents removed because a second import no longer has them.
        skipped: Sources that could not be read, and deletions that nobody agreed to.
    """

    documents: int = 0
    passages: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: list[SkippedSource] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Run:
    """One ingest on its way."""

    library_id: LibraryId
    report: IngestReport
    seen: SeenDocuments
    marks: LibraryMarks | None
    confirm: Confirm


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSources:
    """Stores documents; safe to repeat: what is stored just so costs a look.

    Attributes:
        feed: Tells a library from a later one of the same name; without it no marks are kept.
        marks: Where an interrupted ingest of a large file goes on.
    """

    store: DocumentStore
    lemmatizer: Lemmatizer
    feed: ChangeFeed | None = None
    marks: MarkStore = field(default_factory=NoMarks)

    async def resume(self, library_id: LibraryId) -> Callable[[str], int | None]:
        """Give what ``read_file`` takes as ``resume`` for this library."""
        marks = await self._marks(library_id)
        return _nowhere if marks is None else marks.after

    async def __call__(
        self,
        library_id: LibraryId,
        sources: AsyncIterable[ReadSource],
        *,
        confirm: Confirm,
        progress: OnIngest | None = None,
    ) -> IngestReport:
        """Take over all sources.

        A portion is stored before the next one is asked for, each document whole or not at all.

        Args:
            library_id: An existing library.
            sources: From the readers.
            confirm: Asked before more than 10% of an export's posts are removed.
            progress: Told after each portion of a large file.

        Raises:
            NotFoundError: There is no such library, or it is being forgotten.
            UnavailableError: The database is down; what was stored until then stays.
        """
        marks = await self._marks(library_id)
        run = _Run(library_id, IngestReport(), SeenDocuments(), marks, confirm)
        async for source in sources:
            await self._take(run, source)
            if progress is not None and source.total_bytes:
                progress(source.done_bytes, source.total_bytes, len(run.seen))
        run.report.documents = len(run.seen)
        for some in run.seen.sources():
            run.report.passages += await self.store.count_passages(library_id, some)
        return run.report

    async def _marks(self, library_id: LibraryId) -> LibraryMarks | None:
        return None if self.feed is None else await marks_of(self.marks, self.feed, library_id)

    async def _take(self, run: _Run, source: ReadSource) -> None:
        run.report.skipped += source.skipped
        if source.stored is not None:
            stored = source.stored
            run.report.unchanged += await asyncio.to_thread(
                run.seen.add_posts, stored.export, stored.ids
            )
        await self._take_documents(run, source.documents)
        for span in source.spans:
            await self._follow_deletions(run, span, source)
        if run.marks is not None and source.mark is not None:
            mark = source.mark
            if mark.whole:
                await asyncio.to_thread(run.marks.drop, mark.place)
            else:
                await asyncio.to_thread(run.marks.keep, mark.place, mark.after)

    async def _take_documents(self, run: _Run, documents: Sequence[SourceDocument]) -> None:
        parts: list[SourceDocument] = []
        divided: list[tuple[str, int]] = []
        for document in documents:
            own = await asyncio.to_thread(parts_of, document)
            fresh = [part for part in own if run.seen.add(part)]
            parts += fresh
            if fresh and document.export is None:
                divided.append((document.source, len(own)))
        changed: set[str] = set()
        for some in _portions(parts):
            changed |= await self._store(run, some)
        for source, count in divided:
            if count > 1 or source in changed:
                await self._drop_parts(run, source, count)

    async def _drop_parts(self, run: _Run, source: str, kept: int) -> None:
        """Remove the last parts of a text that was longer before."""
        beyond = ExportRange(
            export=export_of_parts(source), first=kept + 1, last=LAST_PART, sources=frozenset()
        )
        if missing := await self.store.missing(run.library_id, beyond):
            run.report.deleted += await self._delete(run.library_id, missing)

    async def _store(self, run: _Run, documents: Sequence[SourceDocument]) -> set[str]:
        clean = await asyncio.to_thread(lambda: [_storable(d) for d in documents])
        known = await self.store.known(run.library_id, [d.source for d in clean])
        changed = await asyncio.to_thread(
            lambda: [d for d in clean if not _is_known(d, known.get(d.source))]
        )
        run.report.unchanged += len(clean) - len(changed)
        if changed:
            prepared = await asyncio.to_thread(prepare, changed, self.lemmatizer)
            await self.store.put(run.library_id, prepared)
        return {document.source for document in changed}

    async def _follow_deletions(self, run: _Run, span: ExportSpan, source: ReadSource) -> None:
        missing: list[DocumentId] = []
        for seen in _looks(span, source):
            missing += await self.store.missing(run.library_id, seen)
        if not missing:
            return
        question = DeletionQuestion(
            export=span.export, missing=len(missing),
            known=await self.store.count_of_export(run.library_id, span.export),
        )  # fmt: skip
        if question.missing > _ASK_ABOVE * question.known and not await run.confirm(question):
            run.report.skipped.append(_not_deleted(question))
            return
        run.report.deleted += await self._delete(run.library_id, missing)

    async def _delete(self, library_id: LibraryId, missing: Sequence[DocumentId]) -> int:
        deleted = await self.store.delete(library_id, missing)
        log.info("posts_deleted", library=library_id, deleted=deleted)
        return deleted


def _nowhere(_place: str) -> int | None:
    return None


def _looks(span: ExportSpan, source: ReadSource) -> Iterator[ExportRange]:
    """Cut a span into stretches whose posts are few enough to be named."""
    if span.posts is None:
        exists = frozenset(d.source for d in source.documents)
        yield ExportRange(export=span.export, first=span.first, last=span.last, sources=exists)
        return
    first = span.first
    for at in range(0, max(1, len(span.posts)), _POSTS_A_LOOK):
        some = span.posts[at : at + _POSTS_A_LOOK]
        rest = len(span.posts) > at + _POSTS_A_LOOK
        last = int(np.max(some)) if rest else span.last
        exists = frozenset(f"{span.export}#{id_}" for id_ in some)
        yield ExportRange(export=span.export, first=first, last=last, sources=exists)
        first = last + 1


def _storable(document: SourceDocument) -> SourceDocument:
    """Take out what no database stores as text: NUL and halves of surrogate pairs."""
    texts = (document.title, *(block.text for block in document.blocks))
    if not any(_UNSTORABLE.search(text) for text in texts):
        return document
    blocks = tuple(replace(b, text=_UNSTORABLE.sub(" ", b.text)) for b in document.blocks)
    return replace(document, title=_UNSTORABLE.sub(" ", document.title), blocks=blocks)


def _not_deleted(question: DeletionQuestion) -> SkippedSource:
    return skip(
        question.export, SkipCode.DELETIONS_KEPT, missing=question.missing, known=question.known
    )


def _is_known(document: SourceDocument, known: KnownDocument | None) -> bool:
    return known is not None and (
        (known.title, known.url, known.members_only)
        == (document.title, document.url, document.members_only)
        and known.content_hash == content_hash(document)
    )


def _portions(documents: Sequence[SourceDocument]) -> Iterator[Sequence[SourceDocument]]:
    some: list[SourceDocument] = []
    filled = 0
    for document in documents:
        size = sum(len(block.text) for block in document.blocks)
        if some and (len(some) == _DOCUMENTS_A_COMMIT or filled + size > _CHARACTERS_A_COMMIT):
            yield some
            some, filled = [], 0
        some.append(document)
        filled += size
    if some:
        yield some
