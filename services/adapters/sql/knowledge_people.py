from dataclasses import dataclass

from sqlalchemy import delete, select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_tables import LibraryPersonRow
from services.adapters.sql.transactions import reading, writing
from services.people.ports import Exported


@dataclass(frozen=True, slots=True)
class SqlLibraryPeople:
    """``PersonalData`` of the knowledge base: the libraries that name a person as reader."""

    sessions: Sessions

    @property
    def name(self) -> str:
        """Key in the export."""
        return "libraries"

    async def export(self, user_id: int) -> Exported:
        """List the libraries that name the person."""
        async with reading(self.sessions) as session:
            slugs = await session.scalars(
                select(LibraryPersonRow.library)
                .where(LibraryPersonRow.user_id == user_id)
                .order_by(LibraryPersonRow.library)
            )
            found = list(slugs)
        return {"reader_of": found} if found else {}

    async def erase(self, user_id: int) -> dict[str, int]:
        """Take the person off all lists of readers."""
        async with writing(self.sessions) as session:
            gone = await session.scalars(
                delete(LibraryPersonRow)
                .where(LibraryPersonRow.user_id == user_id)
                .returning(LibraryPersonRow.library)
            )
            return {"library_people": len(gone.all())}
