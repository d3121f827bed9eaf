import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from bot.inbox import Inbox, InboxLimits
from bot.middlewares.outages import PostponedError
from services.adapters.redis.inbox import InboxEntry, IncomingUpdate, RedisInbox
from services.adapters.redis.keys import HeartbeatKey
from services.errors import UnavailableError

pytestmark = pytest.mark.services

BOT = 7
Handle = Callable[[IncomingUpdate], Awaitable[None]]


def update(update_id: int, *, chat: int = 1) -> IncomingUpdate:
    payload = json.dumps({"update_id": update_id})
    return IncomingUpdate(update_id=update_id, lane=str(chat), user_id=chat, payload=payload)


@pytest.fixture
def store(redis: Redis) -> RedisInbox:
    return RedisInbox(redis, bot_id=BOT, replica="one")


@asynccontextmanager
async def working(
    store: RedisInbox, handle: Handle, limits: InboxLimits | None = None
) -> AsyncIterator[Inbox]:
    inbox = Inbox(store, handle, limits or InboxLimits(drain_s=5))
    async with asyncio.TaskGroup() as group:
        group.create_task(inbox.run())
        yield inbox
        inbox.stop()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - Redis holds the state
            await asyncio.sleep(0.01)


def empty(store: RedisInbox) -> Callable[[], Awaitable[bool]]:
    async def is_empty() -> bool:
        return await store.depth() == 0

    return is_empty


async def begin_and_die(store: RedisInbox) -> None:
    """Reserve everything as a replica does that is killed before it finishes."""
    await store.open()
    await store.read(limit=100, wait_s=0.1)


async def test_an_update_is_accepted_once(store: RedisInbox) -> None:
    assert await store.accept([update(1), update(2), update(1)]) == 2
    assert await store.accept([update(2), update(3)]) == 1
    handled: list[int] = []

    async def handle(incoming: IncomingUpdate) -> None:
        handled.append(incoming.update_id)

    async with working(store, handle):
        await until(empty(store))
    assert sorted(handled) == [1, 2, 3]


async def test_one_chat_in_order_while_another_is_slow(store: RedisInbox) -> None:
    slow = asyncio.Event()
    handled: list[int] = []

    async def handle(incoming: IncomingUpdate) -> None:
        if incoming.lane == "2":
            await slow.wait()
        handled.append(incoming.update_id)

    await store.accept([update(100, chat=2), *(update(n) for n in range(20)), update(101, chat=2)])
    async with working(store, handle):
        await until(lambda: _true(len(handled) == 20))
        assert handled == list(range(20))
        assert await store.depth() == 2
        slow.set()
        await until(empty(store))
    assert handled[20:] == [100, 101]


async def _true(value: bool) -> bool:
    return value


async def test_two_replicas_keep_the_order_of_a_chat(store: RedisInbox, redis: Redis) -> None:
    other = RedisInbox(redis, bot_id=BOT, replica="two")
    handled: list[int] = []
    by: set[str] = set()

    def through(replica: str) -> Handle:
        async def handle(incoming: IncomingUpdate) -> None:
            # The later an update, the less it takes: without turns they would overtake.
            await asyncio.sleep(0.02 / (1 + incoming.update_id))
            handled.append(incoming.update_id)
            by.add(replica)

        return handle

    async with working(store, through("one")), working(other, through("two")):
        for number in range(30):
            await store.accept([update(number)])
        await until(empty(store))
    assert handled == list(range(30))
    assert by == {"one", "two"}
    assert await redis.keys("samovar:inbox-lane:*") == []


async def test_in_flight_is_bounded(store: RedisInbox) -> None:
    running = 0
    most = 0

    async def handle(incoming: IncomingUpdate) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    await store.accept([update(n, chat=n) for n in range(100)])
    async with working(store, handle, InboxLimits(in_flight=8, drain_s=5)):
        await until(empty(store))
    assert 1 < most <= 8


async def test_a_rush_from_many_chats_needs_no_more_connections(store: RedisInbox) -> None:
    handled = 0

    async def handle(incoming: IncomingUpdate) -> None:
        nonlocal handled
        handled += 1

    await store.accept([update(n, chat=n) for n in range(600)])
    async with working(store, handle) as inbox:
        await until(empty(store))
        assert inbox.reading
    assert handled == 600


async def test_a_chat_that_waits_long_holds_no_other_chat_up(store: RedisInbox) -> None:
    """A group in which Telegram wanted silence filled all places, and the whole bot stood still."""
    silence, heard = asyncio.Event(), asyncio.Event()

    async def handle(incoming: IncomingUpdate) -> None:
        if incoming.lane == "1":
            await silence.wait()
        else:
            heard.set()

    await store.accept([*(update(n) for n in range(20)), update(100, chat=2)])
    async with working(store, handle, InboxLimits(in_flight=4, drain_s=5)):
        async with asyncio.timeout(10):
            await heard.wait()
        silence.set()
        await until(empty(store))


class _LosingInbox(RedisInbox):
    """Loses the answer that brings update 1, and of a command when told to."""

    down = False
    losing_a_claim = False
    _lost = False

    async def read(self, *, limit: int, wait_s: float) -> list[InboxEntry]:
        if self.down:
            self.down = False
            raise UnavailableError("down", dependency="redis")
        entries = await super().read(limit=limit, wait_s=0.05)
        lost = [entry for entry in entries if entry.update.update_id == 1 and not self._lost]
        self._lost = self._lost or bool(lost)
        return [entry for entry in entries if entry not in lost]

    async def adopt(self, replica: str) -> list[InboxEntry]:
        entries = await super().adopt(replica)
        if self.losing_a_claim:
            self.losing_a_claim = False
            raise UnavailableError("down", dependency="redis")
        return entries


async def test_what_is_finished_during_the_look_after_an_outage_runs_once(redis: Redis) -> None:
    store = _LosingInbox(redis, bot_id=BOT, replica="one")
    second_begun, first_begun = asyncio.Event(), asyncio.Event()
    handled: list[int] = []

    async def handle(incoming: IncomingUpdate) -> None:
        handled.append(incoming.update_id)
        if incoming.update_id == 2:
            second_begun.set()
            await first_begun.wait()
        else:
            first_begun.set()
            await until(lambda: _depth_is(store, 1))

    async with working(store, handle):
        await store.accept([update(1, chat=1), update(2, chat=2)])
        await second_begun.wait()
        store.down = True
        await until(empty(store))
    assert sorted(handled) == [1, 2]


async def test_what_a_lost_answer_reserved_is_found_without_an_outage(redis: Redis) -> None:
    """redis-py repeats a read by itself; the chat of what it lost stood still until a restart."""
    store = _LosingInbox(redis, bot_id=BOT, replica="one")
    handled: list[int] = []

    async def handle(incoming: IncomingUpdate) -> None:
        handled.append(incoming.update_id)

    async with working(store, handle, InboxLimits(look_again_s=0.2, drain_s=5)):
        await store.accept([update(1), update(2)])
        await until(empty(store))
    assert handled == [1, 2]


async def test_the_depth_is_measured(store: RedisInbox) -> None:
    finish = asyncio.Event()

    async def handle(incoming: IncomingUpdate) -> None:
        await finish.wait()

    async with working(store, handle, InboxLimits(look_again_s=0.05, drain_s=5)):
        await store.accept([update(1), update(2), update(3, chat=2)])
        await until(lambda: _true(REGISTRY.get_sample_value("samovar_inbox_depth") == 3))
        finish.set()
        # Nothing comes in any more: only the regular look can tell.
        await until(lambda: _true(REGISTRY.get_sample_value("samovar_inbox_depth") == 0))


async def _depth_is(store: RedisInbox, depth: int) -> bool:
    return await store.depth() == depth


async def test_what_was_claimed_while_the_answer_got_lost_is_handled(redis: Redis) -> None:
    dead = RedisInbox(redis, bot_id=BOT, replica="dead")
    await dead.accept([update(5)])
    await begin_and_die(dead)
    store = _LosingInbox(redis, bot_id=BOT, replica="one")
    handled: list[int] = []

    async def handle(incoming: IncomingUpdate) -> None:
        handled.append(incoming.update_id)

    async with working(store, handle) as inbox:
        await until(lambda: _true(inbox.reading))
        store.losing_a_claim = True
        with pytest.raises(UnavailableError):
            await inbox.adopt("dead")
        await until(empty(store))
    assert handled == [5]


async def test_what_a_killed_process_began_runs_again(store: RedisInbox) -> None:
    await store.accept([update(1), update(2)])
    await begin_and_die(store)
    await store.accept([update(3)])
    handled: list[int] = []

    async def handle(incoming: IncomingUpdate) -> None:
        handled.append(incoming.update_id)

    async with working(store, handle):
        await until(empty(store))
    assert handled == [1, 2, 3]


async def test_a_failing_update_is_given_up_and_stops_no_other(store: RedisInbox) -> None:
    handled: list[int] = []

    async def handle(incoming: IncomingUpdate) -> None:
        if incoming.update_id == 1:
            msg = "poison"
            raise RuntimeError(msg)
        handled.append(incoming.update_id)

    await store.accept([update(1), update(2)])
    async with working(store, handle):
        await until(empty(store))
    assert handled == [2]
    assert await store.dead_letters(1) == []


async def test_an_update_that_kills_the_process_is_buried(store: RedisInbox) -> None:
    await store.accept([update(1), update(2)])
    await begin_and_die(store)

    class KilledError(BaseException):
        pass

    async def handle(incoming: IncomingUpdate) -> None:
        if incoming.update_id == 1:
            raise KilledError

    for _ in range(InboxLimits().attempts):
        with pytest.raises(BaseExceptionGroup, match="unhandled"):
            async with working(store, handle):
                await asyncio.Event().wait()
    async with working(store, handle):
        await until(empty(store))
    assert [entry.update.update_id for entry in await store.dead_letters(1)] == [1]
    assert await store.erase_dead_letters(1) == 1
    assert await store.dead_letters(1) == []


async def test_an_outage_postpones_without_losing_order(store: RedisInbox) -> None:
    outage = True
    handled: list[int] = []
    tried = asyncio.Event()

    async def handle(incoming: IncomingUpdate) -> None:
        if outage:
            tried.set()
            raise PostponedError("sql")
        handled.append(incoming.update_id)

    await store.accept([update(1), update(2)])
    async with working(store, handle):
        await tried.wait()
        outage = False
        await until(empty(store))
    assert handled == [1, 2]


async def test_what_a_dead_replica_began_is_adopted_not_what_a_live_one_has(
    store: RedisInbox, redis: Redis
) -> None:
    dead = RedisInbox(redis, bot_id=BOT, replica="dead")
    await dead.open()
    await store.accept([update(1)])
    await dead.read(limit=10, wait_s=0.1)
    handled: list[int] = []

    async def handle(incoming: IncomingUpdate) -> None:
        handled.append(incoming.update_id)

    async with working(store, handle) as inbox:
        await redis.set(str(HeartbeatKey(BOT, "dead")), "1")
        await inbox.adopt("dead")
        assert handled == []
        await redis.delete(str(HeartbeatKey(BOT, "dead")))
        await inbox.adopt("dead")
        await until(empty(store))
    assert handled == [1]


async def test_handlers_finish_before_the_end(store: RedisInbox) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def handle(incoming: IncomingUpdate) -> None:
        begun.set()
        await finish.wait()

    await store.accept([update(1)])
    async with working(store, handle) as inbox:
        await begun.wait()
        inbox.stop()
        finish.set()
    assert await store.depth() == 0
