"""Files and pages into the library of the chat that they were sent to; found and removed."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from services.clock import Clock
from services.errors import BusyError, NotFoundError
from services.knowledge.chat_files import (
    ChatFile,
    ChatFileStore,
    FileKey,
    FileProblem,
    FileRefusedError,
    FileState,
)
from services.knowledge.chat_libraries import ChatLibraries
from services.knowledge.file_intake import FileIntake, drop_documents
from services.knowledge.ingest_ports import DocumentStore
from services.knowledge.models import LibraryId

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file as a handler hands it over; see ``ChatFile``.

    Attributes:
        title: Names the library, should it be the chat's first source.
    """

    bot_id: int
    update_id: int
    chat_id: int
    thread_id: int
    user_id: int
    private: bool
    message_id: int
    title: str
    file_id: str
    name: str
    size: int
    question: str
    language: str
    url: str | None
    address: str | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """What a chat may have, and one person may send.

    Attributes:
        one_mb: Largest file.
        files: Files of one chat.
        all_mb: All files of one chat together.
        waiting: Unfinished files of one person.
    """

    one_mb: int = 20
    files: int = 200
    all_mb: int = 500
    waiting: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSources:
    """What people may do with files; every call returns at once, the work is detached.

    Attributes:
        replica: Stable id of this bot process.
        members_add: In groups everybody may add files, not administrators alone.
    """

    store: ChatFileStore
    documents: DocumentStore
    chats: ChatLibraries
    intake: FileIntake
    clock: Clock
    replica: str
    limits: FileLimits
    members_add: bool = False

    async def accept(self, sent: SentFile) -> ChatFile:
        """Take a file or page; the same update is taken once, however often it comes.

        A page that the library has is read again.

        Raises:
            FileRefusedError: It is too large, or the chat has too much already.
            BusyError: The person has too many unfinished files.
            ConflictError: The library is being forgotten at this moment.
            NotFoundError: The page is being removed at this moment.
        """
        if sent.size > self.limits.one_mb * _MEGABYTE:
            raise FileRefusedError(FileProblem.TOO_LARGE)
        library = await self._library(sent)
        if await self.store.open_of_user(sent.user_id) >= self.limits.waiting:
            msg = "too many unfinished files of one person"
            raise BusyError(msg, dependency="workers", wait_s=0.0)
        if sent.address is not None:
            known = await self.store.page(library, sent.address)
            if known is not None:
                return await self._again(known, sent)
        usage = await self.store.usage(library)
        full = usage.size + sent.size > self.limits.all_mb * _MEGABYTE
        if full or usage.files >= self.limits.files:
            raise FileRefusedError(FileProblem.CHAT_FULL)
        file = await self.store.add(self._accepted(sent, library, self.clock.now()))
        self.intake.ensure(file.chat_id)
        return file

    async def reread(
        self, page: ChatFile, *, update_id: int, message_id: int, language: str
    ) -> ChatFile:
        """Have a page of a library read again; the same update does that once.

        Args:
            page: As it was found.
            update_id: Of the update that asks for it.
            message_id: The message that asks for it.
            language: Of whoever asks.

        Raises:
            NotFoundError: It was removed.
        """
        if page.update_id == update_id:
            return page
        asked = replace(
            page, update_id=update_id, message_id=message_id, language=language,
            replica=self.replica,
        )  # fmt: skip
        file = await self.store.reopen(asked)
        if file is None:
            msg = "the page was removed"
            raise NotFoundError(msg)
        self.intake.ensure(file.chat_id)
        return file

    async def _again(self, known: ChatFile, sent: SentFile) -> ChatFile:
        here = replace(known, chat_id=sent.chat_id, thread_id=sent.thread_id)
        return await self.reread(
            here, update_id=sent.update_id, message_id=sent.message_id, language=sent.language
        )

    async def resume(self, *, bot_id: int, replica: str | None = None) -> int:
        """Go on with what this replica (None: at start) or a dead one left unfinished."""
        chats = await self.store.adopt(bot_id, replica or self.replica, self.replica)
        for chat_id in chats:
            self.intake.ensure(chat_id)
        return len(chats)

    async def find(self, key: FileKey) -> ChatFile:
        """Read a file.

        Raises:
            NotFoundError: It was removed.
        """
        file = await self.store.find(key)
        if file is None:
            msg = "the file was removed"
            raise NotFoundError(msg)
        return file

    async def remove(self, key: FileKey) -> bool:
        """Take a file out of the library for good; False: it was gone already.

        From this moment nothing of it is found; the indexes forget it soon after.
        """
        file = await self.store.find(key)
        if file is None:
            return False
        await remove_file(file, self.store, self.documents)
        return True

    async def _library(self, sent: SentFile) -> LibraryId:
        if sent.private:
            return await self.chats.of_person(sent.user_id, sent.title)
        return await self.chats.of_chat(sent.chat_id, sent.title)

    def _accepted(self, sent: SentFile, library: LibraryId, now: datetime) -> ChatFile:
        return ChatFile(
            key=FileKey(secrets.token_hex(8)), bot_id=sent.bot_id, update_id=sent.update_id,
            chat_id=sent.chat_id, thread_id=sent.thread_id, user_id=sent.user_id,
            private=sent.private, message_id=sent.message_id, library=library,
            file_id=sent.file_id, name=sent.name, size=sent.size, question=sent.question,
            language=sent.language, url=sent.url, address=sent.address,
            album=sent.album, state=FileState.ACCEPTED, replica=self.replica, added_at=now,
        )  # fmt: skip


async def remove_file(file: ChatFile, store: ChatFileStore, documents: DocumentStore) -> int:
    """Remove a file with the documents that only it brought; tell how many those were.

    The record goes first: an intake that is at work finds that and removes what it still wrote.
    """
    return await drop_documents(file.library, await store.remove(file.key), documents)
