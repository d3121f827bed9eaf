"""What a chat's library has, for whoever looks after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.errors import NotFoundError
from services.knowledge.chat_files import ChatFile, ChatFileStore
from services.knowledge.chat_libraries import ChatLibraries
from services.knowledge.file_intake import drop_documents
from services.knowledge.ingest_ports import DocumentStore
from services.knowledge.listing import DocumentList, ListedDocument
from services.knowledge.live_models import chat_and_root, chat_ids
from services.knowledge.live_ports import LiveStore
from services.knowledge.models import OWNER_LIBRARY, DocumentId, LibraryId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOverview:
    """What ``/sources`` begins with.

    Attributes:
        live: Whether the live source is on, and days of retention; None: there never was one.
        entries: Documents that came in no file.
        owners: Documents of the owner's library; None: not asked for.
    """

    files: Sequence[ChatFile]
    live: tuple[bool, int] | None
    entries: int
    owners: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLists:
    """Lists of files and documents, and the removal of single documents."""

    files: ChatFileStore
    documents: DocumentList
    stored: DocumentStore
    live: LiveStore
    chats: ChatLibraries

    async def of_chat(self, chat_id: int, *, offset: int, limit: int, owners: bool) -> ChatOverview:
        """Show what a chat has."""
        library = await self.chats.find(chat_id)
        chat = await self.live.find(chat_id)
        files: Sequence[ChatFile] = ()
        entries = 0
        if library is not None:
            files = await self.files.listed(library, offset=offset, limit=limit)
            entries = await self.documents.count(library)
        return ChatOverview(
            files=files, live=None if chat is None else (chat.is_on, chat.kept_days),
            entries=entries,
            owners=await self.documents.count(OWNER_LIBRARY) if owners else None,
        )  # fmt: skip

    def owners_library(self, *, is_owner: bool) -> LibraryId:
        """Name the owner's library for the owner.

        Raises:
            NotFoundError: Somebody else asks.
        """
        if not is_owner:
            msg = "only the owner looks after that library"
            raise NotFoundError(msg)
        return OWNER_LIBRARY

    async def document(self, library: LibraryId, document_id: DocumentId) -> ListedDocument:
        """Read a document of a library.

        Raises:
            NotFoundError: It has no such document (any more).
        """
        document = await self.documents.find(document_id)
        if document is None or document.library != library:
            msg = "there is no such document in the library"
            raise NotFoundError(msg)
        return document

    async def remove_document(self, library: LibraryId, document_id: DocumentId) -> None:
        """Remove a document, with the messages that it was made of.

        Raises:
            NotFoundError: It has no such document (any more).
        """
        document = await self.document(library, document_id)
        thread = chat_and_root(document.source)
        if thread is not None:
            exported, root = thread
            for chat_id in chat_ids(exported):
                await self.live.drop_thread(library, chat_id, root)
        # The owner's library is large, and nobody else's words are in it.
        purge = library != OWNER_LIBRARY
        await drop_documents(library, [document.source], self.stored, purge=purge)
