"""The fixture for other projects' tests, used as its documentation says."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from playground.fixtures import town as world
from playground.users import Playground

town = world


async def echo(message: Message) -> None:
    await message.answer(f"You said: {message.text}")


@pytest_asyncio.fixture(autouse=True)
async def my_bot(town: Playground) -> AsyncIterator[None]:
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    session = AiohttpSession(api=TelegramAPIServer.from_base(town.base))
    bot = Bot(town.token, session=session)
    async with asyncio.TaskGroup() as group:
        group.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5))
        yield
        await dispatcher.stop_polling()


async def test_a_world_in_one_line(town: Playground) -> None:
    alice = town.user("alice")
    await alice.says("hello")
    await alice.sees("You said: hello")


async def test_every_test_has_a_world_of_its_own(town: Playground) -> None:
    alice = town.user("alice")
    assert alice.history() == []
    assert (await alice.chat())["messages"] == []
