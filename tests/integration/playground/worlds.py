"""What tests of the playground need beside the fixtures."""

from aiogram import Bot

from playground.server import Running
from tests.support.local_session import LocalSession


def bot_of(server: Running, token: str) -> Bot:
    """A real bot that talks to this server."""
    return Bot(token, session=LocalSession(server.base))
