from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_changes import next_change
from services.adapters.sql.knowledge_tables import (
    DocumentRow,
    LibraryPersonRow,
    LibraryRow,
    PassageRow,
)
from services.adapters.sql.scrubbing import scrub
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.errors import ConflictError
from services.knowledge.models import AudienceKind, Library, LibraryId
from services.knowledge.slugs import library_id as checked


@dataclass(frozen=True, slots=True)
class SqlLibraries:
    """``LibraryStore`` over the tables ``libraries`` and ``library_people``."""

    sessions: Sessions

    async def find(self, library_id: LibraryId) -> Library | None:
        """Read a library; None when there is none or it is being forgotten."""
        async with reading(self.sessions) as session:
            row = await session.scalar(
                select(LibraryRow).where(
                    LibraryRow.slug == library_id, LibraryRow.forgotten_at.is_(None)
                )
            )
        return None if row is None else _library(row)

    async def all(self) -> list[Library]:
        """List the libraries by slug, without those being forgotten."""
        async with reading(self.sessions) as session:
            rows = await session.scalars(
                select(LibraryRow)
                .where(LibraryRow.forgotten_at.is_(None))
                .order_by(LibraryRow.slug)
            )
            return [_library(row) for row in rows]

    async def ensure(
        self,
        library_id: LibraryId,
        *,
        title: str,
        audience: AudienceKind,
        now: datetime,
        chat_id: int | None = None,
    ) -> Library:
        """Read a library, made with these values when there is none.

        Raises:
            ConflictError: The library is being forgotten at this moment.
            InvalidInputError: The id cannot name a library.
        """
        values = {
            "slug": checked(library_id), "title": title,
            "audience": audience.value, "chat_id": chat_id,
            "created_at": now, "change_number": 0, "purge_number": 0, "forgotten_at": None,
        }  # fmt: skip
        async with writing(self.sessions) as session:
            await upsert(session, LibraryRow, values, key=("slug",))
        found = await self.find(library_id)
        if found is None:
            raise ConflictError(f"the library {library_id!r} is being forgotten; try again later")
        return found

    async def set_audience(
        self,
        library_id: LibraryId,
        audience: AudienceKind,
        *,
        chat_id: int | None = None,
        people: Sequence[int] = (),
    ) -> None:
        """Replace who may be answered from a library.

        Raises:
            NotFoundError: There is no such library.
        """
        async with writing(self.sessions) as session:
            await next_change(session, library_id)
            await session.execute(
                update(LibraryRow)
                .where(LibraryRow.slug == library_id)
                .values(audience=audience.value, chat_id=chat_id)
            )
            await session.execute(
                delete(LibraryPersonRow).where(LibraryPersonRow.library == library_id)
            )
            named = [{"library": library_id, "user_id": user_id} for user_id in set(people)]
            if named:
                await session.execute(insert(LibraryPersonRow), named)

    async def readable(self, user_id: int) -> list[Library]:
        """List libraries for everyone, for members of some chat, and for this person by name."""
        named = select(LibraryPersonRow.library).where(LibraryPersonRow.user_id == user_id)
        async with reading(self.sessions) as session:
            rows = await session.scalars(
                select(LibraryRow)
                .where(
                    LibraryRow.forgotten_at.is_(None),
                    or_(
                        LibraryRow.audience != AudienceKind.PEOPLE.value,
                        LibraryRow.slug.in_(named),
                    ),
                )
                .order_by(LibraryRow.slug)
            )
            return [_library(row) for row in rows]

    async def request_rebuild(self, library_id: LibraryId) -> int:
        """Let every index of a library be built anew; tell the change number to wait for.

        Raises:
            NotFoundError: There is no such library.
        """
        async with writing(self.sessions) as session:
            return await next_change(session, library_id, purge=True)

    async def bury(self, library_id: LibraryId, now: datetime) -> bool:
        """Raise the tombstone, from which moment nothing of it is found; False: there is none."""
        async with writing(self.sessions) as session:
            buried = await session.scalar(
                update(LibraryRow)
                .where(LibraryRow.slug == library_id)
                .values(forgotten_at=func.coalesce(LibraryRow.forgotten_at, now))
                .returning(LibraryRow.slug)
            )
        return buried is not None

    async def erase(self, library_id: LibraryId) -> dict[str, int]:
        """Remove all rows of a buried library; tell how many by table."""
        async with writing(self.sessions) as session:
            # The order keeps the self-references of passages and documents out of each other's
            # way; their fingerprints, vectors and sources go by cascade.
            removed: dict[str, int] = {}
            for table, name in ((PassageRow, "passages"), (DocumentRow, "documents")):
                gone = await session.execute(
                    delete(table).where(table.library == library_id).returning(table.id)
                )
                removed[name] = len(gone.all())
            gone = await session.execute(
                delete(LibraryRow)
                .where(LibraryRow.slug == library_id, LibraryRow.forgotten_at.is_not(None))
                .returning(LibraryRow.slug)
            )
            removed["libraries"] = len(gone.all())
        await scrub(self.sessions)
        return removed


def _library(row: LibraryRow) -> Library:
    return Library(
        library_id=LibraryId(row.slug), title=row.title, audience=AudienceKind(row.audience),
        chat_id=row.chat_id, change_number=row.change_number,
    )  # fmt: skip
