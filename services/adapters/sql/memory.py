from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, select, update

from services.adapters.sql.engine import Sessions
from services.adapters.sql.memory_tables import MemoryRow, MemorySwitchRow
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.adapters.sql.vectors import packed, unit_rows, unpacked
from services.memory.models import Memory, Origin, Place
from services.people.ports import Exported


@dataclass(frozen=True, slots=True)
class SqlMemoryStore:
    """``MemoryStore`` over the tables ``memories`` and ``memory_switches``; personal data too."""

    sessions: Sessions
    name: ClassVar[str] = "memories"

    async def add(self, memory: Memory, *, instead_of: Sequence[int] = ()) -> Memory:
        """Keep a memory under a new id, and drop those that it replaces."""
        row = MemoryRow(
            user_id=memory.place.user_id, chat_id=memory.place.chat_id, text=memory.text,
            slot=memory.slot, origin=memory.origin.value,
            vector=None if memory.vector is None else packed(memory.vector),
            written_at=memory.written_at, used_at=memory.used_at,
        )  # fmt: skip
        async with writing(self.sessions) as session:
            await session.execute(delete(MemoryRow).where(MemoryRow.memory_id.in_(instead_of)))
            session.add(row)
            await session.flush()
        return _memory(row)

    async def find(self, memory_id: int) -> Memory | None:
        """Read a memory; None when it is gone."""
        async with reading(self.sessions) as session:
            row = await session.get(MemoryRow, memory_id)
        return None if row is None else _memory(row)

    async def at(self, place: Place) -> list[Memory]:
        """List a place's memories, newest first."""
        return await self._list(*_at(place))

    async def of_user(self, user_id: int) -> list[Memory]:
        """List a person's memories of all places, newest first."""
        return await self._list(MemoryRow.user_id == user_id)

    async def change(
        self, memory_id: int, text: str, slot: str | None, at: datetime
    ) -> Memory | None:
        """Put other words in its place, without a vector; None when it is gone."""
        statement = (
            update(MemoryRow)
            .where(MemoryRow.memory_id == memory_id)
            .values(text=text, slot=slot, vector=None, written_at=at, used_at=at)
            .returning(MemoryRow)
        )
        async with writing(self.sessions) as session:
            row = (await session.scalars(statement)).one_or_none()
            return None if row is None else _memory(row)

    async def remove(self, place: Place, memory_id: int | None = None) -> int:
        """Erase one memory of a place, or all (None); tell how many."""
        one = () if memory_id is None else (MemoryRow.memory_id == memory_id,)
        return await self._delete(*_at(place), *one)

    async def embedded(self, memory_id: int, text: str, vector: NDArray[np.float32]) -> None:
        """Keep the vector, unless the words have changed meanwhile."""
        statement = (
            update(MemoryRow)
            .where(MemoryRow.memory_id == memory_id, MemoryRow.text == text)
            .values(vector=packed(vector))
        )
        async with writing(self.sessions) as session:
            await session.execute(statement)

    async def used(self, memory_ids: Sequence[int], at: datetime) -> None:
        """Note that they took part in an answer."""
        statement = update(MemoryRow).where(MemoryRow.memory_id.in_(memory_ids)).values(used_at=at)
        async with writing(self.sessions) as session:
            await session.execute(statement)

    async def purge(self, before: datetime) -> int:
        """Erase what was last used before a moment; tell how many."""
        return await self._delete(MemoryRow.used_at < before)

    async def switched(self, user_id: int, chat_id: int) -> bool | None:
        """Tell what was chosen; user 0 stands for a group as a whole, None: nothing."""
        async with reading(self.sessions) as session:
            row = await session.get(MemorySwitchRow, (user_id, chat_id))
        return None if row is None else row.on

    async def switch(self, user_id: int, chat_id: int, *, on: bool) -> None:
        """Keep a choice."""
        values = {"user_id": user_id, "chat_id": chat_id, "on": on}
        async with writing(self.sessions) as session:
            await upsert(
                session, MemorySwitchRow, values, key=("user_id", "chat_id"), update=("on",)
            )

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """Let memories and choices follow a group that became a supergroup."""
        memories = update(MemoryRow).where(MemoryRow.chat_id == chat_id).values(chat_id=new_chat_id)
        choices = (
            delete(MemorySwitchRow)
            .where(MemorySwitchRow.chat_id == chat_id)
            .returning(MemorySwitchRow.user_id, MemorySwitchRow.on)
        )
        async with writing(self.sessions) as session:
            await session.execute(memories)
            for user_id, on in (await session.execute(choices)).tuples().all():
                values = {"user_id": user_id, "chat_id": new_chat_id, "on": on}
                await upsert(session, MemorySwitchRow, values, key=("user_id", "chat_id"))

    async def export(self, user_id: int) -> Exported:
        """Give what is remembered of the person, by chat, and what they chose about it."""
        memories = select(MemoryRow).where(MemoryRow.user_id == user_id)
        switches = select(MemorySwitchRow).where(MemorySwitchRow.user_id == user_id)
        async with reading(self.sessions) as session:
            rows = list(await session.scalars(memories.order_by(MemoryRow.written_at)))
            chosen = list(await session.scalars(switches.order_by(MemorySwitchRow.chat_id)))
        exported: dict[str, object] = {}
        if rows:
            exported["memories"] = [_exported(row) for row in rows]
        if chosen:
            exported["switches"] = [{"chat_id": row.chat_id, "on": row.on} for row in chosen]
        return exported

    async def erase(self, user_id: int) -> dict[str, int]:
        """Erase them all."""
        gone = await self._delete(MemoryRow.user_id == user_id)
        statement = delete(MemorySwitchRow).where(MemorySwitchRow.user_id == user_id)
        async with writing(self.sessions) as session:
            chosen = (await session.scalars(statement.returning(MemorySwitchRow.chat_id))).all()
        return {"memories": gone, "memory_switches": len(chosen)}

    async def _list(self, *where: ColumnElement[bool]) -> list[Memory]:
        newest_first = (MemoryRow.written_at.desc(), MemoryRow.memory_id.desc())
        query = select(MemoryRow).where(*where).order_by(*newest_first)
        async with reading(self.sessions) as session:
            return [_memory(row) for row in await session.scalars(query)]

    async def _delete(self, *where: ColumnElement[bool]) -> int:
        statement = delete(MemoryRow).where(*where).returning(MemoryRow.memory_id)
        async with writing(self.sessions) as session:
            return len((await session.scalars(statement)).all())


def _at(place: Place) -> tuple[ColumnElement[bool], ...]:
    return MemoryRow.user_id == place.user_id, MemoryRow.chat_id == place.chat_id


def _memory(row: MemoryRow) -> Memory:
    return Memory(
        memory_id=row.memory_id,
        place=Place(user_id=row.user_id, chat_id=row.chat_id),
        text=row.text,
        slot=row.slot,
        origin=Origin(row.origin),
        written_at=row.written_at,
        used_at=row.used_at,
        vector=None if row.vector is None else unit_rows(unpacked(row.vector))[0],
    )


def _exported(row: MemoryRow) -> dict[str, object]:
    return {
        "chat_id": row.chat_id,
        "text": row.text,
        "origin": row.origin,
        "written_at": row.written_at.isoformat(),
        "used_at": row.used_at.isoformat(),
    }
