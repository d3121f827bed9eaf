"""Groups and channels whose messages an admin has made a source."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from services.clock import Clock
from services.errors import NotFoundError
from services.knowledge.chat_libraries import ChatLibraries
from services.knowledge.live_index import LiveIndex
from services.knowledge.live_models import LiveChat, LiveMessage
from services.knowledge.live_ports import LiveStore

log = structlog.get_logger(__name__)

_FRESH_S: Final = 5.0


@dataclass(slots=True)
class _Known:
    """The chats that are on, as they were a moment ago."""

    chats: dict[int, LiveChat] = field(default_factory=dict)
    read_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChats:
    """What admins and messages do to live sources.

    Attributes:
        kept_days: How long messages are kept in a chat whose admin has not chosen.
    """

    store: LiveStore
    index: LiveIndex
    chats: ChatLibraries
    clock: Clock
    kept_days: int
    _known: _Known = field(default_factory=_Known)

    async def hear(self, message: LiveMessage, *, title: str, username: str | None) -> bool:
        """Keep a message or its edit, if its chat is a source and its author does not object."""
        chat = await self._on(message.chat_id)
        if chat is None:
            return False
        if (chat.title, chat.username) != (title, username):
            await self._put(chat.described(title, username))
        return await self.store.keep(message, self.clock.now())

    async def is_on(self, chat_id: int) -> bool:
        """Tell whether a chat is a source, as of a few seconds ago."""
        return await self._on(chat_id) is not None

    async def find(self, chat_id: int) -> LiveChat | None:
        """Read the switch of a chat; None: it was never turned on."""
        return await self.store.find(chat_id)

    async def turn_on(
        self, chat_id: int, *, title: str, username: str | None, channel: bool, by: int
    ) -> LiveChat:
        """Make a chat a source from now on; who turned it on must be its administrator."""
        library = await self.chats.of_chat(chat_id, title)
        old = await self.store.find(chat_id)
        chat = LiveChat(
            chat_id=chat_id, library=library, title=title, username=username, channel=channel,
            is_on=True, kept_days=old.kept_days if old else self.kept_days, turned_on_by=by,
            # Telegram tells the time of messages in whole seconds.
            since=self.clock.now().replace(microsecond=0),
        )  # fmt: skip
        await self._put(chat)
        log.info("live_on", chat_id=chat_id)
        return chat

    async def turn_off(self, chat_id: int) -> bool:
        """Take no more messages; what is there stays. False: it was off."""
        chat = await self.store.find(chat_id)
        if chat is None or not chat.is_on:
            return False
        await self._put(chat.switched(is_on=False))
        log.info("live_off", chat_id=chat_id)
        return True

    async def keep_for(self, chat_id: int, days: int) -> LiveChat:
        """Choose how long messages are kept; older ones go at once.

        Raises:
            NotFoundError: The chat was never turned on.
        """
        chat = await self.store.find(chat_id)
        if chat is None:
            msg = "the chat is no live source"
            raise NotFoundError(msg)
        chosen = chat.kept_for(days)
        await self._put(chosen)
        await self.forget_old(chosen)
        return chosen

    async def erase(self, chat_id: int) -> int:
        """Remove everything that was collected; tell how many messages that were."""
        chat = await self.store.find(chat_id)
        if chat is None:
            return 0
        count = await self.store.drop_all(chat.library, self.clock.now())
        await self.index.bring_soon(chat.library)
        return count

    async def purge(self, chat_id: int, message_id: int) -> bool:
        """Remove one message, because it was deleted or should not be there."""
        chat = await self.store.find(chat_id)
        if chat is None or not await self.store.drop(chat_id, message_id, self.clock.now()):
            return False
        await self.index.bring_soon(chat.library)
        return True

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """Follow a group that became a supergroup, with its library."""
        await self.chats.move(chat_id, new_chat_id)
        await self.store.move(chat_id, new_chat_id)
        self._known.read_at = None

    async def forget_old(self, chat: LiveChat) -> int:
        """Remove what is older than the chat's retention."""
        now = self.clock.now()
        moment = now - timedelta(days=chat.kept_days)
        count = await self.store.drop_before(chat.library, moment, now)
        if count:
            log.info("live_retention", chat_id=chat.chat_id, removed=count)
            await self.index.bring_soon(chat.library)
        return count

    async def _on(self, chat_id: int) -> LiveChat | None:
        now = self.clock.monotonic()
        if self._known.read_at is None or now - self._known.read_at > _FRESH_S:
            self._known.chats = {chat.chat_id: chat for chat in await self.store.all_on()}
            self._known.read_at = now
        return self._known.chats.get(chat_id)

    async def _put(self, chat: LiveChat) -> None:
        await self.store.put(chat)
        self._known.read_at = None
