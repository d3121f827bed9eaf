"""The outgoing limiter: every call to Telegram passes here.

Calls that may be dropped (``handlers.sending.droppable``) go at once or not at all. All others are
delivered: they wait for their turn, a 429 freezes its scope for all replicas and the call comes
again, and so it does after a network error or a 5xx.

A send whose answer was lost may have arrived, and Telegram offers nothing to find out. We send it
again: a message that comes twice is a nuisance, an answer that never comes breaks the promise.
Such repeats are counted in ``samovar_sends_repeated``. Edits and deletions are the same when
repeated; the final text of an answer is always an edit.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from prometheus_client import Counter, Histogram

from bot.pacing import GLOBAL, Bucket, Pace
from handlers.sending import DroppedError, may_be_dropped
from services.clock import Clock
from services.errors import BusyError

log = structlog.get_logger(__name__)

CALLS: Final = Counter("samovar_telegram_calls", "Calls to Telegram", ["method", "outcome"])
WAITS: Final = Histogram(
    "samovar_telegram_wait_seconds",
    "Seconds that calls waited for their turn",
    buckets=(0.01, 0.1, 0.5, 1, 2, 5, 15, 60, 300),
)
REPEATED: Final = Counter(
    "samovar_sends_repeated", "Sends repeated although the first may have arrived"
)

# Telegram takes 30 a second. Calls arrive later than they leave, some more than others: three
# small bursts may lie within any second, and only a delay of 0.2 s brings a fourth among them. One
# burst of 28 met the next at the slightest delay.
_ALL_CHATS: Final = Bucket(scope=GLOBAL, count=10, window_ms=400)
_SIGNALS: Final = frozenset({"sendChatAction", "sendMessageDraft", "sendRichMessageDraft"})
_PACED: Final = ("send", "editMessage", "forward", "copy", "stopPoll")
_KEPT_FREE: Final = 2
_LONGEST_RESERVATION_S: Final = 120.0
_TRY_AGAIN_S: Final = 30.0
# A machine without a moment to spare delivers late rather than never.
_OVERSLEPT_S: Final = 0.1
_LOST_AT_MOST: Final = 5
_LOST_IN_A_CHAT: Final = 1
_WAITING_PER_CHAT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a call is repeated when the network or Telegram fails.

    Attributes:
        paced_s: For what people are to read.
        free_s: For the rest; it is worth little later.
    """

    paced_s: float = 900.0
    free_s: float = 15.0
    first_pause_s: float = 0.5
    longest_pause_s: float = 30.0


class OutgoingLimits(BaseRequestMiddleware):
    """Paces and repeats the calls of a bot; see the module."""

    def __init__(self, pace: Pace, clock: Clock, patience: Patience | None = None) -> None:
        self._pace = pace
        self._clock = clock
        self._patience = patience or Patience()
        self._waiting: Tally[str] = Tally()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the call in its time.

        Raises:
            DroppedError: There was no room for a droppable call, or it failed.
            BusyError: Too many calls wait for this chat.
        """
        with _counted(method.__api_method__):
            if may_be_dropped():
                return await self._once(make_request, bot, method)
            return await self._until_delivered(make_request, bot, method)

    async def _once(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        buckets = [_with_room_left(bucket) for bucket in buckets_of(method)]
        if buckets and await self._pace.reserve(buckets, max_wait_s=0) is None:
            raise DroppedError("no room")
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            await self._pace.freeze(_scope(buckets), error.retry_after)
            raise DroppedError("flood control") from error
        except (TelegramNetworkError, TelegramServerError) as error:
            raise DroppedError("network") from error

    async def _until_delivered(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        buckets = buckets_of(method)
        patience_s = self._patience.paced_s if buckets else self._patience.free_s
        gives_up_at = self._clock.monotonic() + patience_s
        pause_s = self._patience.first_pause_s
        while True:
            await self._wait_turn(buckets)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                await self._obey(error, buckets)
            except (TelegramNetworkError, TelegramServerError):
                if self._clock.monotonic() + pause_s > gives_up_at:
                    raise
                if method.__api_method__.startswith("send"):
                    REPEATED.inc()
                await self._clock.sleep(pause_s)
                pause_s = min(pause_s * 2, self._patience.longest_pause_s)

    async def _obey(self, error: TelegramRetryAfter, buckets: list[Bucket]) -> None:
        """Let all replicas fall silent; a free call waits alone, if that is not too long."""
        name = error.method.__api_method__
        log.warning("flood_control", method=name, retry_after_s=error.retry_after)
        CALLS.labels(name, "refused_429").inc()
        if buckets:
            await self._pace.freeze(_scope(buckets), error.retry_after)
        elif error.retry_after > self._patience.free_s:
            raise error
        else:
            await self._clock.sleep(error.retry_after)

    async def _wait_turn(self, buckets: list[Bucket]) -> None:
        """Wait in one scope after the other: who waits for their chat holds up no other chat."""
        if not buckets:
            return
        started = self._clock.monotonic()
        with self._place_in(_scope(buckets)):
            for bucket in buckets:
                lost, most = 0, _LOST_AT_MOST if bucket is _ALL_CHATS else _LOST_IN_A_CHAT
                while not await self._is_turn(bucket, is_patient=lost < most):
                    lost += 1
                    log.debug("turn_lost", scope=bucket.scope)
        WAITS.observe(self._clock.monotonic() - started)

    async def _is_turn(self, bucket: Bucket, *, is_patient: bool) -> bool:
        """Wait for a reserved moment; false when the scope was frozen before it came.

        So it is when a patient caller has overslept it: what leaves late would meet those whose
        moment is now. The way to Redis and back is the same for all, so it makes nobody late.
        """
        wait_s = await self._pace.reserve([bucket], max_wait_s=_LONGEST_RESERVATION_S)
        if wait_s is None:
            await self._clock.sleep(_TRY_AGAIN_S)
            return False
        if wait_s <= 0:
            return True
        reserved = self._clock.monotonic()
        await self._clock.sleep(wait_s)
        late_s = self._clock.monotonic() - reserved - wait_s
        if await self._pace.frozen_for([bucket.scope]) > 0:
            return False
        return late_s < _OVERSLEPT_S or not is_patient

    @contextmanager
    def _place_in(self, scope: str) -> Iterator[None]:
        if self._waiting[scope] >= _WAITING_PER_CHAT:
            wait_s = float(_WAITING_PER_CHAT)
            raise BusyError("too many calls wait", dependency="telegram", wait_s=wait_s)
        self._waiting[scope] += 1
        try:
            yield
        finally:
            self._waiting[scope] -= 1
            if not self._waiting[scope]:
                del self._waiting[scope]


def buckets_of(method: TelegramMethod[TelegramType]) -> list[Bucket]:
    """Tell what a call counts against, the narrowest first; nothing for free calls."""
    name = method.__api_method__
    chat = getattr(method, "chat_id", None)
    if name in _SIGNALS:
        return [Bucket(scope=f"signals:{chat}", count=10, window_ms=3000), _ALL_CHATS]
    if not name.startswith(_PACED):
        return []
    if chat is None:
        return [_ALL_CHATS]
    return [_of_chat(chat), _ALL_CHATS]


def _of_chat(chat: int | str) -> Bucket:
    """A private chat takes about a message a second, a group 20 a minute; a little less is ours.

    The spare part is for calls that leave on time and arrive closer together.
    """
    if isinstance(chat, int) and chat > 0:
        return Bucket(scope=f"chat:{chat}", count=3, window_ms=3150)
    return Bucket(scope=f"chat:{chat}", count=5, window_ms=15_500)


def _with_room_left(bucket: Bucket) -> Bucket:
    """Demand that a droppable call leaves something for the final text."""
    count = max(1, bucket.count - _KEPT_FREE)
    return Bucket(scope=bucket.scope, count=count, window_ms=bucket.window_ms)


def _scope(buckets: list[Bucket]) -> str:
    return buckets[0].scope if buckets else GLOBAL


@contextmanager
def _counted(method: str) -> Iterator[None]:
    outcome = "failed"
    try:
        yield
        outcome = "ok"
    except DroppedError:
        outcome = "dropped"
        raise
    except TelegramForbiddenError:
        outcome = "closed"
        raise
    except asyncio.CancelledError:
        outcome = "cancelled"
        raise
    finally:
        CALLS.labels(method, outcome).inc()
