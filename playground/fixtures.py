"""A world in one line for the tests of any bot: ``pytest -p playground.fixtures``.

The fixture ``town`` is a playground with people in it: ``town.user("alice")``. Let your bot in by
overriding ``playground_bot`` in your ``conftest.py``:

    @pytest_asyncio.fixture
    async def playground_bot(playground_server):
        bot = Bot(playground_server.token, session=...from_base(playground_server.base)...)
        task = asyncio.create_task(dispatcher.start_polling(bot))

Yield:
        task.cancel()

or run the bot yourself, in any language, beside ``samovar playground --port 8080``, and call
``pytest -p playground.fixtures --playground http://127.0.0.1:8080``.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from playground.server import running_playground
from playground.users import Playground


@dataclass(frozen=True, slots=True)
class Served:
    """Where a playground serves, and the token of its first bot."""

    base: str
    token: str


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests use a playground that runs already."""
    parser.addoption("--playground", metavar="URL", help="a playground that runs already")


@pytest_asyncio.fixture
async def playground_server(request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    """A playground of this test alone; with ``--playground URL`` the one that serves there."""
    base = request.config.getoption("--playground", default=None)
    if base is not None:
        async with Playground.connect(base) as town:
            yield Served(base, town.token)
        return
    async with running_playground() as running:
        yield Served(running.base, running.token)


@pytest_asyncio.fixture
async def playground_bot() -> None:
    """Nobody: override it with a fixture that runs your bot until the test ends."""


@pytest_asyncio.fixture
async def town(playground_server: Served, playground_bot: None) -> AsyncIterator[Playground]:
    """A world: people, a group, your bot."""
    del playground_bot
    async with Playground.connect(playground_server.base) as connected:
        yield connected
