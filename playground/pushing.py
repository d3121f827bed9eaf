"""Updates to webhooks: in order, with the secret, again until they are taken."""

import asyncio
from typing import Final

import aiohttp

from playground.state.updates import UpdateQueue, Webhook
from playground.town import Town

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
TIMEOUT: Final = aiohttp.ClientTimeout(total=60)
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 30.0
IDLE_S: Final = 60.0


async def push(town: Town, queue: UpdateQueue, session: aiohttp.ClientSession) -> None:
    """Push one bot's updates, one after another, for as long as the server lives."""
    pause_s = FIRST_PAUSE_S
    while True:
        hook = queue.webhook
        if hook is None or not queue.pending:
            await queue.changed.wait(IDLE_S)
        elif await _taken(town, queue, hook, session):
            pause_s = FIRST_PAUSE_S
        else:
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


async def _taken(
    town: Town, queue: UpdateQueue, hook: Webhook, session: aiohttp.ClientSession
) -> bool:
    [delivery] = queue.take(1)
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    try:
        async with session.post(
            hook.url, json=delivery.update, headers=headers, timeout=TIMEOUT
        ) as answer:
            is_taken, trouble = answer.ok, f"Wrong response from the webhook: {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        is_taken, trouble = False, f"Connection failed: {type(error).__name__}"
    if is_taken:
        queue.confirm(delivery.update_id + 1)
    else:
        hook.last_error_at, hook.last_error = town.now(), trouble
    return is_taken
