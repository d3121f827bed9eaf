from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.knowledge.live_models import LiveChat, LiveMessage, LiveThread, StoredMessage
from services.knowledge.models import LibraryId


class LiveStore(Protocol):
    """Switches, messages, and which threads are to be indexed; each method one transaction."""

    async def find(self, chat_id: int) -> LiveChat | None:
        """Read the switch of a chat; None: it was never turned on."""
        ...

    async def of_library(self, library: LibraryId) -> LiveChat | None:
        """Read the switch of the chat whose library it is."""
        ...

    async def all_on(self) -> list[LiveChat]:
        """List the chats that are turned on."""
        ...

    async def all(self) -> list[LiveChat]:
        """List all chats that were ever turned on."""
        ...

    async def put(self, chat: LiveChat) -> None:
        """Turn a chat on or off, or describe it anew."""
        ...

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """Let switch and opt-outs follow a group that became a supergroup."""
        ...

    async def keep(self, message: LiveMessage, now: datetime) -> bool:
        """Keep a message or its newer text, and note its thread; False: it must not be kept.

        Only of a chat that is on, sent since then, by nobody who keeps out; an edit of a message
        that is not kept, or no longer, is left out.
        """
        ...

    async def drop(self, chat_id: int, message_id: int, now: datetime) -> int:
        """Remove a message and note its thread; tell how many there were. So for all below."""
        ...

    async def drop_thread(self, library: LibraryId, chat_id: int, root_id: int) -> int:
        """Remove the messages of a thread whose document is gone."""
        ...

    async def drop_of_user(self, user_id: int, now: datetime, *, chat_id: int | None = None) -> int:
        """Remove what a person wrote, in one chat or in all."""
        ...

    async def drop_before(self, library: LibraryId, moment: datetime, now: datetime) -> int:
        """Remove what is older than a moment."""
        ...

    async def drop_all(self, library: LibraryId, now: datetime) -> int:
        """Remove everything that was collected for a library."""
        ...

    async def unsign(self, user_id: int) -> None:
        """Forget who turned chats on, where that was this person."""
        ...

    async def due(self, *, quiet_since: datetime, waiting_since: datetime) -> list[LibraryId]:
        """List libraries with threads that nobody changes now, or that have waited enough."""
        ...

    async def to_index(self, library: LibraryId, *, limit: int) -> list[LiveThread]:
        """List threads whose documents are to be made anew, the longest waiting first."""
        ...

    async def thread(self, chat_id: int, root_id: int) -> list[StoredMessage]:
        """Read the messages of a thread by falling age, without those of people who keep out."""
        ...

    async def indexed(self, threads: Sequence[LiveThread]) -> None:
        """Note that documents have what was read; what changed since stays to be indexed."""
        ...

    async def of_user(self, user_id: int) -> list[StoredMessage]:
        """List what a person wrote in all live chats, oldest first."""
        ...

    async def libraries_of_user(self, user_id: int) -> list[LibraryId]:
        """List the libraries that have messages of a person."""
        ...

    async def opt_out(self, chat_id: int, user_id: int, now: datetime) -> bool:
        """Keep a person out of a chat's source; False: they were already."""
        ...

    async def opt_in(self, chat_id: int, user_id: int) -> bool:
        """Let a person's messages be kept again; False: they were already."""
        ...

    async def opted_out(self, user_id: int) -> list[int]:
        """List the chats whose source a person keeps out of."""
        ...
