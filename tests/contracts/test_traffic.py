"""Floods, repeats and raids as all replicas count them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from services.adapters.redis.personal_data import MessageCounts
from services.adapters.redis.traffic import RedisTraffic
from services.moderation.messages import Author, GroupMessage
from services.moderation.traffic import RAID_JOINS, RAID_LASTS, TrafficCounts
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.services

_NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
_GROUP, _ALICE, _BOB = -1_002_000_000_000, 7_000_000_001, 7_000_000_002
_LONG = "Продаю почти новый велосипед, недорого"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(_NOW)


@pytest.fixture
def traffic(redis: Redis, clock: FakeClock) -> RedisTraffic:
    return RedisTraffic(redis, clock, bot_id=7)


def said(number: int, text: str = "да", author: int = _ALICE, chat: int = _GROUP) -> GroupMessage:
    return GroupMessage(
        chat_id=chat, message_id=number, thread_id=0, author=Author.PERSON, author_id=author,
        name="A", parts=(text,), sent_at=_NOW,
    )  # fmt: skip


async def test_a_flood_is_counted_in_its_window(traffic: RedisTraffic, clock: FakeClock) -> None:
    counts = [await traffic.note(said(number)) for number in range(1, 4)]
    assert counts[-1] == TrafficCounts(messages=3, short=3)
    await clock.sleep(6)
    assert (await traffic.note(said(4, _LONG))).messages == 4
    await clock.sleep(5)
    assert await traffic.note(said(5)) == TrafficCounts(messages=2, short=1)
    assert (await traffic.note(said(1, author=_BOB))).messages == 1


async def test_a_message_noted_twice_counts_once(traffic: RedisTraffic) -> None:
    first = await traffic.note(said(1, _LONG))
    assert await traffic.note(said(1, _LONG)) == first == TrafficCounts()


async def test_an_album_counts_as_one_message(traffic: RedisTraffic) -> None:
    counts = [await traffic.note(replace(said(n, ""), album="a1")) for n in range(1, 11)]
    assert counts[-1].messages == 1


async def test_repeats_are_told_from_echoes_and_from_spreading(traffic: RedisTraffic) -> None:
    await traffic.note(said(1, _LONG))
    again = await traffic.note(said(2, _LONG.upper() + "!!!"))
    assert (again.repeats, again.chats, again.echoes) == (2, 1, 2)
    echo = await traffic.note(said(3, _LONG, author=_BOB))
    assert (echo.repeats, echo.chats, echo.echoes) == (1, 1, 3)
    elsewhere = await traffic.note(said(4, _LONG, chat=-5))
    assert (elsewhere.repeats, elsewhere.chats, elsewhere.echoes) == (1, 2, 1)
    assert (await traffic.note(said(9, "спасибо"))).repeats == 1
    assert (await traffic.note(said(10, "спасибо"))).repeats == 1


async def test_a_raid_lasts_a_while_after_the_last_of_a_crowd(
    traffic: RedisTraffic, redis: Redis
) -> None:
    raids = [await traffic.joined(_GROUP, user) for user in range(RAID_JOINS + 1)]
    assert raids == [False] * (RAID_JOINS - 1) + [True, True]
    assert (await traffic.note(said(1))).is_raid
    assert not (await traffic.note(said(1, chat=-5))).is_raid
    (key,) = await redis.keys("samovar:raid:*")
    assert 0 < await redis.pttl(key) <= RAID_LASTS.total_seconds() * 1000


async def test_nothing_of_a_person_stays(traffic: RedisTraffic, redis: Redis) -> None:
    await traffic.note(said(1, _LONG))
    await traffic.note(said(1, _LONG, author=_BOB))
    kept = MessageCounts(redis=redis)
    assert await kept.erase(_ALICE) == {"moderation_traffic": 2}
    assert await kept.export(_ALICE) == {}
    assert len(await kept.export(_BOB)) == 2
    left = [await redis.pttl(key) for key in await redis.keys("samovar:*")]
    assert min(left) > 0
