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
from bot.pacing import GLOBAL, LocalPace
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
