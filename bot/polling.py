import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import msgspec
import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiohttp import ClientError, ClientTimeout
from prometheus_client import Counter

from bot.updates import GetUpdatesError, read_answer
from services.adapters.redis.inbox import IncomingUpdate
from services.errors import UnavailableError

log = structlog.get_logger(__name__)

ACCEPTED: Final = Counter("samovar_updates_accepted", "Updates taken into the inbox")
POLL_ERRORS: Final = Counter("samovar_poll_errors", "Failed calls of getUpdates", ["kind"])

_LONG_POLL_S: Final = 25
_BATCH: Final = 100
_NOTICE_AFTER_S: Final = 5.0
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 15.0
_CONFLICT: Final = 409
_UNAUTHORIZED: Final = (401, 404)


class Notices(Protocol):
    """Who tells people that their messages cannot be taken now."""

    async def tell(self, payload: str) -> None:
        """Tell whoever wrote this update, once per outage."""
        ...

    def over(self) -> None:
        """The outage is over."""
        ...


class Poller:
    """Fetches updates; Telegram may forget them only after the inbox has taken them.

    Args:
        bot: Its HTTP session is used, but not its models: an update which they cannot read is
            buried alone instead of stopping all that come after it.
        accept: Puts a batch into the inbox.
        allowed_updates: The kinds of updates that the handlers use.
        notices: Told of updates that the inbox has refused for a while.
        long_poll_s: Seconds that the server holds an empty answer back.
        notice_after_s: A restart of Redis takes less and is nobody's business.
    """

    def __init__(
        self,
        bot: Bot,
        accept: Callable[[Sequence[IncomingUpdate]], Awaitable[int]],
        *,
        allowed_updates: Sequence[str],
        notices: Notices | None = None,
        long_poll_s: int = _LONG_POLL_S,
        notice_after_s: float = _NOTICE_AFTER_S,
    ) -> None:
        session = bot.session
        if not isinstance(session, AiohttpSession):
            msg = "the poller needs a bot with an AiohttpSession"
            raise TypeError(msg)
        self._url = session.api.api_url(token=bot.token, method="getUpdates")
        self._session = session
        self._accept = accept
        self._allowed = msgspec.json.encode(list(allowed_updates)).decode()
        self._long_poll_s = long_poll_s
        self._notices = notices
        self._notice_after_s = notice_after_s
        self._refused_since: float | None = None
        self._offset = 0
        self._pause_s = _FIRST_PAUSE_S
        self._conflict_told = False
        self.alive = False

    async def run(self) -> None:
        """Fetch until cancelled."""
        while True:
            try:
                await self._fetch()
                self.alive = True
                self._pause_s = _FIRST_PAUSE_S
            except UnavailableError as error:
                await self._back_off("inbox", str(error))
            except GetUpdatesError as error:
                self._tell_conflict(error)
                await self._back_off(str(error.code), str(error), error.retry_after_s)
            except (ClientError, TimeoutError, OSError) as error:
                # The message of a client error may hold the address, and with it the token.
                await self._back_off("network", type(error).__name__)

    async def _fetch(self) -> None:
        # The first call returns at once and so tells soon whether polling works.
        long_poll_s = self._long_poll_s if self.alive else 0
        session = await self._session.create_session()
        data = {
            "offset": str(self._offset),
            "limit": str(_BATCH),
            "timeout": str(long_poll_s),
            "allowed_updates": self._allowed,
        }
        timeout = ClientTimeout(total=long_poll_s + 15, connect=10)
        async with session.post(self._url, data=data, timeout=timeout) as response:
            updates = read_answer(await response.read())
        if not updates:
            return
        await self._hand_over(updates)
        self._offset = max(update.update_id for update in updates) + 1

    async def _hand_over(self, updates: Sequence[IncomingUpdate]) -> None:
        try:
            ACCEPTED.inc(await self._accept(updates))
        except UnavailableError:
            await self._tell_people(updates)
            raise
        if self._notices is not None and self._refused_since is not None:
            self._notices.over()
        self._refused_since = None

    async def _tell_people(self, updates: Sequence[IncomingUpdate]) -> None:
        now = time.monotonic()
        self._refused_since = self._refused_since or now
        if self._notices is None or now - self._refused_since < self._notice_after_s:
            return
        for update in updates:
            await self._notices.tell(update.payload)

    def _tell_conflict(self, error: GetUpdatesError) -> None:
        if error.code == _CONFLICT and not self._conflict_told:
            self._conflict_told = True
            log.error(
                "another_poller",
                advice="another program fetches this bot's updates, or a webhook is set: "
                "stop that program, or give this bot a token of its own",
            )
        if error.code in _UNAUTHORIZED:
            log.error("token_refused", advice="get a new token from @BotFather, set BOT_TOKEN")

    async def _back_off(self, kind: str, reason: str, at_least_s: float = 0.0) -> None:
        self.alive = False
        POLL_ERRORS.labels(kind).inc()
        pause_s = max(self._pause_s, at_least_s)
        log.warning("poll_failed", kind=kind, reason=reason, next_try_s=pause_s)
        await asyncio.sleep(pause_s)
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
