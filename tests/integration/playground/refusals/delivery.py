"""How updates are fetched and pushed, tokens, sessions, sizes."""

import asyncio
from typing import Any

from aiogram import Bot, methods
from aiogram.types import BufferedInputFile

from tests.integration.playground.refusals.case import PIXEL, Case, Scene

API = "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api"
CLIENT = f"{API}/Client.cpp"
WEBHOOK = f"{API}/WebhookActor.cpp"
MANAGER = f"{API}/ClientManager.cpp"
RESOLVER = "https://github.com/teloxide/teloxide/blob/master/crates/teloxide-core/src/errors.rs"
READER = "https://github.com/tdlib/td/blob/master/tdnet/td/net/HttpReader.cpp"
HERE = "http://127.0.0.1:1/"


async def poll_with_webhook(s: Scene) -> object:
    await s.bot.set_webhook(HERE)
    return await s.bot.get_updates()


async def _waiting(s: Scene, then: methods.TelegramMethod[Any]) -> object:
    """Let a poll wait, do something, and give how the poll ends."""
    [*_, last] = await s.bot.get_updates()
    poll = methods.GetUpdates(offset=last.update_id + 1, timeout=30)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(_ended(s.bot, poll))
        for _ in range(1_000):
            if s.server.town.queues[s.bot.id].polling:
                break
            await asyncio.sleep(0.01)
        await s.bot(then)
    refusal = waiting.result()
    assert refusal is not None
    raise refusal


async def _ended(bot: Bot, poll: methods.GetUpdates) -> Exception | None:
    try:
        await bot(poll)
    except Exception as refusal:  # noqa: BLE001 - it is raised again
        return refusal
    return None


async def poll_twice(s: Scene) -> object:
    return await _waiting(s, methods.GetUpdates(timeout=1))


async def poll_and_set_webhook(s: Scene) -> object:
    return await _waiting(s, methods.SetWebhook(url=HERE))


async def call_as_a_stranger(s: Scene) -> object:
    async with Bot("123:AAAA", session=s.bot.session) as stranger:
        return await stranger.get_me()


async def close_at_once(s: Scene) -> object:
    made = await s.town.new_bot("fresh_bot")
    return await Bot(made["token"], session=s.bot.session)(methods.Close())


async def send_too_much(s: Scene) -> object:
    half = "x" * 700_000
    file = BufferedInputFile(PIXEL, "a.png")
    return await s.bot.send_document(s.alice.id, file, caption=half, message_effect_id=half)


CASES = [
    Case(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
        " webhook first",
        poll_with_webhook, CLIENT, code=409,
    ),
    Case(
        "terminated by other getUpdates request; make sure that only one bot instance is running",
        poll_twice, CLIENT, code=409,
    ),
    Case("terminated by setWebhook request", poll_and_set_webhook, CLIENT, code=409),
    Case(
        "secret token contains illegal characters",
        lambda s: s.bot.set_webhook(HERE, secret_token="a+b"), CLIENT,  # noqa: S106
    ),
    Case(
        "secret token is too long",
        lambda s: s.bot.set_webhook(HERE, secret_token="a" * 257), CLIENT,
    ),
    Case("invalid webhook URL specified", lambda s: s.bot.set_webhook("ftp://bot.example"), CLIENT),
    Case(
        "bad webhook: An HTTPS URL must be provided for webhook",
        lambda s: s.bot.set_webhook("http://bot.example/hook"), WEBHOOK,
    ),
    Case(
        "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        lambda s: s.bot.set_webhook("https://bot.example:5000/hook"), WEBHOOK,
    ),
    Case(
        "bad webhook: IPv6-only addresses are not allowed",
        lambda s: s.bot.set_webhook("https://bot.example/hook", ip_address="2a01::1"), WEBHOOK,
    ),
    Case(
        "bad webhook: Invalid IP address specified",
        lambda s: s.bot.set_webhook("https://bot.example/hook", ip_address="here"), WEBHOOK,
    ),
    Case(
        "bad webhook: Failed to resolve host: Name or service not known",
        lambda s: s.bot.set_webhook("https://bot.invalid/hook"), RESOLVER,
    ),
    Case("Unauthorized", call_as_a_stranger, CLIENT, code=401),
    Case("the bot has already been closed", close_at_once, MANAGER),
    Case(
        "Request Entity Too Large: too many parameters in form data", send_too_much, READER,
        code=413,
    ),
]  # fmt: skip
