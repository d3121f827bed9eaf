from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningUpdate

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_changes import slices
from services.adapters.sql.knowledge_chats_tables import ChatFileRow, ChatFileSourceRow
from services.adapters.sql.knowledge_tables import DocumentRow, LibraryRow, PassageRow
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.knowledge.chat_files import ChatFile, FileKey, FileState, Usage
from services.knowledge.models import LibraryId

_OPEN = ChatFileRow.state != FileState.DONE.value


@dataclass(frozen=True, slots=True)
class SqlChatFiles:
    """``ChatFileStore`` and ``LibraryOfChat`` over the tables of files and libraries."""

    sessions: Sessions

    async def add(self, file: ChatFile) -> ChatFile:
        """Keep a new file; the same ``(bot_id, update_id)`` gives the one that is there."""
        values = {**asdict(file), "state": file.state.value}
        async with writing(self.sessions) as session:
            await upsert(session, ChatFileRow, values, key=("bot_id", "update_id"))
            row = await session.scalar(
                select(ChatFileRow).where(
                    ChatFileRow.bot_id == file.bot_id, ChatFileRow.update_id == file.update_id
                )
            )
            return file if row is None else _file(row)

    async def find(self, key: FileKey) -> ChatFile | None:
        """Read a file."""
        return next(iter(await self._all(select(ChatFileRow).where(ChatFileRow.key == key))), None)

    async def page(self, library: LibraryId, address: str) -> ChatFile | None:
        """Find the page of a library that has this address."""
        found = await self._all(
            select(ChatFileRow)
            .where(ChatFileRow.library == library, ChatFileRow.address == address)
            .order_by(ChatFileRow.added_at)
            .limit(1)
        )
        return found[0] if found else None

    async def reopen(self, file: ChatFile) -> ChatFile | None:
        """Have a finished page read again; see the port."""
        async with writing(self.sessions) as session:
            await session.execute(
                update(ChatFileRow)
                .where(ChatFileRow.key == file.key, ChatFileRow.state == FileState.DONE.value)
                .values(
                    update_id=file.update_id, chat_id=file.chat_id, thread_id=file.thread_id,
                    message_id=file.message_id, language=file.language, replica=file.replica,
                    state=FileState.ACCEPTED.value, placeholder=None,
                )
            )  # fmt: skip
            row = await session.scalar(select(ChatFileRow).where(ChatFileRow.key == file.key))
            return None if row is None else _file(row)

    async def next_open(self, chat_id: int) -> ChatFile | None:
        """Read the oldest file of a chat that is not done."""
        found = await self._all(
            select(ChatFileRow)
            .where(_OPEN, ChatFileRow.chat_id == chat_id)
            .order_by(ChatFileRow.update_id)
            .limit(1)
        )
        return found[0] if found else None

    async def open_of_user(self, user_id: int) -> int:
        """Count a person's files that are not done."""
        async with reading(self.sessions) as session:
            return await session.scalar(
                select(func.count()).select_from(ChatFileRow).where(
                    _OPEN, ChatFileRow.user_id == user_id
                )
            ) or 0  # fmt: skip

    async def usage(self, library: LibraryId) -> Usage:
        """Measure what a library has and is going to have."""
        async with reading(self.sessions) as session:
            row = await session.execute(
                select(func.count(), func.coalesce(func.sum(ChatFileRow.size), 0)).where(
                    ChatFileRow.library == library
                )
            )
            files, size = row.tuples().one()
        return Usage(files, int(size))

    async def adopt(self, bot_id: int, replica: str, new_replica: str) -> list[int]:
        """Move a replica's open files; list their chats, each once."""
        async with writing(self.sessions) as session:
            chats = await session.scalars(
                update(ChatFileRow)
                .where(_OPEN, ChatFileRow.bot_id == bot_id, ChatFileRow.replica == replica)
                .values(replica=new_replica)
                .returning(ChatFileRow.chat_id)
            )
            return sorted(set(chats))

    async def placed(self, key: FileKey, message_id: int) -> ChatFile | None:
        """Note the placeholder; None: the file was removed meanwhile."""
        return await self._change(key, placeholder=message_id)

    async def claim(self, key: FileKey, sources: Sequence[str]) -> bool:
        """Note documents that are about to come out of a file; False: it was removed."""
        async with writing(self.sessions) as session:
            # The update locks the row, so that a removal at this moment comes before or after.
            if await session.scalar(_touched(key, ChatFileRow.key)) is None:
                return False
            known = set(
                await session.scalars(
                    select(ChatFileSourceRow.source).where(ChatFileSourceRow.key == key)
                )
            )
            new = [{"key": key, "source": one} for one in dict.fromkeys(sources)
                   if one not in known]  # fmt: skip
            if new:
                await session.execute(insert(ChatFileSourceRow), new)
        return True

    async def indexed(
        self, key: FileKey, *, passages: int, unchanged: bool, size: int | None = None
    ) -> ChatFile | None:
        """Note that the words of a file can be found, and its size where that was not known."""
        known = {} if size is None else {"size": size}
        return await self._change(
            key, state=FileState.INDEXED.value, passages=passages, unchanged=unchanged, **known
        )

    async def done(self, key: FileKey) -> ChatFile | None:
        """Note that nothing is left to do."""
        return await self._change(key, state=FileState.DONE.value)

    async def unembedded(self, key: FileKey) -> int:
        """Count the passages of a file that have no vectors yet."""
        async with reading(self.sessions) as session:
            return await session.scalar(
                select(func.count())
                .select_from(PassageRow)
                .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
                .where(
                    _of_file(key),
                    PassageRow.embedded.is_(False),
                    PassageRow.duplicate_of.is_(None),
                )
            ) or 0  # fmt: skip

    async def listed(self, library: LibraryId, *, offset: int, limit: int) -> list[ChatFile]:
        """List the files of a library, newest first."""
        return await self._all(
            select(ChatFileRow)
            .where(ChatFileRow.library == library)
            .order_by(ChatFileRow.added_at.desc(), ChatFileRow.update_id.desc())
            .offset(offset)
            .limit(limit)
        )

    async def of_user(self, user_id: int) -> list[ChatFile]:
        """List all files that a person sent, oldest first."""
        return await self._all(
            select(ChatFileRow)
            .where(ChatFileRow.user_id == user_id)
            .order_by(ChatFileRow.added_at)
        )  # fmt: skip

    async def unclaimed(self, library: LibraryId, sources: Sequence[str]) -> list[str]:
        """Tell which of these documents no file of the library brings."""
        async with reading(self.sessions) as session:
            return await _unclaimed(session, library, sources)

    async def remove(self, key: FileKey) -> list[str]:
        """Forget that there was the file; give the documents that no file brings any more."""
        async with writing(self.sessions) as session:
            # It locks the row, so that nothing is claimed between the two statements.
            library = await session.scalar(_touched(key, ChatFileRow.library))
            if library is None:
                return []
            sources = await session.scalars(
                select(ChatFileSourceRow.source).where(ChatFileSourceRow.key == key)
            )
            found = list(sources)
            await session.execute(delete(ChatFileRow).where(ChatFileRow.key == key))
            return await _unclaimed(session, LibraryId(library), found)

    async def outline(self, key: FileKey, *, limit: int) -> list[str]:
        """List the headings of a file, or the beginnings of its passages where it has none."""
        query = (
            select(PassageRow.heading, PassageRow.text)
            .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
            .where(_of_file(key))
            .order_by(DocumentRow.id, PassageRow.ordinal)
            .limit(50 * limit)
        )
        async with reading(self.sessions) as session:
            rows = await session.execute(query)
            found = rows.tuples().all()
        headings = dict.fromkeys(heading for heading, _ in found if heading)
        beginnings = dict.fromkeys(text for _, text in found)
        few = 3
        return list(headings if len(headings) >= few else beginnings)[:limit]

    async def library_of(self, chat_id: int) -> LibraryId | None:
        """Find the library made for a group or channel, by its present id."""
        async with reading(self.sessions) as session:
            slug = await session.scalar(
                select(LibraryRow.slug)
                .where(
                    LibraryRow.chat_id == chat_id,
                    LibraryRow.slug.startswith("chat-", autoescape=True),
                    LibraryRow.forgotten_at.is_(None),
                )
                .order_by(LibraryRow.created_at)
                .limit(1)
            )
        return None if slug is None else LibraryId(slug)

    async def _all(self, query: Select[tuple[ChatFileRow]]) -> list[ChatFile]:
        async with reading(self.sessions) as session:
            return [_file(row) for row in await session.scalars(query)]

    async def _change(self, key: FileKey, **values: object) -> ChatFile | None:
        async with writing(self.sessions) as session:
            row = await session.scalar(
                update(ChatFileRow)
                .where(ChatFileRow.key == key)
                .values(**values)
                .returning(ChatFileRow)
            )
            return None if row is None else _file(row)


def _touched(key: FileKey, column: InstrumentedAttribute[str]) -> ReturningUpdate[tuple[str]]:
    return (
        update(ChatFileRow)
        .where(ChatFileRow.key == key)
        .values(key=ChatFileRow.key)
        .returning(column)
    )


async def _unclaimed(
    session: AsyncSession, library: LibraryId, sources: Sequence[str]
) -> list[str]:
    claimed: set[str] = set()
    for some in slices(sources):
        claimed |= set(
            await session.scalars(
                select(ChatFileSourceRow.source)
                .join(ChatFileRow, ChatFileRow.key == ChatFileSourceRow.key)
                .where(ChatFileRow.library == library, ChatFileSourceRow.source.in_(some))
            )
        )
    return [one for one in sources if one not in claimed]


def _of_file(key: FileKey) -> ColumnElement[bool]:
    of_file: ColumnElement[bool] = DocumentRow.source.in_(
        select(ChatFileSourceRow.source).where(ChatFileSourceRow.key == key)
    )
    library = select(ChatFileRow.library).where(ChatFileRow.key == key).scalar_subquery()
    return and_(DocumentRow.library == library, of_file)


def _file(row: ChatFileRow) -> ChatFile:
    return ChatFile(
        key=FileKey(row.key), bot_id=row.bot_id, update_id=row.update_id, chat_id=row.chat_id,
        thread_id=row.thread_id, user_id=row.user_id, private=row.private,
        message_id=row.message_id, library=LibraryId(row.library), file_id=row.file_id,
        name=row.name, size=row.size, question=row.question, language=row.language, url=row.url,
        address=row.address, album=row.album,
        state=FileState(row.state), replica=row.replica, added_at=row.added_at,
        placeholder=row.placeholder, passages=row.passages, unchanged=row.unchanged,
    )  # fmt: skip
