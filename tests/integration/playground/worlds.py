"""What tests of the playground need beside the fixtures."""

from dataclasses import dataclass

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from playground.server import Running


@dataclass
class FakeClock:
    """A time that only the test moves."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def bot_of(server: Running, token: str) -> Bot:
    """A real bot that talks to this server."""
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(server.base)))
