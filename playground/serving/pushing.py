"""Updates to webhooks: with the secret, several at once, again until they are taken."""

import asyncio
import os
import random
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl

import aiohttp

from playground.encoding import Json
from playground.state.deliveries import Delivery
from playground.state.files import Upload
from playground.state.updates import UpdateQueue, Webhook
from playground.town import Town

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
TIMEOUT: Final = aiohttp.ClientTimeout(total=60)
LONGEST_PAUSE_S: Final = 60.0
LONGEST_RETRY_AFTER_S: Final = 3_600
GONE: Final = 410
GONE_FOR_S: Final = 23 * 3_600.0
IDLE_S: Final = 60.0

Answer = Callable[[int, Json, dict[str, Upload]], Awaitable[None]]
"""Takes a method call that came in the answer to an update: bot, parameters, files."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a webhook said to one update; without trouble it has taken it."""

    trouble: str | None = None
    retry_after: int = 0
    is_gone: bool = False
    call: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)


class Pusher:
    """Pushes one bot's updates for as long as the server lives."""

    def __init__(
        self, town: Town, bot: int, session: aiohttp.ClientSession, answer: Answer
    ) -> None:
        self._town = town
        self._bot = bot
        self._session = session
        self._answer = answer
        self._busy: set[tuple[str, int]] = set()

    async def run(self) -> None:
        """Push what is due, as many at once as the bot allows, and in order within a lane."""
        async with asyncio.TaskGroup() as group:
            while (queue := self._town.queues.get(self._bot)) is not None:
                await queue.changed.wait(self._start_due(queue, group))

    def _start_due(self, queue: UpdateQueue, group: asyncio.TaskGroup) -> float:
        """Start the pushes that are due; gives for how long there is nothing more to do."""
        hook = queue.webhook
        if hook is None:
            return IDLE_S
        queue.sweep()
        wait_s, now = IDLE_S, self._town.now()
        seen = set(self._busy)
        for delivery in islice(queue.pending, 2 * hook.max_connections):
            if delivery.lane in seen:
                continue
            seen.add(delivery.lane)
            if delivery.due_at > now:
                wait_s = min(wait_s, delivery.due_at - now)
            elif len(self._busy) < hook.max_connections:
                self._busy.add(delivery.lane)
                group.create_task(self._push(queue, hook, delivery))
        return wait_s

    async def _push(self, queue: UpdateQueue, hook: Webhook, delivery: Delivery) -> None:
        queue.hand_over(delivery)
        try:
            outcome = await post_update(self._session, hook, delivery.update)
            if outcome.trouble is None:
                hook.gone_since = None
                queue.settle(delivery)
            else:
                self._put_off(queue, hook, delivery, outcome)
        finally:
            self._busy.discard(delivery.lane)
            queue.changed.notify()
        if outcome.call and self._bot in self._town.users.bots:
            await self._answer(self._bot, outcome.call, outcome.uploads)

    def _put_off(
        self, queue: UpdateQueue, hook: Webhook, delivery: Delivery, outcome: Outcome
    ) -> None:
        now = self._town.now()
        hook.last_error_at, hook.last_error = now, outcome.trouble
        pause_s = next_pause_s(delivery, outcome.retry_after)
        delivery.fails += 1
        delivery.due_at = now + pause_s
        if delivery.due_at > delivery.lives_until:
            queue.give_up(delivery)
        hook.gone_since = (hook.gone_since or now) if outcome.is_gone else None
        if hook.gone_since is not None and now > hook.gone_since + GONE_FOR_S:
            queue.push_to(None)


def next_pause_s(delivery: Delivery, retry_after: int) -> float:
    """Tell after how many seconds a refused update is pushed again.

    At once after the first failure, then after 2, 4, 8 ... seconds; a webhook that says
    ``Retry-After`` is obeyed, up to an hour.
    """
    if retry_after > 0:
        return float(min(retry_after, LONGEST_RETRY_AFTER_S))
    if delivery.fails == 0:
        return 0.0
    longest_s = random.uniform(LONGEST_PAUSE_S, 2 * LONGEST_PAUSE_S)  # noqa: S311 - no secret
    delivery.pause_s = min(longest_s, delivery.pause_s * 2)
    return delivery.pause_s


async def post_update(session: aiohttp.ClientSession, hook: Webhook, update: Json) -> Outcome:
    """Send one update to a webhook and read what it says."""
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    try:
        async with session.post(
            hook.url, json=update, headers=headers, timeout=TIMEOUT, ssl=_trust(hook),
            allow_redirects=False,
        ) as answer:  # fmt: skip
            if answer.ok and answer.status < 300:  # noqa: PLR2004 - 2xx
                return await _taken(answer)
            after = answer.headers.get("Retry-After", "")
            return Outcome(
                f"Wrong response from the webhook: {answer.status} {answer.reason}",
                int(after) if after.isdigit() else 0,
                is_gone=answer.status == GONE,
            )
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Outcome(_trouble(error))


def _trust(hook: Webhook) -> ssl.SSLContext | bool:
    if hook.certificate is None:
        return True
    context = ssl.create_default_context(cadata=hook.certificate)
    context.check_hostname = False
    return context


def _trouble(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return "SSL error {error:0A000086:SSL routines::certificate verify failed}"
    if isinstance(error, TimeoutError):
        return "Read timeout expired"
    number = getattr(error, "errno", None) or getattr(getattr(error, "os_error", None), "errno", 0)
    return os.strerror(number) if number and number > 0 else "Connection closed"


async def _taken(answer: aiohttp.ClientResponse) -> Outcome:
    """Read the method call that a bot may give in its answer."""
    call: Json = {}
    uploads: dict[str, Upload] = {}
    try:
        if answer.content_type == "application/json":
            found = await answer.json()
            call = found if isinstance(found, dict) else {}
        elif answer.content_type == "application/x-www-form-urlencoded":
            call = dict(parse_qsl(await answer.text()))
        elif answer.content_type == "multipart/form-data":
            call, uploads = await _parts(answer)
    except ValueError:
        return Outcome()
    return Outcome(call=call, uploads=uploads) if call.get("method") else Outcome()


async def _parts(answer: aiohttp.ClientResponse) -> tuple[Json, dict[str, Upload]]:
    call: Json = {}
    uploads: dict[str, Upload] = {}
    reader = aiohttp.MultipartReader.from_response(answer)
    while (part := await reader.next()) is not None:
        if not isinstance(part, aiohttp.BodyPartReader) or not part.name:
            continue
        if part.filename is None:
            call[part.name] = await part.text()
            continue
        kind = part.headers.get("Content-Type", "application/octet-stream")
        uploads[part.name] = Upload(part.filename, kind, bytes(await part.read(decode=True)))
        call.setdefault(part.name, f"attach://{part.name}")
    return call, uploads
