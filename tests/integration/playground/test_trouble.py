"""Trouble on demand over HTTP: updates, limits, the clock, people who block, calls too large."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest
from aiogram import Bot, methods
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from playground.registry import Caller
from playground.server import Running
from playground.users import Person, Playground, Refused


async def until(check: Callable[[], object]) -> None:
    """Wait for what is no event of the playground."""
    for _ in range(1_000):
        if check():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


async def heard(bot: Bot) -> list[str]:
    """Poll as bots do, until nothing more comes; give the texts in the order they came."""
    texts: list[str] = []
    offset = 0
    while updates := await bot.get_updates(offset=offset):
        texts += [one.message.text or "" for one in updates if one.message]
        offset = updates[-1].update_id + 1
    return texts


async def test_updates_are_lost_doubled_late_and_swapped(
    bot: Bot, town: Playground, alice: Person
) -> None:
    await town.update_fault("lost", contains="lost")
    await town.update_fault("duplicate", type="message", contains="twice", times=1)
    await town.update_fault("late", contains="late", delay_s=600)
    await town.update_fault("swapped", contains="first")
    for text in ("lost", "twice", "late", "first", "second", "twice"):
        await alice.says(text)
    assert await heard(bot) == ["twice", "twice", "second", "first", "twice"]
    states = {one["update"]["message"]["text"]: one["state"] for one in await town.deliveries()}
    assert (states["lost"], states["late"]) == ("lost", "held")
    await town.passes(minutes=10)
    assert await heard(bot) == ["late"]
    faults = [one["fault"] for one in await town.deliveries()]
    assert faults == ["lost", "duplicate", "duplicate", "late", "swapped", None, None]


async def test_luck_is_drawn_from_the_seed(bot: Bot, town: Playground, alice: Person) -> None:
    async def arrived(seed: int) -> list[str]:
        await town.mend()
        await town.limits("off", seed=seed)
        await town.update_fault("lost", times=None, chance=0.5)
        for number in range(20):
            await alice.says(str(number))
        return await heard(bot)

    first = await arrived(1)
    assert 0 < len(first) < 20
    await town.request("DELETE", "/sim/update_faults")
    fault = (await town.request("GET", "/sim/update_faults"))["faults"]
    assert fault == []
    second = await arrived(2)
    assert second != first


async def test_a_fault_of_updates_can_be_taken_back(town: Playground) -> None:
    number = await town.update_fault("late", delay_s=5, bot=town.bot_id)
    [fault] = (await town.request("GET", "/sim/update_faults"))["faults"]
    assert (fault["id"], fault["what"], fault["delay_s"]) == (number, "late", 5)
    await town.request("DELETE", f"/sim/update_faults/{number}")
    with pytest.raises(Refused, match="no fault of updates"):
        await town.request("DELETE", f"/sim/update_faults/{number}")
    with pytest.raises(Refused, match="what"):
        await town.update_fault("burnt")


async def test_a_person_blocks_until_it_is_mended(
    bot: Bot, town: Playground, alice: Person, bob: Person
) -> None:
    await town.fault(blocked=True, times=None, chat_id=alice.id)
    for _ in range(2):
        with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
            await bot.send_message(alice.id, "x")
    await bot.get_chat(alice.id)
    await bot.send_message(bob.id, "you do not block me")
    await town.mend()
    await bot.send_message(alice.id, "thanks")


async def test_a_slow_call_is_answered_when_the_clock_is_moved(
    server: Running, bot: Bot, town: Playground, alice: Person
) -> None:
    await town.fault("sendMessage", delay_s=300)
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(bot(methods.SendMessage(chat_id=alice.id, text="slow")))
        await until(lambda: server.town.calls.in_flight.get(bot.id))
        await town.passes(minutes=5)
    assert sending.result().text == "slow"


async def test_a_time_out_is_a_slow_call_that_is_cut(
    bot: Bot, town: Playground, alice: Person
) -> None:
    await town.fault("sendMessage", delay_s=0.05, cut=True)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(alice.id, "never")


async def test_on_a_bad_day_a_bot_that_does_not_wait_waits_longer(
    bot: Bot, town: Playground, alice: Person
) -> None:
    await town.limits("harsh", seed=7)
    waits: list[int] = []
    for number in range(9):
        try:
            await bot.send_message(alice.id, str(number))
        except TelegramRetryAfter as refused:
            waits.append(refused.retry_after)
    assert len(waits) > 5
    assert waits[0] < waits[-1] <= 126
    await town.passes(seconds=126)
    await bot.send_message(alice.id, "patience")
    assert await town.request("GET", "/sim/limits") == {"profile": "harsh", "seed": 7}


async def test_the_clock_goes_forwards_only(town: Playground) -> None:
    before = await town.now()
    after = await town.passes(hours=1)
    assert 3_600 <= after - before < 3_660
    for body in ({"advance_s": -1}, {"now": before}, {"advance_s": 1e12}, {}, {"advance_s": None}):
        with pytest.raises(Refused, match=r"clock|give advance_s or now"):
            await town.request("PUT", "/sim/clock", json=body)
    answer = await town.request("PUT", "/sim/clock", json={"now": after + 100})
    assert 100 <= answer["now"] - after < 160


async def test_what_waits_looks_at_a_moved_clock(
    server: Running, bot: Bot, town: Playground, alice: Person
) -> None:
    await bot.send_message_draft(alice.id, 1, text="Thinking")
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(bot.get_updates(timeout=50))
        await until(lambda: server.town.queues[bot.id].polling)
        await town.passes(seconds=60)
    assert poll.result() == []
    assert not server.town.drafts.shown
    params = {"kinds": "clock", "after": 0, "wait_s": 0}
    batch = await town.request("GET", "/sim/events", params=params)
    assert [event["kind"] for event in batch["events"]] == ["clock"]


async def test_old_updates_are_given_up(bot: Bot, town: Playground, alice: Person) -> None:
    await alice.says("old")
    await town.passes(hours=23)
    await alice.says("young")
    await town.passes(hours=2)
    assert await heard(bot) == ["young"]
    states = [one["state"] for one in await town.deliveries()]
    assert states == ["expired", "confirmed"]


async def test_a_poll_takes_a_hundred_at_most_and_nonsense_as_telegram_does(
    bot: Bot, alice: Person
) -> None:
    for number in range(101):
        await alice.says(str(number))
    assert len(await bot.get_updates(limit=1_000)) == 100
    assert len(await bot.get_updates(limit=0)) == 1
    [last] = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "100"
    assert await bot.get_updates(offset=last.update_id + 1, timeout=-1) == []


async def test_a_poll_that_finds_something_ends_no_other(
    server: Running, bot: Bot, alice: Person
) -> None:
    await alice.says("here")
    [update] = await bot.get_updates(timeout=30)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(bot.get_updates(offset=update.update_id + 1, timeout=30))
        await until(lambda: server.town.queues[bot.id].polling)
        assert await bot.get_updates() == []
        await alice.says("again")
    assert len(waiting.result()) == 1


async def test_two_conflicts_in_a_row_are_slowed_down(
    server: Running, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.methods.updates.CONFLICTS_S", 0.3)
    await bot.set_webhook("http://127.0.0.1:1/")
    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(2):
        with pytest.raises(TelegramConflictError):
            await bot.get_updates()
    assert loop.time() - began >= 0.3


async def test_bots_do_not_disturb_each_other(
    server: Running, bot: Bot, town: Playground, alice: Person
) -> None:
    made = await town.new_bot("other_bot")
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.base))
    async with Bot(made["token"], session=session) as other:
        await alice.says("to the first")
        await alice.with_bot(other.id).says("to the second")
        await other.set_webhook("http://127.0.0.1:1/")
        assert [one.message.text for one in await bot.get_updates() if one.message] == [
            "to the first"
        ]
        await other.delete_webhook()
        assert [one.message.text for one in await other.get_updates() if one.message] == [
            "to the second"
        ]
        await other.get_me()


async def test_a_bot_that_logged_out_is_away_for_ten_minutes(
    bot: Bot, town: Playground, alice: Person
) -> None:
    await alice.says("dropped")
    await bot.log_out()
    with pytest.raises(TelegramBadRequest, match=r"says - Logged out$"):
        await bot.get_me()
    await town.passes(minutes=10)
    assert await bot.get_updates() == []
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot(methods.Close())
    assert 590 <= caught.value.retry_after <= 600
    await town.passes(minutes=10)
    assert await bot(methods.Close())
    await bot.get_me()


async def test_whatever_comes_is_answered_in_the_words_of_the_bot_api(
    server: Running, town: Playground
) -> None:
    path = f"/bot{server.token}/sendMessage"
    async with httpx.AsyncClient(base_url=server.base, trust_env=False) as client:
        for method, url, more, code, words in (
            ("POST", "/bot1:x/getMe", {}, 401, "Unauthorized"),
            ("POST", "/botnothing/getMe", {}, 401, "Unauthorized"),
            ("GET", f"/bot{server.token}/", {}, 404, "Not Found"),
            ("GET", f"/bot{server.token}", {}, 404, "Not Found"),
            ("GET", f"/bot{server.token}/getNothing", {}, 404, "Not Found"),
            ("GET", f"/file/bot{server.token}/a/b", {}, 404, "Not Found"),
            ("POST", path, {"content": b"{", "headers": JSON}, 400, "chat_id is empty"),
            ("POST", path, {"content": b"[1]", "headers": JSON}, 400, "chat_id is empty"),
            ("POST", path, {"content": b"\xff\xfe", "headers": JSON}, 400, "chat_id is empty"),
            ("POST", path, {"content": HALF, "headers": JSON}, 400, "must be encoded in UTF-8"),
            (
                "POST",
                path,
                {"data": {"reply_markup": HALF.decode()}},
                400,
                "must be encoded in UTF-8",
            ),
            ("POST", path, {"content": DEEP, "headers": JSON}, 400, "chat_id is empty"),
            ("POST", path, {"content": b"x", "headers": FORM}, 400, "Bad Request: "),
            ("POST", path, {"json": {"text": "x" * (1 << 21)}}, 413, "too many parameters"),
            ("POST", path, {"data": {"text": "x" * (1 << 21)}}, 413, "too many parameters"),
            ("DELETE", path, {}, 400, "chat_id is empty"),
        ):
            answer = await client.request(method, url, **more)
            body = answer.json()
            assert (answer.status_code, body["error_code"], body["ok"]) == (code, code, False), url
            assert words in body["description"]
    assert await town.crashes() == []


HALF = b'{"chat_id": 1, "text": "\\ud83d"}'
DEEP = b"[" * 100_000
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data"}


async def test_a_failure_of_the_playground_is_told_and_counted(
    server: Running, bot: Bot, town: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object, _caller: Caller, _call: object) -> None:
        raise ZeroDivisionError("of no account")

    monkeypatch.setattr("playground.serving.calling.encode", broken)
    async with httpx.AsyncClient(base_url=server.base, trust_env=False) as client:
        answer = await client.get(f"/bot{server.token}/getMe")
    assert json.loads(answer.text)["description"].startswith("Internal Server Error: ")
    assert answer.status_code == 500
    [crash] = await town.crashes()
    assert crash.startswith("getMe: TypeError")


async def test_a_wrong_token_is_unauthorized(server: Running) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.base))
    async with Bot(server.token[:-1] + "x", session=session) as stranger:
        with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
            await stranger.get_me()
