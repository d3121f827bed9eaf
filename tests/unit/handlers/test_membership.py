from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.methods import GetChatMember, TelegramMethod
from aiogram.types import Chat, ChatMemberLeft, ChatMemberMember, Message, Update, User

from handlers.membership import TelegramMembership, build_router
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import FakeTelegram

_CLUB, _ALICE = -1001, User(id=2, is_bot=False, first_name="Alice")
_OUTSIDE_S, _INSIDE_S = 300, 60


class _Town(FakeTelegram):
    inside = False

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> Any:  # noqa: ANN401 - aiogram's own signature
        if not isinstance(method, GetChatMember):
            return await super().make_request(bot, method, timeout)
        self.calls.append(method)
        return ChatMemberMember(user=_ALICE) if self.inside else ChatMemberLeft(user=_ALICE)


@pytest.fixture
def town() -> _Town:
    return _Town()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def membership(town: _Town, clock: FakeClock) -> TelegramMembership:
    return TelegramMembership(Bot("1:x", session=town), clock)


async def test_the_chats_that_somebody_is_not_in_are_asked_about_rarely(
    town: _Town, clock: FakeClock, membership: TelegramMembership
) -> None:
    assert not await membership.is_member(_CLUB, _ALICE.id)
    await clock.sleep(_INSIDE_S + 1)
    assert not await membership.is_member(_CLUB, _ALICE.id)
    assert len(town.calls) == 1
    town.inside = True
    await clock.sleep(_OUTSIDE_S)
    assert await membership.is_member(_CLUB, _ALICE.id)
    town.inside = False
    await clock.sleep(_INSIDE_S + 1)
    assert not await membership.is_member(_CLUB, _ALICE.id)


@pytest.mark.parametrize("more", [{"text": "hi"}, {"new_chat_members": [_ALICE]}])
async def test_who_is_seen_in_a_chat_is_asked_about_again(
    more: dict[str, Any], town: _Town, membership: TelegramMembership
) -> None:
    assert not await membership.is_member(_CLUB, _ALICE.id)
    town.inside = True
    await _heard(town, membership, **more)
    assert await membership.is_member(_CLUB, _ALICE.id)


async def test_who_leaves_is_out_at_once(town: _Town, membership: TelegramMembership) -> None:
    town.inside = True
    assert await membership.is_member(_CLUB, _ALICE.id)
    await _heard(town, membership, left_chat_member=_ALICE)
    assert not await membership.is_member(_CLUB, _ALICE.id)


async def _heard(town: _Town, membership: TelegramMembership, **more: Any) -> None:  # noqa: ANN401
    message = Message(
        message_id=7, date=datetime(2026, 1, 1, tzinfo=UTC), from_user=_ALICE,
        chat=Chat(id=_CLUB, type="supergroup", title="Club"), **more,
    )  # fmt: skip
    dispatcher = Dispatcher(membership=membership)
    dispatcher.include_router(build_router())
    await dispatcher.feed_update(Bot("1:x", session=town), Update(update_id=1, message=message))
