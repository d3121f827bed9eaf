"""What tests of the playground need beside the fixtures."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from playground.server import Running


def bot_of(server: Running, token: str) -> Bot:
    """A real bot that talks to this server."""
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(server.base)))
