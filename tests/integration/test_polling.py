import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from aiogram import Bot
from pydantic import SecretStr

from bot.building.telegram import open_bot
from bot.clock import SystemClock
from bot.pacing import LocalPace
from bot.polling import Poller
from bot.settings import Settings
from playground.server import Running, running_playground
from playground.users import Playground
from services.adapters.redis.inbox import IncomingUpdate
from services.errors import UnavailableError
from services.tasks import end

pytestmark = pytest.mark.services


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with running_playground() as playground:
        yield playground


@pytest.fixture
async def town(running: Running) -> AsyncIterator[Playground]:
    async with Playground.connect(running.base) as client:
        yield client


@pytest.fixture
async def bot(running: Running) -> AsyncIterator[Bot]:
    settings = Settings(bot_token=SecretStr(running.token), telegram_api=running.base)
    clock = SystemClock()
    async with open_bot(settings, LocalPace(clock), clock) as bot:
        yield bot


class FlakyInbox:
    """Refuses until it is mended."""

    def __init__(self) -> None:
        self.taken: list[IncomingUpdate] = []
        self.refused = 0
        self.works = asyncio.Event()

    async def accept(self, updates: Sequence[IncomingUpdate]) -> int:
        if not self.works.is_set():
            self.refused += 1
            raise UnavailableError("down", dependency="redis")
        self.taken += updates
        return len(updates)


async def test_telegram_keeps_an_update_until_the_inbox_has_it(town: Playground, bot: Bot) -> None:
    inbox = FlakyInbox()
    poller = Poller(bot, inbox.accept, allowed_updates=["message"], long_poll_s=2)
    alice = town.user("alice")
    async with asyncio.TaskGroup() as group:
        polling = group.create_task(poller.run())
        await alice.says("keep this")
        await town.delivered("keep this", state="delivered")
        async with asyncio.timeout(20):
            while inbox.refused < 2:  # noqa: ASYNC110 - another task's counter
                await asyncio.sleep(0.02)
        assert [one["state"] for one in await town.deliveries()] == ["delivered"]
        inbox.works.set()
        await town.delivered("keep this", state="confirmed")
        await end(polling)
    assert [("keep this" in update.payload, update.lane) for update in inbox.taken] == [
        (True, str(alice.id))
    ]


async def test_it_survives_refusals_and_cut_connections(town: Playground, bot: Bot) -> None:
    inbox = FlakyInbox()
    inbox.works.set()
    poller = Poller(bot, inbox.accept, allowed_updates=["message"], long_poll_s=2)
    await town.fault("getUpdates", code=502, times=1)
    await town.fault("getUpdates", cut=True, times=1)
    await town.fault("getUpdates", code=409, times=1)
    async with asyncio.TaskGroup() as group:
        polling = group.create_task(poller.run())
        await town.user("alice").says("hello")
        await town.delivered("hello")
        assert poller.alive
        await end(polling)
    assert len(inbox.taken) == 1
    assert await town.faults_left() == []
