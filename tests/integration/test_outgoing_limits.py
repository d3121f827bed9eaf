"""The limiter against the local Telegram's own refusals."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.building.telegram import open_bot
from bot.clock import SystemClock
from bot.pacing import LocalPace, ResilientPace
from bot.settings import Settings
from handlers.sending import droppable
from playground.server import Running, running_playground
from playground.users import Playground
from services.adapters.redis.client import connect
from services.adapters.redis.limiter import RedisPace

pytestmark = pytest.mark.services


@asynccontextmanager
async def speaking(running: Running, redis: Redis) -> AsyncIterator[Bot]:
    settings = Settings(bot_token=SecretStr(running.token), telegram_api=running.base)
    clock = SystemClock()
    pace = ResilientPace(RedisPace(redis, bot_id=running.seed.bot_id), LocalPace(clock))
    async with open_bot(settings, pace, clock) as bot:
        yield bot


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with connect(redis_url) as client:
        yield client


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with running_playground() as playground:
        yield playground


@pytest.fixture
async def town(running: Running) -> AsyncIterator[Playground]:
    async with Playground.connect(running.base) as client:
        yield client


@pytest.fixture
async def bot(running: Running, redis: Redis) -> AsyncIterator[Bot]:
    async with speaking(running, redis) as bot:
        yield bot


async def test_a_429_is_obeyed_and_the_message_arrives_once(town: Playground, bot: Bot) -> None:
    alice = town.user("alice")
    await town.fault("sendMessage", code=429, retry_after=1, times=2)
    sent = await bot.send_message(alice.id, "at last")
    assert (await alice.sees("at last")).id == sent.message_id
    assert await town.faults_left() == []
    calls = await town.calls("sendMessage")
    assert [call["ok"] for call in calls] == [False, False, True]
    waits = [later["at"] - earlier["at"] for earlier, later in itertools.pairwise(calls)]
    assert all(wait >= 0.95 for wait in waits)


async def test_a_frozen_chat_stops_the_other_replica_too(
    town: Playground, running: Running, bot: Bot, redis_url: str
) -> None:
    alice, bob = town.user("alice"), town.user("bob")
    await town.fault("sendMessage", code=429, retry_after=2, times=1, chat_id=alice.id)
    with droppable():
        await bot.send_message(alice.id, "refused")
    async with connect(redis_url) as client, speaking(running, client) as replica:
        await replica.send_message(bob.id, "others are free")
        await replica.send_message(alice.id, "after the silence")
    refused, free, silent = await town.calls("sendMessage")
    assert free["at"] - refused["at"] < silent["at"] - refused["at"]
    assert silent["at"] - refused["at"] >= 1.9


async def test_droppable_calls_leave_room_and_never_wait(town: Playground, bot: Bot) -> None:
    alice = town.user("alice")
    shown = await bot.send_message(alice.id, "0")
    for number in range(1, 30):
        with droppable():
            await bot.edit_message_text(f"{number}", chat_id=alice.id, message_id=shown.message_id)
    assert len(await town.calls("editMessageText")) <= 1
    await bot.edit_message_text("final", chat_id=alice.id, message_id=shown.message_id)
    await alice.sees("final")


async def test_the_network_may_fail_before_an_answer(town: Playground, bot: Bot) -> None:
    alice = town.user("alice")
    shown = await bot.send_message(alice.id, "draft")
    await town.fault("editMessageText", cut=True, times=1)
    await town.fault("editMessageText", code=502, times=1)
    await bot.edit_message_text("final", chat_id=alice.id, message_id=shown.message_id)
    await alice.sees("final")
    assert await town.faults_left() == []


async def test_refusals_that_no_repeat_can_mend_come_out_at_once(
    town: Playground, bot: Bot
) -> None:
    alice = town.user("alice")
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(alice.id, "<b>broken")
    await alice.blocks()
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(alice.id, "nobody reads this")
    assert len(await town.calls("sendMessage")) == 2


async def test_telegrams_limits_are_never_hit(town: Playground, bot: Bot) -> None:
    await town.limits("faq")
    alice, bob = town.user("alice"), town.user("bob")
    club = town.group_id("club")
    for number in range(4):
        for chat in (alice.id, bob.id, club):
            await bot.send_message(chat, f"{number}")
    assert [call["code"] for call in await town.calls("sendMessage") if not call["ok"]] == []
