from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from playground.server import Running, running_playground
from playground.users import InGroup, Person, Playground
from tests.support.local_session import LocalSession


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    async with running_playground() as running:
        yield running


@pytest.fixture
async def town(server: Running) -> AsyncIterator[Playground]:
    async with Playground.connect(server.base) as connected:
        yield connected


@pytest.fixture
async def bot(server: Running) -> AsyncIterator[Bot]:
    session = LocalSession(server.base)
    async with Bot(server.token, session=session) as made:
        yield made


@pytest.fixture
def alice(town: Playground) -> Person:
    return town.user("alice")


@pytest.fixture
def bob(town: Playground) -> Person:
    return town.user("bob")


@pytest.fixture
def club(alice: Person) -> InGroup:
    return alice.in_group("club")
