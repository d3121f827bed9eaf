"""Updates that are pushed: order, retries, answers with a method, what getWebhookInfo tells."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from aiohttp import web

from playground.encoding import Json
from playground.server import Running
from playground.users import Person, Playground
from tests.integration.playground.refusals.case import PIXEL

Say = Callable[[Json], web.Response]


@dataclass
class Hook:
    """A bot's web server: what it got, what it says, and what it waits for before."""

    url: str = ""
    got: list[Json] = field(default_factory=list)
    headers: list[str | None] = field(default_factory=list)
    say: Say = lambda _: web.Response()
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    open_now: int = 0
    open_most: int = 0

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.headers.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.open_now += 1
        self.open_most = max(self.open_most, self.open_now)
        await self.gate.wait()
        self.open_now -= 1
        self.got.append(update)
        return self.say(update)

    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.got if "message" in one]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    hook.gate.set()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    hook.gate.set()
    await runner.cleanup()


async def until(check: Callable[[], object]) -> None:
    """Wait for what is no event of the playground."""
    for _ in range(1_000):
        found = check()
        if await found if inspect.isawaitable(found) else found:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


async def failed(bot: Bot) -> str | None:
    return (await bot.get_webhook_info()).last_error_message


async def test_chats_are_pushed_side_by_side_and_each_in_order(
    bot: Bot, town: Playground, hook: Hook
) -> None:
    hook.gate.clear()
    await bot.set_webhook(hook.url, max_connections=2)
    alice, bob, carol = (town.user(name) for name in ("alice", "bob", "carol"))
    for text in ("1", "2"):
        for person in (alice, bob, carol):
            await person.says(f"{person.name} {text}")
    await until(lambda: hook.open_now == 2)
    hook.gate.set()
    await town.delivered("Carol 2")
    await town.quiet(calm_s=0)
    assert hook.open_most == 2
    assert len(hook.got) == 6
    for person in (alice, bob, carol):
        assert [one for one in hook.texts() if one.startswith(person.name)] == [
            f"{person.name} 1", f"{person.name} 2"
        ]  # fmt: skip


async def test_an_update_that_is_not_taken_is_pushed_after_growing_pauses(
    bot: Bot, town: Playground, alice: Person, hook: Hook
) -> None:
    hook.say = lambda _: web.Response(status=503)
    await bot.set_webhook(hook.url)
    await alice.says("hard to tell")

    await until(lambda: len(hook.got) == 2)
    for number, pause_s in ((3, 2), (4, 4), (5, 8)):
        await town.passes(seconds=pause_s)
        await until(lambda number=number: len(hook.got) == number)  # type: ignore[misc]  # bound now
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 1
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    await town.passes(hours=24)

    async def expired() -> bool:
        return [one["state"] for one in await town.deliveries()] == ["expired"]

    await until(expired)
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_a_webhook_may_say_when_to_come_again(
    bot: Bot, town: Playground, alice: Person, hook: Hook
) -> None:
    hook.say = lambda _: web.Response(
        status=200 if len(hook.got) > 1 else 429, headers={"Retry-After": "600"}
    )
    await bot.set_webhook(hook.url)
    await alice.says("later")
    await town.delivered("later", state="delivered")
    await until(lambda: failed(bot))
    assert len(hook.got) == 1
    await town.passes(minutes=10)
    assert (await town.delivered("later"))["times"] == 2


def as_json(call: Json) -> web.Response:
    return web.json_response(call)


def as_form(call: Json) -> web.Response:
    text = aiohttp.FormData(call)()
    return web.Response(body=text, content_type="application/x-www-form-urlencoded")


def as_multipart(call: Json) -> web.Response:
    writer = aiohttp.MultipartWriter("form-data")
    for name, value in call.items():
        writer.append(str(value)).set_content_disposition("form-data", name=name)
    photo = writer.append(PIXEL, {"Content-Type": "image/png"})
    photo.set_content_disposition("form-data", name="photo", filename="a.png")
    return web.Response(body=writer, headers={"Content-Type": writer.content_type})


@pytest.mark.parametrize("say", [as_json, as_form])
async def test_a_webhook_may_answer_with_a_method(
    bot: Bot, town: Playground, alice: Person, hook: Hook, say: Say
) -> None:
    hook.say = lambda update: say(
        {"method": "SendMessage", "chat_id": alice.id, "text": f"re: {update['message']['text']}"}
    )
    await bot.set_webhook(hook.url)
    await alice.says("hello")
    await alice.sees("re: hello")
    [call] = await town.calls("sendMessage")
    assert call["ok"]


async def test_a_webhook_may_answer_with_a_file(
    bot: Bot, town: Playground, alice: Person, hook: Hook
) -> None:
    hook.say = lambda _: as_multipart({"method": "sendPhoto", "chat_id": alice.id, "caption": "c"})
    await bot.set_webhook(hook.url)
    await alice.says("a picture, please")
    seen = await alice.sees("c")
    assert seen.message.photo


async def test_methods_that_would_end_or_ask_are_not_taken_from_an_answer(
    bot: Bot, town: Playground, alice: Person, hook: Hook
) -> None:
    names = iter(["deleteWebhook", "getMe", "logOut", "close", "setWebhook", "sendNothing", ""])
    hook.say = lambda _: as_json({"method": next(names)})
    await bot.set_webhook(hook.url)
    for number in range(7):
        await alice.says(str(number))
    await town.delivered("6")
    await town.quiet(calm_s=0)
    assert [call["method"] for call in await town.calls()] == ["setWebhook"]
    assert (await bot.get_webhook_info()).url == hook.url


async def test_setting_a_webhook_ends_a_poll_and_may_drop_what_waits(
    server: Running, bot: Bot, town: Playground, alice: Person, hook: Hook
) -> None:
    async def poll() -> str:
        with pytest.raises(TelegramConflictError) as caught:
            await bot.get_updates(timeout=30)
        return caught.value.message

    async with asyncio.TaskGroup() as group:
        refused = group.create_task(poll())
        await until(lambda: server.town.queues[bot.id].polling)
        await bot.set_webhook(hook.url, allowed_updates=["message"])
    assert refused.result() == "Conflict: terminated by setWebhook request"
    await bot.delete_webhook()
    await alice.says("dropped")
    await bot.set_webhook(hook.url, drop_pending_updates=True, secret_token="s-1_A")  # noqa: S106
    await alice.says("pushed")
    await town.delivered("pushed")
    assert (hook.texts(), hook.headers) == (["pushed"], ["s-1_A"])
    info = await bot.get_webhook_info()
    assert (info.allowed_updates, info.max_connections) == (["message"], 40)
    assert (info.ip_address, info.has_custom_certificate) == ("127.0.0.1", False)


async def test_nobody_at_the_address_is_told(bot: Bot, town: Playground, alice: Person) -> None:
    await bot.set_webhook("http://127.0.0.1:1/nobody", max_connections=1_000)
    await alice.says("anybody there?")
    await town.delivered("anybody", state="delivered")
    await until(lambda: failed(bot))
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Connection refused"
    assert info.last_error_date is not None
    assert (info.pending_update_count, info.max_connections) == (1, 100)


async def test_a_foreign_certificate_is_not_trusted_and_a_given_one_is_kept(
    server: Running, bot: Bot
) -> None:
    async with aiohttp.ClientSession() as session:
        form = aiohttp.FormData({"url": "https://127.0.0.1:1/", "max_connections": "0"})
        form.add_field("certificate", b"-----BEGIN CERTIFICATE-----", filename="cert.pem")
        async with session.post(f"{server.base}/bot{server.token}/setWebhook", data=form) as answer:
            assert json.loads(await answer.text()) == {"ok": True, "result": True}
    info = await bot.get_webhook_info()
    assert (info.has_custom_certificate, info.max_connections) == (True, 1)
