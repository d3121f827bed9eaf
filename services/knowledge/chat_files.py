"""Files and pages that people send to the bot: what is kept of them, and the ports around."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol

from services.errors import ServiceError
from services.knowledge.models import LibraryId
from services.knowledge.readers.models import ReadSource, SkippedSource

FileKey = NewType("FileKey", str)
"""16 hexadecimal digits, random."""


class FileState(StrEnum):
    """How far a file has come; only a file that is done is shown among the sources."""

    ACCEPTED = "accepted"
    INDEXED = "indexed"
    """Its words are found; vectors are still being made."""
    DONE = "done"


class FileProblem(StrEnum):
    """Why nothing of a file was taken over; the key of a sentence in the catalogues."""

    TOO_LARGE = "too-large"
    GONE = "gone"
    """Telegram does not give it out any more."""
    CHAT_FULL = "chat-full"
    UNREADABLE = "unreadable"
    """The readers say why."""
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFile:
    """A file as SQL holds it, from the moment it was accepted.

    Attributes:
        user_id: Who sent it, or asked to add it.
        message_id: The message that has the file.
        file_id: By which Telegram gives it out.
        question: Its caption, to be answered once it is indexed; may be empty.
        url: Opens the message, where messages have addresses.
        address: Of the web page that it is; None: Telegram has the content.
        album: The messages that were sent together with it have the same; None: it came alone.
        placeholder: The message that shows how far it is, once that is there.
        passages: Indexed passages.
    """

    key: FileKey
    bot_id: int
    update_id: int
    chat_id: int
    thread_id: int
    user_id: int
    private: bool
    message_id: int
    library: LibraryId
    file_id: str
    name: str
    size: int
    question: str
    language: str
    url: str | None
    state: FileState
    replica: str
    added_at: datetime
    address: str | None = None
    album: str | None = None
    placeholder: int | None = None
    passages: int = 0
    unchanged: bool = False

    @property
    def is_reread(self) -> bool:
        """Its content is a source already, whatever comes of reading it once more."""
        return self.address is not None and self.passages > 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What the files of a library come to."""

    files: int
    size: int


class FileRefusedError(ServiceError):
    """Nothing of the file was taken over.

    Attributes:
        problem: Why.
        skipped: What the readers say, when it is they who refuse.
    """

    code = "invalid-input"

    def __init__(self, problem: FileProblem, *, skipped: Sequence[SkippedSource] = ()) -> None:
        super().__init__(f"the file was refused: {problem}")
        self.problem = problem
        self.skipped = tuple(skipped)


class ChatFileStore(Protocol):
    """Records of files; every method is one transaction."""

    async def add(self, file: ChatFile) -> ChatFile:
        """Keep a new file; the same ``(bot_id, update_id)`` gives the one that is there."""
        ...

    async def find(self, key: FileKey) -> ChatFile | None:
        """Read a file."""
        ...

    async def page(self, library: LibraryId, address: str) -> ChatFile | None:
        """Find the page of a library that has this address."""
        ...

    async def reopen(self, file: ChatFile) -> ChatFile | None:
        """Have a finished page read again, with what is new in this record of it.

        New are the message that asks for it, its place, its language and the replica. A page
        that is at work stays as it is. None: it was removed.
        """
        ...

    async def next_open(self, chat_id: int) -> ChatFile | None:
        """Read the oldest file of a chat that is not done."""
        ...

    async def open_of_user(self, user_id: int) -> int:
        """Count a person's files that are not done."""
        ...

    async def usage(self, library: LibraryId) -> Usage:
        """Measure what a library has and is going to have."""
        ...

    async def adopt(self, bot_id: int, replica: str, new_replica: str) -> list[int]:
        """Move a replica's open files; list their chats, each once."""
        ...

    async def placed(self, key: FileKey, message_id: int) -> ChatFile | None:
        """Note the placeholder; None: the file was removed meanwhile. So for the next two."""
        ...

    async def claim(self, key: FileKey, sources: Sequence[str]) -> bool:
        """Note documents that are about to come out of a file; False: it was removed."""
        ...

    async def indexed(
        self, key: FileKey, *, passages: int, unchanged: bool, size: int | None = None
    ) -> ChatFile | None:
        """Note that the words of a file can be found, and its size where that was not known."""
        ...

    async def done(self, key: FileKey) -> ChatFile | None:
        """Note that nothing is left to do."""
        ...

    async def unembedded(self, key: FileKey) -> int:
        """Count the passages of a file that have no vectors yet."""
        ...

    async def listed(self, library: LibraryId, *, offset: int, limit: int) -> list[ChatFile]:
        """List the files of a library, newest first."""
        ...

    async def of_user(self, user_id: int) -> list[ChatFile]:
        """List all files that a person sent, oldest first."""
        ...

    async def unclaimed(self, library: LibraryId, sources: Sequence[str]) -> list[str]:
        """Tell which of these documents no file of the library brings."""
        ...

    async def remove(self, key: FileKey) -> list[str]:
        """Forget that there was the file; give the documents that no file brings any more."""
        ...

    async def outline(self, key: FileKey, *, limit: int) -> list[str]:
        """List the headings of a file, or the beginnings of its passages where it has none."""
        ...


class FileSource(Protocol):
    """Where the contents of sent files come from."""

    async def fetch(self, file: ChatFile, to: Path) -> None:
        """Write the content into a new file.

        Raises:
            FileRefusedError: It is larger than can be fetched, or is gone.
            UnavailableError: It cannot be fetched now.
        """
        ...


class PageSource(Protocol):
    """Where the contents of web pages come from."""

    async def read(self, file: ChatFile) -> ReadSource:
        """Read the page at the file's address; whatever is wrong with it is told, not raised."""
        ...


class FileProgress(Protocol):
    """Takes what is to be shown while a file is worked on; showing it has a pace of its own."""

    def reading(self) -> None:
        """It is being fetched and read."""
        ...

    def indexing(self, percent: int) -> None:
        """So much of it is read and taken over."""
        ...

    def embedding(self, done: int, total: int) -> None:
        """Words can be found; so many of the passages have vectors."""
        ...


class FileView(Protocol):
    """What people see of the work on a file."""

    async def place(self, file: ChatFile) -> int | None:
        """Send the placeholder; None: the chat takes no messages any more."""
        ...

    def following(self, file: ChatFile) -> AbstractAsyncContextManager[FileProgress]:
        """Show progress in the placeholder while the context is open."""
        ...

    async def done(
        self, file: ChatFile, *, embedded: bool, skipped: Sequence[SkippedSource]
    ) -> None:
        """Say that it can be asked about, with buttons, and what in it could not be read."""
        ...

    async def refused(self, file: ChatFile, error: FileRefusedError) -> None:
        """Say why there is nothing of it, or nothing new, and what to do."""
        ...
