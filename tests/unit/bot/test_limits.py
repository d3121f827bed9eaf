from collections.abc import Sequence

import pytest
from aiogram import Bot
from aiogram.client.session.middlewares.base import NextRequestMiddlewareType
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetChat,
    Response,
    SendChatAction,
    SendMessage,
    SendMessageDraft,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import Message

from bot.limits import OutgoingLimits, Patience, buckets_of
from bot.pacing import GLOBAL, Bucket, LocalPace
from handlers.sending import droppable
from tests.fakes.clock import FakeClock

BOT = Bot("42:TEST")
SEND = SendMessage(chat_id=5, text="hello")


class Telegram:
    """Answers with what is queued, then with success; keeps the moments of the calls."""

    def __init__(self, clock: FakeClock, *outcomes: Exception) -> None:
        self._clock = clock
        self._outcomes = list(outcomes)
        self.moments: list[float] = []

    async def __call__(
        self, bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        self.moments.append(self._clock.monotonic())
        if self._outcomes:
            raise self._outcomes.pop(0)
        return Response[TelegramType].model_construct(ok=True)


def retry_after(seconds: int) -> TelegramRetryAfter:
    return TelegramRetryAfter(method=SEND, message="flood", retry_after=seconds)


async def call(telegram: Telegram, clock: FakeClock, *, times: int = 1) -> None:
    limits = OutgoingLimits(LocalPace(clock), clock, Patience(paced_s=100))
    request: NextRequestMiddlewareType[Message] = telegram
    for _ in range(times):
        await limits(request, BOT, SEND)


@pytest.mark.parametrize(
    ("method", "scopes"),
    [
        (SEND, ["chat:5", GLOBAL]),
        (EditMessageText(chat_id=-7, message_id=1, text="x"), ["chat:-7", GLOBAL]),
        (EditMessageText(inline_message_id="a", text="x"), [GLOBAL]),
        (SendMessageDraft(chat_id=5, draft_id=1, text="x"), ["signals:5", GLOBAL]),
        (SendChatAction(chat_id=5, action="typing"), ["signals:5", GLOBAL]),
        (AnswerCallbackQuery(callback_query_id="1"), []),
        (GetChat(chat_id=5), []),
    ],
)
def test_what_a_call_counts_against(method: TelegramMethod[object], scopes: list[str]) -> None:
    assert [bucket.scope for bucket in buckets_of(method)] == scopes


async def test_flood_control_is_obeyed_until_it_is_delivered() -> None:
    clock = FakeClock()
    telegram = Telegram(clock, retry_after(30), retry_after(126))
    await call(telegram, clock)
    assert telegram.moments == [0, 30, 156]


async def test_the_network_is_tried_again_and_given_up_in_the_end() -> None:
    clock = FakeClock()
    failure = TelegramNetworkError(method=SEND, message="cut")
    telegram = Telegram(clock, failure, failure)
    await call(telegram, clock)
    assert len(telegram.moments) == 3
    with pytest.raises(TelegramNetworkError):
        await call(Telegram(clock, *[failure] * 100), clock)
    assert clock.monotonic() < 250


async def test_a_dropped_call_is_silent_and_ends_its_block() -> None:
    clock = FakeClock()
    reached = False
    with droppable():
        await call(Telegram(clock, retry_after(9)), clock)
        reached = True
    assert not reached
    assert clock.monotonic() == 0


async def test_a_burst_to_one_chat_is_spread() -> None:
    clock = FakeClock()
    telegram = Telegram(clock)
    await call(telegram, clock, times=7)
    assert telegram.moments[:3] == [0, 0, 0]
    assert telegram.moments[3] >= 3
    assert telegram.moments[6] >= 6


class SleepyClock(FakeClock):
    """Wakes up late, so many times."""

    def __init__(self, *, times: int) -> None:
        super().__init__()
        self._times = times

    async def sleep(self, seconds: float) -> None:
        late_s = 0.5 if self._times > 0 else 0.0
        self._times -= 1
        await super().sleep(seconds + late_s)


class CrowdedPace(LocalPace):
    """Counts what is reserved for the chat, whose next turns others take each time."""

    reserved = 0

    async def reserve(self, buckets: Sequence[Bucket], *, max_wait_s: float) -> float | None:
        if buckets[0].scope == GLOBAL:
            return 0.0
        self.reserved += 1
        for _ in range(3):
            await super().reserve(buckets, max_wait_s=max_wait_s)
        return await super().reserve(buckets, max_wait_s=max_wait_s)


@pytest.mark.parametrize(("overslept", "reserved"), [(0, 1), (1, 2), (1000, 1 + 1)])
async def test_who_overslept_a_turn_takes_another_but_not_for_ever(
    overslept: int, reserved: int
) -> None:
    # The turns after it are at their own moments: a late call would be one too many among them.
    clock = SleepyClock(times=overslept)
    telegram, pace = Telegram(clock), CrowdedPace(clock)
    request: NextRequestMiddlewareType[Message] = telegram
    await OutgoingLimits(pace, clock, Patience(paced_s=100))(request, BOT, SEND)
    assert len(telegram.moments) == 1
    assert pace.reserved == reserved


class FarPace(CrowdedPace):
    """Answers after a while, as a Redis in another town does."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self._far = clock

    async def reserve(self, buckets: Sequence[Bucket], *, max_wait_s: float) -> float | None:
        await self._far.sleep(0.2)
        return await super().reserve(buckets, max_wait_s=max_wait_s)


async def test_a_far_redis_costs_nobody_a_turn() -> None:
    clock = FakeClock()
    telegram, pace = Telegram(clock), FarPace(clock)
    request: NextRequestMiddlewareType[Message] = telegram
    await OutgoingLimits(pace, clock, Patience(paced_s=100))(request, BOT, SEND)
    assert pace.reserved == 1
