"""A world in one line for the tests of any bot.

    from playground.fixtures import town  # or: pytest -p playground.fixtures

``town`` is a playground of this test alone, with people in it: ``town.user("alice")``. A bot in
Python comes in by a fixture of your own, which takes ``town``:

    @pytest_asyncio.fixture(autouse=True)
    async def my_bot(town):
        session = AiohttpSession(api=TelegramAPIServer.from_base(town.base))
        bot = Bot(town.token, session=session)
        task = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))

Yield:
        await dispatcher.stop_polling()
        await task

A bot in any language can run beside ``samovar playground --port 8080``; tests then go there by
``pytest -p playground.fixtures --playground http://127.0.0.1:8080``.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.server import running_playground
from playground.users import Playground


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests use a playground that runs already."""
    parser.addoption("--playground", metavar="URL", help="a playground that runs already")


@pytest_asyncio.fixture
async def town(request: pytest.FixtureRequest) -> AsyncIterator[Playground]:
    """A world of this test alone: people, a group, a bot; ``--playground URL``: the one there."""
    base = request.config.getoption("--playground", default=None)
    if base is not None:
        async with Playground.connect(str(base)) as connected:
            yield connected
        return
    async with running_playground() as running, Playground.connect(running.base) as connected:
        yield connected
