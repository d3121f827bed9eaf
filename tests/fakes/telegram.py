from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import GetMe, SendMessage, TelegramMethod
from aiogram.types import Chat, Message, User

from handlers.sending import may_be_dropped

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class FakeTelegram(BaseSession):
    """Notes calls; ``refuse`` may raise for one."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self.droppable: list[bool] = []
        self.refuse: Callable[[TelegramMethod[Any]], None] = lambda _: None

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own
    ) -> Any:  # noqa: ANN401 - aiogram's own signature
        self.calls.append(method)
        self.droppable.append(may_be_dropped())
        self.refuse(method)
        if isinstance(method, GetMe):
            return User(id=bot.id, is_bot=True, first_name="Samovar", username="samovar_bot")
        if isinstance(method, SendMessage):
            return Message(message_id=9, date=_NOW, chat=Chat(id=2, type="private"))
        return True

    async def close(self) -> None:
        return

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:  # noqa: ANN401
        yield b""
