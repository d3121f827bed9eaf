"""The library that a chat has of its own."""

from dataclasses import dataclass
from typing import Final, Protocol

from services.clock import Clock
from services.knowledge.ingest_ports import LibraryStore
from services.knowledge.models import AudienceKind, LibraryId

_PREFIX: Final = "chat-"


class LibraryOfChat(Protocol):
    """Which library a group's is; it keeps its name when the group becomes a supergroup."""

    async def library_of(self, chat_id: int) -> LibraryId | None:
        """Find the library made for a group or channel, by its present id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLibraries:
    """Makes and finds the libraries of chats: ``chat-<id>``, the id with its sign."""

    libraries: LibraryStore
    index: LibraryOfChat
    clock: Clock

    async def find(self, chat_id: int) -> LibraryId | None:
        """Find a chat's library; None while it has none."""
        if chat_id < 0 and (moved := await self.index.library_of(chat_id)) is not None:
            return moved
        library = await self.libraries.find(library_of_chat(chat_id))
        return None if library is None else library.library_id

    async def of_person(self, user_id: int, title: str) -> LibraryId:
        """Give the library of a private chat; it answers nobody but that person.

        Raises:
            ConflictError: It is being forgotten at this moment.
        """
        library = library_of_chat(user_id)
        if await self.libraries.find(library) is None:
            await self.libraries.ensure(
                library, title=title, audience=AudienceKind.PEOPLE, now=self.clock.now()
            )
        # Also for one that is there: /forget takes people off all lists of readers.
        await self.libraries.set_audience(library, AudienceKind.PEOPLE, people=(user_id,))
        return library

    async def of_chat(self, chat_id: int, title: str) -> LibraryId:
        """Give the library of a group or channel; it answers the members.

        Raises:
            ConflictError: It is being forgotten at this moment.
        """
        found = await self.find(chat_id)
        if found is not None:
            return found
        library = library_of_chat(chat_id)
        await self.libraries.ensure(
            library, title=title, audience=AudienceKind.MEMBERS, now=self.clock.now(),
            chat_id=chat_id,
        )  # fmt: skip
        return library

    async def move(self, chat_id: int, new_chat_id: int) -> bool:
        """Let the library follow a group that became a supergroup; False: it has none."""
        library = await self.find(chat_id)
        if library is None:
            return False
        await self.libraries.set_audience(library, AudienceKind.MEMBERS, chat_id=new_chat_id)
        return True


def library_of_chat(chat_id: int) -> LibraryId:
    """Name the library of a chat: a person and a group never share one."""
    return LibraryId(f"{_PREFIX}{chat_id}")


def is_of_chat(library: LibraryId) -> bool:
    """Tell whether a library is that of a chat, which is nobody else's to read."""
    return library.startswith(_PREFIX)
