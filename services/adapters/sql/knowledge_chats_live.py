from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    delete,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.adapters.sql.base import UtcDateTime
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_chats_tables import (
    LiveChatRow,
    LiveMessageRow,
    LiveOptOutRow,
    LiveThreadRow,
)
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.knowledge.live_models import LiveChat, LiveMessage, LiveThread, StoredMessage
from services.knowledge.models import LibraryId

_Earlier = aliased(LiveMessageRow)
_Other = aliased(LiveChatRow)
_CHAT_COLUMNS = (
    "library", "title", "username", "channel", "is_on", "kept_days", "turned_on_by", "since",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SqlLiveChats:
    """``LiveStore`` over the tables of live chats."""

    sessions: Sessions

    async def find(self, chat_id: int) -> LiveChat | None:
        """Read the switch of a chat; None: it was never turned on."""
        return await self._chat(LiveChatRow.chat_id == chat_id)

    async def of_library(self, library: LibraryId) -> LiveChat | None:
        """Read the switch of the chat whose library it is."""
        return await self._chat(LiveChatRow.library == library)

    async def all_on(self) -> list[LiveChat]:
        """List the chats that are turned on."""
        return await self._chats(select(LiveChatRow).where(LiveChatRow.is_on))

    async def all(self) -> list[LiveChat]:
        """List all chats that were ever turned on."""
        return await self._chats(select(LiveChatRow))

    async def put(self, chat: LiveChat) -> None:
        """Turn a chat on or off, or describe it anew."""
        async with writing(self.sessions) as session:
            await upsert(session, LiveChatRow, asdict(chat), key=("chat_id",), update=_CHAT_COLUMNS)

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """Let switch and opt-outs follow a group that became a supergroup."""
        async with writing(self.sessions) as session:
            await session.execute(
                update(LiveChatRow)
                .where(
                    LiveChatRow.chat_id == chat_id,
                    ~exists().where(_Other.chat_id == new_chat_id),
                )
                .values(chat_id=new_chat_id)
            )
            keeps_out = await session.execute(
                delete(LiveOptOutRow)
                .where(LiveOptOutRow.chat_id == chat_id)
                .returning(LiveOptOutRow.user_id, LiveOptOutRow.since)
            )
            for user_id, since in keeps_out.tuples().all():
                values = {"chat_id": new_chat_id, "user_id": user_id, "since": since}
                await upsert(session, LiveOptOutRow, values, key=("chat_id", "user_id"))

    async def keep(self, message: LiveMessage, now: datetime) -> bool:
        """Keep a message or its newer text, and note its thread; False: it must not be kept."""
        async with writing(self.sessions) as session:
            kept = (await session.execute(_keeping(session, message))).first()
            if kept is None:
                return False
            root_id, library = kept
            await _note(session, LibraryId(library), message.chat_id, [root_id], now)
        return True

    async def drop(self, chat_id: int, message_id: int, now: datetime) -> int:
        """Remove a message and note its thread; tell how many there were. So for all below."""
        where = (LiveMessageRow.chat_id == chat_id, LiveMessageRow.message_id == message_id)
        return await self._drop(now, *where)

    async def drop_thread(self, library: LibraryId, chat_id: int, root_id: int) -> int:
        """Remove the messages of a thread whose document is gone."""
        async with writing(self.sessions) as session:
            gone = await session.scalars(
                delete(LiveMessageRow)
                .where(
                    LiveMessageRow.library == library,
                    LiveMessageRow.chat_id == chat_id,
                    LiveMessageRow.root_id == root_id,
                    LiveMessageRow.indexed,
                )
                .returning(LiveMessageRow.message_id)
            )
            return len(gone.all())

    async def drop_of_user(self, user_id: int, now: datetime, *, chat_id: int | None = None) -> int:
        """Remove what a person wrote, in one chat or in all."""
        where = [LiveMessageRow.user_id == user_id]
        if chat_id is not None:
            where.append(LiveMessageRow.chat_id == chat_id)
        return await self._drop(now, *where)

    async def drop_before(self, library: LibraryId, moment: datetime, now: datetime) -> int:
        """Remove what is older than a moment."""
        where = (LiveMessageRow.library == library, LiveMessageRow.sent_at < moment)
        return await self._drop(now, *where)

    async def drop_all(self, library: LibraryId, now: datetime) -> int:
        """Remove everything that was collected for a library."""
        return await self._drop(now, LiveMessageRow.library == library)

    async def unsign(self, user_id: int) -> None:
        """Forget who turned chats on, where that was this person."""
        statement = (
            update(LiveChatRow).where(LiveChatRow.turned_on_by == user_id).values(turned_on_by=0)
        )
        async with writing(self.sessions) as session:
            await session.execute(statement)

    async def due(self, *, quiet_since: datetime, waiting_since: datetime) -> list[LibraryId]:
        """List libraries with threads that nobody changes now, or that have waited enough."""
        waits = or_(
            func.max(LiveThreadRow.changed_at) <= quiet_since,
            func.min(LiveThreadRow.first_changed_at) <= waiting_since,
        )
        async with reading(self.sessions) as session:
            found = await session.scalars(
                select(LiveThreadRow.library).group_by(LiveThreadRow.library).having(waits)
            )
            return [LibraryId(slug) for slug in found]

    async def to_index(self, library: LibraryId, *, limit: int) -> list[LiveThread]:
        """List threads whose documents are to be made anew, the longest waiting first."""
        async with reading(self.sessions) as session:
            rows = await session.scalars(
                select(LiveThreadRow)
                .where(LiveThreadRow.library == library)
                .order_by(LiveThreadRow.first_changed_at, LiveThreadRow.root_id)
                .limit(limit)
            )
            return [
                LiveThread(
                    chat_id=row.chat_id, root_id=row.root_id, library=LibraryId(row.library),
                    changed_at=row.changed_at, purge=row.purge,
                )
                for row in rows
            ]  # fmt: skip

    async def thread(self, chat_id: int, root_id: int) -> list[StoredMessage]:
        """Read the messages of a thread by falling age, without those of people who keep out."""
        keeps_out = exists().where(
            LiveOptOutRow.chat_id == LiveMessageRow.chat_id,
            LiveOptOutRow.user_id == LiveMessageRow.user_id,
        )
        return await self._messages(
            select(LiveMessageRow)
            .where(LiveMessageRow.chat_id == chat_id, LiveMessageRow.root_id == root_id, ~keeps_out)
            .order_by(LiveMessageRow.message_id)
        )

    async def indexed(self, threads: Sequence[LiveThread]) -> None:
        """Note that documents have what was read; what changed since stays to be indexed."""
        async with writing(self.sessions) as session:
            for thread in threads:
                done = await session.scalar(
                    delete(LiveThreadRow)
                    .where(
                        LiveThreadRow.chat_id == thread.chat_id,
                        LiveThreadRow.root_id == thread.root_id,
                        LiveThreadRow.changed_at == thread.changed_at,
                    )
                    .returning(LiveThreadRow.root_id)
                )
                await session.execute(_begun_anew(thread) if done is None else _taken_over(thread))

    async def of_user(self, user_id: int) -> list[StoredMessage]:
        """List what a person wrote in all live chats, oldest first."""
        return await self._messages(
            select(LiveMessageRow)
            .where(LiveMessageRow.user_id == user_id)
            .order_by(LiveMessageRow.sent_at, LiveMessageRow.message_id)
        )

    async def libraries_of_user(self, user_id: int) -> list[LibraryId]:
        """List the libraries that have messages of a person."""
        async with reading(self.sessions) as session:
            found = await session.scalars(
                select(LiveMessageRow.library)
                .where(LiveMessageRow.user_id == user_id)
                .distinct()
            )  # fmt: skip
            return [LibraryId(slug) for slug in found]

    async def opt_out(self, chat_id: int, user_id: int, now: datetime) -> bool:
        """Keep a person out of a chat's source; False: they were already."""
        values = {"chat_id": chat_id, "user_id": user_id, "since": now}
        async with writing(self.sessions) as session:
            return await upsert(session, LiveOptOutRow, values, key=("chat_id", "user_id"))

    async def opt_in(self, chat_id: int, user_id: int) -> bool:
        """Let a person's messages be kept again; False: they were already."""
        async with writing(self.sessions) as session:
            gone = await session.scalar(
                delete(LiveOptOutRow)
                .where(LiveOptOutRow.chat_id == chat_id, LiveOptOutRow.user_id == user_id)
                .returning(LiveOptOutRow.user_id)
            )
        return gone is not None

    async def opted_out(self, user_id: int) -> list[int]:
        """List the chats whose source a person keeps out of."""
        async with reading(self.sessions) as session:
            found = await session.scalars(
                select(LiveOptOutRow.chat_id)
                .where(LiveOptOutRow.user_id == user_id)
                .order_by(LiveOptOutRow.chat_id)
            )
            return list(found)

    async def _drop(self, now: datetime, *where: ColumnElement[bool]) -> int:
        async with writing(self.sessions) as session:
            rows = await session.execute(
                delete(LiveMessageRow)
                .where(*where)
                .returning(LiveMessageRow.library, LiveMessageRow.chat_id, LiveMessageRow.root_id)
            )
            gone = rows.tuples().all()
            for library, chat_id in {(slug, chat) for slug, chat, _ in gone}:
                roots = {root for slug, chat, root in gone if (slug, chat) == (library, chat_id)}
                await _note(session, LibraryId(library), chat_id, sorted(roots), now, purge=True)
        return len(gone)

    async def _chat(self, where: ColumnElement[bool]) -> LiveChat | None:
        found = await self._chats(select(LiveChatRow).where(where))
        return found[0] if found else None

    async def _chats(self, query: Select[tuple[LiveChatRow]]) -> list[LiveChat]:
        async with reading(self.sessions) as session:
            rows = await session.scalars(query.order_by(LiveChatRow.chat_id))
            return [_chat(row) for row in rows]

    async def _messages(self, query: Select[tuple[LiveMessageRow]]) -> list[StoredMessage]:
        async with reading(self.sessions) as session:
            return [_message(row) for row in await session.scalars(query)]


async def _note(
    session: AsyncSession, library: LibraryId, chat_id: int, roots: Sequence[int],
    now: datetime, *, purge: bool = False,
) -> None:  # fmt: skip
    """Note threads to be indexed anew; one that is noted keeps when it began to wait."""
    for root_id in roots:
        values = {
            "chat_id": chat_id, "root_id": root_id, "library": library,
            "first_changed_at": now, "changed_at": now, "purge": purge,
        }  # fmt: skip
        changes = ("changed_at", "purge") if purge else ("changed_at",)
        await upsert(session, LiveThreadRow, values, key=("chat_id", "root_id"), update=changes)


def _taken_over(thread: LiveThread) -> Update:
    return (
        update(LiveMessageRow)
        .where(LiveMessageRow.chat_id == thread.chat_id, LiveMessageRow.root_id == thread.root_id)
        .values(indexed=True)
    )


def _begun_anew(thread: LiveThread) -> Update:
    """Let a thread that changed while it was taken over wait from that change on."""
    return (
        update(LiveThreadRow)
        .where(LiveThreadRow.chat_id == thread.chat_id, LiveThreadRow.root_id == thread.root_id)
        .values(first_changed_at=LiveThreadRow.changed_at)
    )


def _keeping(session: AsyncSession, message: LiveMessage) -> Any:  # noqa: ANN401 - a dialect's own
    """Put a message in, in one statement that looks at switch and opt-outs as they are now."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    chosen = _chosen(message)
    known = exists().where(
        LiveMessageRow.chat_id == message.chat_id, LiveMessageRow.message_id == message.message_id
    )
    statement = insert(LiveMessageRow).from_select(list(chosen), select(*chosen.values()).where(
        LiveChatRow.chat_id == message.chat_id,
        LiveChatRow.is_on,
        LiveChatRow.since <= message.sent_at,
        ~exists().where(
            LiveOptOutRow.chat_id == message.chat_id, LiveOptOutRow.user_id == message.user_id
        ),
        # What was taken out must not come back by an edit.
        true() if message.edited_at is None else known,
    ))  # fmt: skip
    return statement.on_conflict_do_update(
        index_elements=["chat_id", "message_id"],
        set_={
            "text": statement.excluded.text, "bold": statement.excluded.bold,
            "edited_at": statement.excluded.edited_at,
        },
        where=or_(
            LiveMessageRow.edited_at.is_(None),
            LiveMessageRow.edited_at <= statement.excluded.edited_at,
        ),
    ).returning(LiveMessageRow.root_id, LiveMessageRow.library)  # fmt: skip


def _chosen(message: LiveMessage) -> dict[str, ColumnElement[Any]]:
    """Give the columns of a new message; its thread is that of what it answers, or its album's."""
    moment = UtcDateTime()
    return {
        "chat_id": literal(message.chat_id), "message_id": literal(message.message_id),
        "library": LiveChatRow.library.expression, "root_id": _root(message),
        "album": literal(message.album, LiveMessageRow.album.type),
        "user_id": literal(message.user_id, LiveMessageRow.user_id.type),
        "text": literal(message.text),
        "bold": literal(msgspec.json.encode(message.bold).decode()),
        "sent_at": literal(message.sent_at, moment),
        "edited_at": literal(message.edited_at, moment), "indexed": false(),
    }  # fmt: skip


def _root(message: LiveMessage) -> ColumnElement[int]:
    own = literal(message.message_id, LiveMessageRow.message_id.type)
    ways: list[ColumnElement[Any]] = []
    before = select(_Earlier.root_id).where(_Earlier.chat_id == message.chat_id)
    if message.reply_to is not None:
        ways.append(before.where(_Earlier.message_id == message.reply_to).scalar_subquery())
    if message.album is not None:
        album = before.where(_Earlier.album == message.album).order_by(_Earlier.message_id)
        ways.append(album.limit(1).scalar_subquery())
    return func.coalesce(*ways, own) if ways else own


def _chat(row: LiveChatRow) -> LiveChat:
    return LiveChat(
        chat_id=row.chat_id, library=LibraryId(row.library), title=row.title,
        username=row.username, channel=row.channel, is_on=row.is_on, kept_days=row.kept_days,
        turned_on_by=row.turned_on_by, since=row.since,
    )  # fmt: skip


def _message(row: LiveMessageRow) -> StoredMessage:
    return StoredMessage(
        chat_id=row.chat_id, message_id=row.message_id, library=LibraryId(row.library),
        root_id=row.root_id, user_id=row.user_id, text=row.text,
        bold=msgspec.json.decode(row.bold, type=tuple[str, ...]), sent_at=row.sent_at,
        edited_at=row.edited_at, indexed=row.indexed,
    )  # fmt: skip
