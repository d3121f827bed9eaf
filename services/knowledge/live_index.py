"""Threads of live chats into their libraries: a short time after the last message, not at each."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from services.clock import Clock
from services.errors import ConflictError, NotFoundError, UnavailableError
from services.knowledge.file_intake import drop_documents
from services.knowledge.ingest import DeletionQuestion, IngestSources
from services.knowledge.ingest_ports import DocumentStore
from services.knowledge.live_models import LiveChat, LiveThread, StoredMessage, document_of
from services.knowledge.live_ports import LiveStore
from services.knowledge.models import LibraryId, SourceDocument
from services.knowledge.readers.models import ReadSource
from services.tasks import Leases

log = structlog.get_logger(__name__)

_LEASE_TTL_S: Final = 30.0
_LEASE_WAIT_S: Final = 10.0
_THREADS_AT_ONCE: Final = 50
_MOST_QUIET_TIMES: Final = 6
_POLL_S: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveIndex:
    """Makes the documents of threads that have changed; what is to be done stands in SQL.

    Attributes:
        quiet_s: Seconds without a change in a library's threads until they are taken over; a
            chat that is never quiet waits six times as long.
    """

    store: LiveStore
    documents: DocumentStore
    ingest: IngestSources
    leases: Leases
    clock: Clock
    quiet_s: float

    async def run(self) -> None:
        """Take over what is due, until cancelled."""
        while True:
            try:
                await self._round()
            except UnavailableError as error:
                log.warning("live_waits", dependency=error.dependency)
            await self.clock.sleep(min(_POLL_S, self.quiet_s))

    async def bring_soon(self, library: LibraryId) -> None:
        """Take over now what was removed; at the latest the next round does it."""
        try:
            await self.bring(library, wait_s=_LEASE_WAIT_S)
        except (ConflictError, NotFoundError, UnavailableError) as error:
            # Not found: the library is being forgotten as a whole.
            log.info("live_removal_later", reason=error.code)

    async def bring(self, library: LibraryId, *, wait_s: float = 0.0) -> None:
        """Take over all changed threads of a library.

        Raises:
            ConflictError: Another process is at it.
            UnavailableError: SQL or Redis cannot be reached; a repeat goes on from here.
        """
        async with self.leases.hold(f"live:{library}", ttl_s=_LEASE_TTL_S, wait_s=wait_s):
            more = True
            while more:
                threads = await self.store.to_index(library, limit=_THREADS_AT_ONCE)
                chat = await self.store.of_library(library)
                if chat is not None:
                    await self._take_over(chat, threads)
                await self.store.indexed(threads)
                more = len(threads) == _THREADS_AT_ONCE

    async def _round(self) -> None:
        now = self.clock.now()
        quiet = timedelta(seconds=self.quiet_s)
        for library in await self.store.due(
            quiet_since=now - quiet, waiting_since=now - _MOST_QUIET_TIMES * quiet
        ):
            try:
                await self.bring(library)
            except (ConflictError, NotFoundError) as error:
                log.info("live_elsewhere", library=library, reason=error.code)

    async def _take_over(self, chat: LiveChat, threads: Sequence[LiveThread]) -> None:
        known = await self.documents.known(chat.library, [thread.source for thread in threads])
        found: list[SourceDocument] = []
        for thread in threads:
            messages = await self._messages(thread, is_known=thread.source in known)
            document = document_of(chat, messages)
            if document is not None:
                found.append(document)
        there = {document.source for document in found}
        # A changed document leaves what it said in the indexes until they are built anew.
        gone = [t.source for t in threads if t.purge or t.source not in there]
        await drop_documents(chat.library, gone, self.documents)
        if found:
            await self.ingest(chat.library, _portion(found), confirm=_keep)

    async def _messages(self, thread: LiveThread, *, is_known: bool) -> list[StoredMessage]:
        """Read a thread; what an import has removed from the library is removed here, too."""
        messages = await self.store.thread(thread.chat_id, thread.root_id)
        if is_known or thread.purge or not any(message.indexed for message in messages):
            return messages
        await self.store.drop_thread(thread.library, thread.chat_id, thread.root_id)
        return [message for message in messages if not message.indexed]


async def _portion(documents: Sequence[SourceDocument]) -> AsyncIterator[ReadSource]:
    yield ReadSource(documents=tuple(documents))


async def _keep(_question: DeletionQuestion) -> bool:
    """Nothing here says what an export has, so nothing is asked."""
    return False
