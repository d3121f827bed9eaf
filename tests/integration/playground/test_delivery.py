"""How updates reach bots: polling, two pollers, webhooks, faults and limits."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import ChatPermissions
from aiohttp import web

from playground.users import InGroup, Person, Playground, Refused

SECRET = "s3cret"  # noqa: S105 - of this test alone


async def test_an_update_comes_until_its_offset_is_confirmed(
    bot: Bot, alice: Person, town: Playground
) -> None:
    await alice.says("one")
    assert (await town.delivered("one", state="queued"))["times"] == 0
    [first] = await bot.get_updates(timeout=5)
    [again] = await bot.get_updates(timeout=5)
    assert first.update_id == again.update_id
    assert (await town.delivered("one", state="delivered"))["times"] == 2
    await alice.says("two")
    [second] = await bot.get_updates(offset=first.update_id + 1, timeout=5)
    assert second.update_id == first.update_id + 1
    assert (await town.delivered("one"))["state"] == "confirmed"


async def test_a_poll_waits_for_the_first_update(bot: Bot, alice: Person) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(bot.get_updates(timeout=20))
        await alice.says("hello")
    [update] = poll.result()
    assert update.message is not None
    assert update.message.text == "hello"
    assert await bot.get_updates(offset=-1, timeout=0) != []
    assert await bot.get_updates(offset=update.update_id + 1) == []


async def polls(town: Playground) -> None:
    """Wait until the bot polls; that is no event of the playground."""
    for _ in range(1_000):
        if (await town.request("GET", "/sim/state"))["bots"][0]["polling"]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the bot does not poll")


async def test_the_older_of_two_pollers_is_refused(bot: Bot, town: Playground) -> None:
    async def older() -> str:
        with pytest.raises(TelegramConflictError) as caught:
            await bot.get_updates(timeout=30)
        return caught.value.message

    async with asyncio.TaskGroup() as group:
        refused = group.create_task(older())
        await polls(town)
        group.create_task(bot.get_updates(timeout=1))
    assert "terminated by other getUpdates request" in refused.result()


@dataclass
class Hook:
    """A bot's web server that refuses the first update."""

    url: str = ""
    got: list[tuple[str | None, int]] = field(default_factory=list)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()

    async def take(request: web.Request) -> web.Response:
        body = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        hook.got.append((secret, body["update_id"]))
        return web.Response(status=500 if len(hook.got) == 1 else 200)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_updates_again_until_it_takes_them(
    bot: Bot, alice: Person, town: Playground, hook: Hook
) -> None:
    await bot.set_webhook(hook.url, secret_token=SECRET, allowed_updates=["message"])
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    await alice.says("one")
    await alice.says("two")
    assert (await town.delivered("one"))["times"] == 2
    await town.delivered("two")
    secrets, numbers = zip(*hook.got, strict=True)
    assert set(secrets) == {SECRET}
    assert numbers == (numbers[0], numbers[0], numbers[0] + 1)
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (hook.url, 0)
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    await bot.delete_webhook()
    await alice.says("three")
    [update] = await bot.get_updates(timeout=5)
    assert update.message is not None


async def test_faults_strike_as_often_as_said(bot: Bot, alice: Person, town: Playground) -> None:
    await town.fault("sendMessage", code=429, times=2, retry_after=3)
    await town.fault("sendMessage", code=502, contains="bad")
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(alice.id, "x")
        assert caught.value.retry_after == 3
    await bot.send_message(alice.id, "good")
    with pytest.raises(TelegramServerError, match="Bad Gateway"):
        await bot.send_message(alice.id, "bad")
    assert await town.faults_left() == []
    assert [call["code"] for call in await town.calls("sendMessage")] == [429, 429, 200, 502]


async def test_a_cut_connection_loses_the_answer_and_maybe_not_the_message(
    bot: Bot, alice: Person, town: Playground
) -> None:
    await town.fault("sendMessage", cut=True, contains="lost")
    await town.fault("sendMessage", cut=True, after_effect=True, contains="sent")
    for text in ("lost", "sent"):
        with pytest.raises(TelegramNetworkError):
            await bot.send_message(alice.id, text)
    await alice.sees("sent")
    assert [seen.text for seen in alice.history()] == ["sent"]


async def test_flood_limits_are_told_as_telegram_tells_them(
    bot: Bot, alice: Person, town: Playground
) -> None:
    await town.limits("faq")
    sent = [await bot.send_message(alice.id, str(number)) for number in range(3)]
    with pytest.raises(TelegramRetryAfter) as caught:
        await sent[0].edit_text("edits share the limit")
    assert 1 <= caught.value.retry_after <= 3
    assert await bot.send_message_draft(alice.id, 1, text="drafts do not")
    assert await bot.send_chat_action(alice.id, "typing")


async def test_privacy_mode_hides_plain_talk_from_a_plain_member(
    town: Playground, bot: Bot, club: InGroup, alice: Person
) -> None:
    second = await town.new_bot("second_bot")
    await club.adds(second["user"]["id"])
    other = Bot(second["token"], session=bot.session)
    spoken = await other.send_message(club.chat_id, "I am new")
    assert [update.event_type for update in await other.get_updates()] == [
        "my_chat_member",
        "message",
    ]
    welcome = await club.sees("I am new")
    for text in ("plain", "/help", "/help@helper_bot", "/help@second_bot", "hi @second_bot"):
        await club.says(text)
    await club.replies(welcome, "welcome")
    heard = [one.message.text for one in await other.get_updates() if one.message]
    assert heard[-4:] == ["/help", "/help@second_bot", "hi @second_bot", "welcome"]
    everything = [one.message.text for one in await bot.get_updates() if one.message]
    assert everything[-6:-4] == ["plain", "/help"]
    assert spoken.chat.id == club.chat_id


async def test_moderation_is_enforced_and_told(
    town: Playground, bot: Bot, bob: Person, club: InGroup
) -> None:
    await bot.get_updates(allowed_updates=["chat_member", "message"])
    there = bob.in_group("club")
    spam = await there.says("buy!")
    await bot.restrict_chat_member(club.chat_id, bob.id, ChatPermissions(can_send_messages=False))
    with pytest.raises(Refused, match="may not send"):
        await there.says("more!")
    await bot.delete_message(club.chat_id, spam.id)
    await club.sees_gone(spam)
    await bot.ban_chat_member(club.chat_id, bob.id)
    assert (await bot.get_chat_member(club.chat_id, bob.id)).status == "kicked"
    with pytest.raises(Refused, match="banned"):
        await there.joins()
    await bot.unban_chat_member(club.chat_id, bob.id, only_if_banned=True)
    await there.joins()
    await there.says("sorry")
    updates = await bot.get_updates()
    statuses = [one.chat_member.new_chat_member.status for one in updates if one.chat_member]
    assert statuses == ["restricted", "kicked", "left", "member"]
    assert [admin.user.id for admin in await bot.get_chat_administrators(club.chat_id)] == [
        club.id,
        bot.id,
    ]
