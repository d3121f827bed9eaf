import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from aiohttp import web
from pydantic import ValidationError

from bot.http import serve_http
from bot.inbox import Inbox
from bot.polling import Poller
from bot.replica import Replicas
from services.adapters.redis.inbox import IncomingUpdate
from services.errors import InvalidInputError, ServiceError, UnavailableError
from services.tasks import end

log = structlog.get_logger(__name__)

_LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where Telegram is to send updates, instead of being asked for them."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The finished parts of a bot process.

    Attributes:
        poller: None when updates come by webhook.
        greet: Called once Telegram has told who the bot is.
    """

    bot: Bot
    dispatcher: Dispatcher
    inbox: Inbox
    poller: Poller | None
    webhook: Webhook | None
    replicas: Replicas
    web: web.Application
    host: str
    port: int
    greet: Callable[[], Awaitable[None]]

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve until ``stopping``; then fetch no more, finish what was begun, and leave.

        Raises:
            UnavailableError: The port is taken, or Telegram refuses the token.
        """
        async with serve_http(self.web, host=self.host, port=self.port):
            await self.replicas.beat()
            try:
                await self._work(stopping)
            except* ServiceError as group:
                raise group.exceptions[0] from None
        with suppress(UnavailableError):  # then the silence tells the others
            await self.replicas.leave()

    async def _work(self, stopping: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(self.replicas.run(), name="replicas")
            working = group.create_task(self.inbox.run(), name="inbox")
            fetching = group.create_task(self._fetch(), name="fetching")
            await stopping.wait()
            log.info("stopping")
            await end(fetching)
            self.inbox.stop()
            await working
            await end(beating)

    async def _fetch(self) -> None:
        await self._meet_telegram()
        await self.greet()
        if self.poller is not None:
            await self.poller.run()

    async def _meet_telegram(self) -> None:
        """Learn who the bot is and say how it wants its updates, as soon as Telegram answers."""
        pause_s = 1.0
        while True:
            try:
                me = await self.bot.me()
                await self._choose_delivery()
            except TelegramUnauthorizedError as error:
                msg = "Telegram refuses BOT_TOKEN; get the present one from @BotFather"
                raise UnavailableError(msg, dependency="telegram") from error
            except TelegramAPIError as error:
                log.warning("telegram_unreachable", reason=type(error).__name__, next_try_s=pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            else:
                log.info("bot_started", bot_id=me.id, username=me.username)
                return

    async def _choose_delivery(self) -> None:
        if self.webhook is None:
            await self.bot.delete_webhook(drop_pending_updates=False)
            return
        await self.bot.set_webhook(
            self.webhook.url,
            secret_token=self.webhook.secret,
            allowed_updates=self.dispatcher.resolve_used_update_types(),
            drop_pending_updates=False,
        )


def feed(dispatcher: Dispatcher, bot: Bot) -> Callable[[IncomingUpdate], Awaitable[None]]:
    """Make the function that runs an accepted update through the handlers."""

    async def handle(incoming: IncomingUpdate) -> None:
        try:
            update = Update.model_validate(
                msgspec.json.decode(incoming.payload), context={"bot": bot}
            )
        except ValidationError as error:
            # Pydantic's message quotes what a person wrote.
            msg = f"an update that the models cannot read: {error.error_count()} errors"
            raise InvalidInputError(msg) from None
        answer: Any = await dispatcher.feed_update(bot, update)
        if isinstance(answer, TelegramMethod):
            await bot(answer)

    return handle
