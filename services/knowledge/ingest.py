"""Documents into the library: what is new or has changed, and what is gone."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from services.knowledge.ingest_ports import DocumentStore, ExportRange, KnownDocument
from services.knowledge.models import DocumentId, LibraryId, SourceDocument
from services.knowledge.ports import Lemmatizer
from services.knowledge.prepared import content_hash, prepare
from services.knowledge.readers.models import ExportSpan, ReadSource, SkippedSource

log = structlog.get_logger(__name__)

# Few enough that other writers of the database never wait long.
_DOCUMENTS_A_COMMIT: Final = 50
_ASK_ABOVE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionQuestion:
    """An import would remove an unusual share of an export's posts; somebody has to agree."""

    export: str
    missing: int
    known: int


Confirm = Callable[[DeletionQuestion], Awaitable[bool]]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSources:
    """Stores documents; safe to repeat: what is stored just so costs a look."""

    store: DocumentStore
    lemmatizer: Lemmatizer

    async def __call__(
        self, library_id: LibraryId, sources: AsyncIterable[ReadSource], *, confirm: Confirm
    ) -> IngestReport:
        """Take over all sources.

        Args:
            library_id: An existing library.
            sources: From the readers.
            confirm: Asked before more than 10% of an export's posts are removed.

        Raises:
            NotFoundError: There is no such library, or it is being forgotten.
            UnavailableError: The database is down; what was stored until then stays.
        """
        report = IngestReport()
        seen: dict[str, None] = {}
        async for source in sources:
            report.skipped += source.skipped
            fresh = [d for d in source.documents if d.source not in seen]
            seen |= dict.fromkeys(d.source for d in fresh)
            for some in _portions(fresh):
                await self._store(library_id, some, report)
            for span in source.spans:
                await self._follow_deletions(library_id, span, source, report, confirm)
        report.documents = len(seen)
        report.passages = await self.store.count_passages(library_id, list(seen))
        return report

    async def _store(
        self, library_id: LibraryId, documents: Sequence[SourceDocument], report: IngestReport
    ) -> None:
        known = await self.store.known(library_id, [d.source for d in documents])
        changed = await asyncio.to_thread(
            lambda: [d for d in documents if not _is_known(d, known.get(d.source))]
        )
        report.unchanged += len(documents) - len(changed)
        if changed:
            prepared = await asyncio.to_thread(prepare, changed, self.lemmatizer)
            await self.store.put(library_id, prepared)

    async def _follow_deletions(
        self,
        library_id: LibraryId,
        span: ExportSpan,
        source: ReadSource,
        report: IngestReport,
        confirm: Confirm,
    ) -> None:
        exists = frozenset(d.source for d in source.documents)
        seen = ExportRange(export=span.export, first=span.first, last=span.last, sources=exists)
        missing = await self.store.missing(library_id, seen)
        if not missing:
            return
        question = DeletionQuestion(
            export=span.export, missing=len(missing),
            known=await self.store.count_of_export(library_id, span.export),
        )  # fmt: skip
        if question.missing > _ASK_ABOVE * question.known and not await confirm(question):
            report.skipped.append(_not_deleted(question))
            return
        report.deleted += await self._delete(library_id, missing)

    async def _delete(self, library_id: LibraryId, missing: Sequence[DocumentId]) -> int:
        deleted = await self.store.delete(library_id, missing)
        log.info("posts_deleted", library=library_id, deleted=deleted)
        return deleted


def _not_deleted(question: DeletionQuestion) -> SkippedSource:
    reason = (
        f"{question.missing} of its {question.known} posts are missing in this export; they were "
        "kept because more than 10% would go: run again with --yes to remove them"
    )
    return SkippedSource(source=question.export, reason=reason)


def _is_known(document: SourceDocument, known: KnownDocument | None) -> bool:
    return known is not None and (
        (known.title, known.url, known.members_only)
        == (document.title, document.url, document.members_only)
        and known.content_hash == content_hash(document)
    )


def _portions(documents: Sequence[SourceDocument]) -> Iterator[Sequence[SourceDocument]]:
    for start in range(0, len(documents), _DOCUMENTS_A_COMMIT):
        yield documents[start : start + _DOCUMENTS_A_COMMIT]
