from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.people_tables import AccessRow, AdmittedGroupRow, InviteRow, PersonRow
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.people.models import AccessMode, Person, PreferredLength, Role


@dataclass(frozen=True, slots=True)
class SqlPeopleStore:
    """``PeopleStore`` over the table ``people``; every method is one transaction."""

    sessions: Sessions

    async def find(self, user_id: int) -> Person | None:
        """Read a person; None when nothing is kept about them."""
        async with reading(self.sessions) as session:
            row = await session.get(PersonRow, user_id)
        return None if row is None else _person(row)

    async def put(self, person: Person) -> None:
        """Create the person or replace all that is kept, except ``first_seen``."""
        values = {
            "user_id": person.user_id,
            "role": person.role.value,
            "language": person.language,
            "answer_length": person.length.value,
            "voice": person.voice,
            "first_seen": person.first_seen,
        }
        async with writing(self.sessions) as session:
            await upsert(
                session, PersonRow, values, key=("user_id",),
                update=("role", "language", "answer_length", "voice"),
            )  # fmt: skip

    async def with_roles(self, roles: Sequence[Role]) -> list[Person]:
        """List people of these roles, longest known first."""
        query = (
            select(PersonRow)
            .where(PersonRow.role.in_([role.value for role in roles]))
            .order_by(PersonRow.first_seen, PersonRow.user_id)
        )
        async with reading(self.sessions) as session:
            return [_person(row) for row in await session.scalars(query)]

    async def remove(self, user_id: int) -> int:
        """Erase the person; tell how many rows went (0 or 1)."""
        statement = (
            delete(PersonRow).where(PersonRow.user_id == user_id).returning(PersonRow.user_id)
        )
        async with writing(self.sessions) as session:
            return len((await session.scalars(statement)).all())


@dataclass(frozen=True, slots=True)
class SqlAccessStore:
    """``AccessStore`` of one bot; every method is one transaction."""

    sessions: Sessions
    bot_id: int

    async def mode(self) -> AccessMode | None:
        """Read the mode; None until someone has chosen."""
        async with reading(self.sessions) as session:
            row = await session.get(AccessRow, self.bot_id)
        return None if row is None else AccessMode(row.mode)

    async def set_mode(self, mode: AccessMode) -> None:
        """Choose the mode."""
        values = {"bot_id": self.bot_id, "mode": mode.value}
        async with writing(self.sessions) as session:
            await upsert(session, AccessRow, values, key=("bot_id",), update=("mode",))

    async def group_ids(self) -> list[int]:
        """List admitted groups, oldest first."""
        query = select(AdmittedGroupRow.chat_id).order_by(
            AdmittedGroupRow.admitted_at, AdmittedGroupRow.chat_id
        )
        async with reading(self.sessions) as session:
            return list(await session.scalars(query))

    async def admit_group(self, chat_id: int, at: datetime) -> None:
        """Admit a group; nothing changes when it is already."""
        values = {"chat_id": chat_id, "admitted_at": at}
        async with writing(self.sessions) as session:
            await upsert(session, AdmittedGroupRow, values, key=("chat_id",))

    async def remove_group(self, chat_id: int) -> None:
        """Take a group's admission back."""
        async with writing(self.sessions) as session:
            await session.execute(
                delete(AdmittedGroupRow).where(AdmittedGroupRow.chat_id == chat_id)
            )

    async def renew_secret(self, kind: str, secret_hash: str, at: datetime) -> None:
        """Make this the only valid secret of its kind."""
        async with writing(self.sessions) as session:
            await session.execute(delete(InviteRow).where(InviteRow.kind == kind))
            session.add(InviteRow(secret_hash=secret_hash, kind=kind, created_at=at))

    async def knows_secret(self, kind: str, secret_hash: str) -> bool:
        """Tell whether the secret is valid."""
        async with reading(self.sessions) as session:
            row = await session.get(InviteRow, secret_hash)
        return row is not None and row.kind == kind

    async def spend_secret(self, kind: str, secret_hash: str) -> bool:
        """Make the secret invalid; True for exactly one caller of a valid secret."""
        statement = (
            delete(InviteRow)
            .where(InviteRow.kind == kind, InviteRow.secret_hash == secret_hash)
            .returning(InviteRow.secret_hash)
        )
        async with writing(self.sessions) as session:
            return (await session.scalars(statement)).first() is not None


def _person(row: PersonRow) -> Person:
    return Person(
        user_id=row.user_id,
        role=Role(row.role),
        language=row.language,
        length=PreferredLength(row.answer_length),
        voice=row.voice,
        first_seen=row.first_seen,
    )
