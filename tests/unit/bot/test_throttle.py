from typing import Any

import pytest
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.types import TelegramObject, Update

from bot.middlewares import throttle
from bot.middlewares.throttle import ThrottleMiddleware
from bot.pacing import LocalPace
from services.people.models import Person
from tests.fakes.clock import FakeClock


async def handler(event: TelegramObject, data: dict[str, Any]) -> str:
    return "handled"


def data(user_id: int, *, asks: bool = True) -> dict[str, Any]:
    flags = {"asks": True} if asks else {}
    return {
        "person": Person(user_id=user_id),
        "texts": None,
        "handler": HandlerObject(callback=handler, flags=flags),
    }


async def test_only_what_asks_for_work_is_limited_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[TelegramObject] = []

    async def tell(event: TelegramObject, texts: object) -> None:
        told.append(event)

    monkeypatch.setattr(throttle, "tell_throttled", tell)
    clock = FakeClock()
    middleware = ThrottleMiddleware(LocalPace(clock), count=3)
    event = Update(update_id=1)

    async def send(person: dict[str, Any]) -> object:
        return await middleware(handler, event, person)

    assert [await send(data(1)) for _ in range(5)] == ["handled"] * 3 + [None] * 2
    assert len(told) == 1
    assert await send(data(1, asks=False)) == "handled"
    assert await send(data(2)) == "handled"
    assert await send({}) == "handled"
    await clock.sleep(60)
    assert await send(data(1)) == "handled"
