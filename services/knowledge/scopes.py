import asyncio
from dataclasses import dataclass
from typing import Final, Protocol

from services.knowledge.ingest_ports import LibraryStore
from services.knowledge.models import DEMO_LIBRARY, AudienceKind, Library, LibraryId
from services.tasks import side_by_side

_ASKED_AT_ONCE: Final = 16


class Membership(Protocol):
    """Who is in which chat, as far as Telegram tells."""

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        """Tell whether the person is a member now; False when it cannot be found out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """Which libraries a person may be answered from, asked anew for every question.

    Attributes:
        demo: The demo library is mounted; otherwise nobody is answered from it.
    """

    libraries: LibraryStore
    membership: Membership
    demo: bool = False

    async def for_person(self, user_id: int, chat_id: int | None) -> tuple[LibraryId, ...]:
        """List the libraries for a question, by slug.

        In a group everybody reads the answer, so only what everybody there may read counts:
        libraries for everyone, and those for the members of this very group.

        Args:
            user_id: Who asks.
            chat_id: The group or channel where it is asked; None for a private chat.
        """
        known = [
            library
            for library in await self.libraries.readable(user_id)
            if self.demo or library.library_id != DEMO_LIBRARY
        ]
        some = asyncio.Semaphore(_ASKED_AT_ONCE)

        async def may_read(library: Library) -> bool:
            async with some:
                return await self._may_read(library, user_id, chat_id)

        # In private every group's library is looked at; one after another that would take long.
        allowed = await side_by_side(*map(may_read, known))
        return tuple(library.library_id for library, may in zip(known, allowed, strict=True) if may)

    async def for_everyone(self, user_id: int) -> tuple[LibraryId, ...]:
        """List the libraries whose text a person may show to anybody, by slug."""
        return tuple(
            library.library_id
            for library in await self.libraries.readable(user_id)
            if library.audience is AudienceKind.EVERYONE
            and (self.demo or library.library_id != DEMO_LIBRARY)
        )

    async def _may_read(self, library: Library, user_id: int, chat_id: int | None) -> bool:
        if library.audience is AudienceKind.EVERYONE:
            return True
        if library.audience is AudienceKind.PEOPLE:
            # The store has looked for the name; a group would read along.
            return chat_id is None
        if library.chat_id is None or chat_id not in {None, library.chat_id}:
            return False
        return await self.membership.is_member(library.chat_id, user_id)
