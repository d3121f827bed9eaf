"""The work on sent files and pages: fetched, read, indexed, embedded; detached, and once."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from services.clock import Clock
from services.errors import ConflictError, NotFoundError, UnavailableError
from services.knowledge.chat_files import (
    ChatFile,
    ChatFileStore,
    FileKey,
    FileProblem,
    FileProgress,
    FileRefusedError,
    FileState,
    FileView,
)
from services.knowledge.file_contents import FileContents
from services.knowledge.ingest import DeletionQuestion, IngestReport, IngestSources
from services.knowledge.ingest_ports import DocumentStore
from services.knowledge.models import LibraryId
from services.knowledge.readers.models import ReadSource, SkippedSource
from services.tasks import Leases, Nursery

log = structlog.get_logger(__name__)

_LEASE_TTL_S: Final = 15.0
_LEASE_WAIT_S: Final = 60.0
_RETRY_S: Final = 2.0
_LAST_RETRY_S: Final = 60.0
_VECTOR_POLL_S: Final = 1.0
_AT_ONCE: Final = 4

OnIndexed = Callable[[ChatFile], Awaitable[None]]


class _RemovedError(Exception):
    """The file was removed while it was worked on."""


@dataclass(slots=True)
class _Taken:
    """What an attempt has read so far: documents, and how much text they have."""

    sources: list[str] = field(default_factory=list)
    characters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFile:
    """Takes one accepted file to its end, from wherever an earlier attempt left it.

    Attributes:
        on_indexed: Answers the caption of a file whose words can be found; safe to repeat.
        vectors_within_s: Longest wait for vectors without a new one; words are found anyway.
    """

    store: ChatFileStore
    documents: DocumentStore
    ingest: IngestSources
    contents: FileContents
    view: FileView
    on_indexed: OnIndexed
    clock: Clock
    vectors_within_s: float = 300.0

    async def __call__(self, file: ChatFile) -> None:
        """Index a file and say so; the person is told about every failure.

        Raises:
            UnavailableError: SQL or Telegram cannot be reached; the file stays open.
        """
        try:
            placed = await self._placed(file)
            async with self.view.following(placed) as progress:
                skipped: list[SkippedSource] = []
                indexed = await self._indexed(placed, progress, skipped)
                if indexed.question:
                    await self.on_indexed(indexed)
                embedded = await self._embedded(indexed, progress)
            done = await self.store.done(file.key)
            if done is not None:
                await self.view.done(done, embedded=embedded, skipped=skipped)
        except _RemovedError:
            log.info("file_removed_meanwhile", key=file.key)
        except FileRefusedError as error:
            await self._refused(file, error)

    async def give_up(self, file: ChatFile) -> None:
        """End the work on a file that breaks something, and say so."""
        await self._refused(file, FileRefusedError(FileProblem.INTERNAL))

    async def _placed(self, file: ChatFile) -> ChatFile:
        if file.placeholder is not None:
            return file
        message_id = await self.view.place(file)
        if message_id is None:
            return file
        return _still(await self.store.placed(file.key, message_id))

    async def _indexed(
        self, file: ChatFile, progress: FileProgress, skipped: list[SkippedSource]
    ) -> ChatFile:
        if file.state is not FileState.ACCEPTED:
            return file
        progress.reading()
        taken = _Taken()
        try:
            async with self.contents.opened(file) as portions:
                report = await self._ingested(file, portions, progress, taken)
            if not report.passages:
                raise FileRefusedError(FileProblem.UNREADABLE, skipped=report.skipped)
            skipped += report.skipped
            unchanged = report.unchanged == report.documents
            size = taken.characters if file.address is not None else None
            return _still(
                await self.store.indexed(
                    file.key, passages=report.passages, unchanged=unchanged, size=size
                )
            )
        except _RemovedError:
            orphans = await self.store.unclaimed(file.library, taken.sources)
            await drop_documents(file.library, orphans, self.documents)
            raise

    async def _ingested(
        self, file: ChatFile, portions: AsyncIterator[ReadSource], progress: FileProgress,
        taken: _Taken,
    ) -> IngestReport:  # fmt: skip
        documents = self._documents(file, portions, progress, taken)
        try:
            return await self.ingest(file.library, documents, confirm=_keep)
        except NotFoundError as error:
            # The library is being forgotten, and the file with it.
            raise _RemovedError from error

    async def _documents(
        self, file: ChatFile, portions: AsyncIterator[ReadSource], progress: FileProgress,
        taken: _Taken,
    ) -> AsyncIterator[ReadSource]:  # fmt: skip
        """Read the file; whatever is about to be stored is noted before."""
        async for portion in portions:
            sources = [document.source for document in portion.documents]
            if not await self.store.claim(file.key, sources):
                raise _RemovedError
            taken.sources += sources
            taken.characters += sum(
                len(block.text) for document in portion.documents for block in document.blocks
            )
            progress.indexing(_percent(portion))
            yield portion

    async def _embedded(self, file: ChatFile, progress: FileProgress) -> bool:
        """Wait for the vectors that others make; False when they do not come."""
        left = best = await self.store.unembedded(file.key)
        patient_until = self.clock.monotonic() + self.vectors_within_s
        while left and self.clock.monotonic() < patient_until:
            progress.embedding(max(0, file.passages - left), file.passages)
            await self.clock.sleep(_VECTOR_POLL_S)
            left = await self.store.unembedded(file.key)
            if left < best:
                best, patient_until = left, self.clock.monotonic() + self.vectors_within_s
        return not left

    async def _refused(self, file: ChatFile, error: FileRefusedError) -> None:
        log.info("file_refused", key=file.key, problem=error.problem)
        # As it is now: with the placeholder, which is to say why.
        present = await self.store.find(file.key)
        if present is None:
            # Removed meanwhile, perhaps with its content under the reader's feet.
            log.info("file_removed_meanwhile", key=file.key)
            return
        await self.view.refused(present, error)
        if present.is_reread:
            # A page that does not answer today is no reason to forget what it said.
            await self.store.done(file.key)
            return
        # Nothing is left half-indexed.
        orphans = await self.store.remove(file.key)
        await drop_documents(file.library, orphans, self.documents)


class FileIntake:
    """Takes the files of each chat one after another, detached from the handlers.

    What is to be done stands in SQL; a runner only drains it under the lease of its chat, so
    that two replicas never take one file at once and a crash loses nothing.
    """

    def __init__(
        self, *, store: ChatFileStore, take: TakeFile, leases: Leases, nursery: Nursery,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._store = store
        self._take = take
        self._leases = leases
        self._nursery = nursery
        self._clock = clock
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._wanted: set[int] = set()
        self._active: set[int] = set()

    def ensure(self, chat_id: int) -> None:
        """See to it that the open files of a chat are taken; returns at once."""
        self._wanted.add(chat_id)
        if chat_id not in self._active:
            self._active.add(chat_id)
            self._nursery.start(self._run(chat_id), name="files")

    async def _run(self, chat_id: int) -> None:
        retry_s = _RETRY_S
        try:
            while chat_id in self._wanted:
                self._wanted.discard(chat_id)
                try:
                    await self._drain(chat_id)
                    retry_s = _RETRY_S
                except (UnavailableError, ConflictError) as error:
                    log.warning("files_wait", reason=error.code, retry_s=retry_s)
                    self._wanted.add(chat_id)
                    await self._clock.sleep(retry_s)
                    retry_s = min(retry_s * 2, _LAST_RETRY_S)
        finally:
            self._active.discard(chat_id)
            self._wanted.discard(chat_id)

    async def _drain(self, chat_id: int) -> None:
        async with (
            self._slots,
            self._leases.hold(f"files:{chat_id}", ttl_s=_LEASE_TTL_S, wait_s=_LEASE_WAIT_S),
        ):
            while (file := await self._store.next_open(chat_id)) is not None:
                await self._take_one(file)

    async def _take_one(self, file: ChatFile) -> None:
        try:
            await self._take(file)
        except (UnavailableError, ConflictError):
            raise
        except Exception:
            # An edge: a file that breaks something must not block the chat for ever.
            log.exception("file_broke", key=file.key)
            await self._take.give_up(file)


async def drop_contents(incoming: Path, keys: Collection[FileKey]) -> None:
    """Remove what replicas, also dead ones, have on disk of files that they were reading."""

    def drop() -> None:
        for key in keys:
            for directory in incoming.glob(f"*/{key}-*"):
                shutil.rmtree(directory, ignore_errors=True)

    await asyncio.to_thread(drop)


async def drop_documents(
    library: LibraryId, sources: Sequence[str], documents: DocumentStore, *, purge: bool = True
) -> int:
    """Remove documents by their sources; tell how many there were.

    Args:
        library: Whose they are.
        sources: Those that it does not have are left alone.
        documents: Where they are.
        purge: Build the indexes anew, so that no trace stays in them.
    """
    known = await documents.known(library, sources)
    ids = [document.document_id for document in known.values()]
    return await documents.delete(library, ids, purge=purge) if ids else 0


def _still(file: ChatFile | None) -> ChatFile:
    if file is None:
        raise _RemovedError
    return file


def _percent(portion: ReadSource) -> int:
    return 100 * portion.done_bytes // portion.total_bytes if portion.total_bytes else 100


async def _keep(question: DeletionQuestion) -> bool:
    """Remove no unusual share of a library because of a file that somebody sent."""
    log.info("deletions_kept", missing=question.missing, known=question.known)
    return False
