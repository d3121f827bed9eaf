"""How a bot gets its updates: long polling or a webhook."""

import asyncio
from typing import Final

from aiogram import methods
from aiogram.types import WebhookInfo

from playground.encoding import Json, moment
from playground.methods.webhooks import webhook_from
from playground.refusals import Refusal
from playground.registry import Area, Caller
from playground.state.updates import MOST_AT_ONCE, UpdateQueue

area = Area()
LONGEST_POLL_S: Final = 50
CONFLICTS_S: Final = 3.0
WEBHOOK_IS_ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
    " webhook first"
)


@area.answers_to(methods.GetUpdates)
async def get_updates(caller: Caller, call: methods.GetUpdates) -> list[Json]:
    """Hand over updates, waiting for the first as long as asked."""
    queue = caller.town.queues[caller.bot.id]
    if queue.webhook is not None:
        await _pause_conflict(queue)
        raise Refusal(409, WEBHOOK_IS_ACTIVE)
    queue.allow(call.allowed_updates)
    queue.skip_to(call.offset or 0)
    queue.sweep()
    if not queue.pending and call.timeout:
        await _wait(caller, queue, min(max(call.timeout, 0), LONGEST_POLL_S))
    limit = MOST_AT_ONCE if call.limit is None else call.limit
    taken = queue.take(min(max(limit, 1), MOST_AT_ONCE))
    return [delivery.update for delivery in taken]


async def _wait(caller: Caller, queue: UpdateQueue, timeout_s: float) -> None:
    poll = queue.begin_poll()
    deadline = caller.town.clock.deadline(timeout_s)
    queue.polling += 1
    try:
        while not queue.pending and (left_s := deadline.left_s) > 0:
            await queue.changed.wait(left_s)
            if poll != queue.poll:
                await _pause_conflict(queue)
            queue.check_poll(poll)
    finally:
        queue.polling -= 1


async def _pause_conflict(queue: UpdateQueue) -> None:
    """Hold back a conflict that soon follows another, so that two pollers do not race."""
    now = asyncio.get_running_loop().time()
    if now < queue.calm_at:
        await asyncio.sleep(CONFLICTS_S)
    else:
        queue.calm_at = now + CONFLICTS_S


@area.answers_to(methods.SetWebhook)
async def set_webhook(caller: Caller, call: methods.SetWebhook) -> bool:
    """Let updates be pushed; an empty address means polling again."""
    queue = caller.town.queues[caller.bot.id]
    if not call.url:
        return _stop_pushing(queue, drop=bool(call.drop_pending_updates))
    webhook = await webhook_from(caller, call)
    queue.allow(call.allowed_updates)
    if call.drop_pending_updates:
        queue.clear()
    queue.push_to(webhook)
    return True


@area.answers_to(methods.DeleteWebhook)
def delete_webhook(caller: Caller, call: methods.DeleteWebhook) -> bool:
    """Stop pushing."""
    queue = caller.town.queues[caller.bot.id]
    return _stop_pushing(queue, drop=bool(call.drop_pending_updates))


def _stop_pushing(queue: UpdateQueue, *, drop: bool) -> bool:
    if drop:
        queue.clear()
    if queue.webhook is not None:
        queue.push_to(None)
    return True


@area.answers_to(methods.GetWebhookInfo)
def get_webhook_info(caller: Caller, _call: methods.GetWebhookInfo) -> WebhookInfo:
    """Tell how pushing goes."""
    queue = caller.town.queues[caller.bot.id]
    queue.sweep()
    hook = queue.webhook
    allowed = sorted(queue.allowed) if queue.allowed else None
    if hook is None:
        return WebhookInfo(
            url="", has_custom_certificate=False, pending_update_count=len(queue.pending),
            allowed_updates=allowed,
        )  # fmt: skip
    failed_at = hook.last_error_at
    return WebhookInfo(
        url=hook.url,
        has_custom_certificate=hook.certificate is not None,
        pending_update_count=len(queue.pending),
        ip_address=hook.ip_address,
        max_connections=hook.max_connections,
        last_error_date=None if failed_at is None else moment(failed_at),
        last_error_message=hook.last_error,
        allowed_updates=allowed,
    )


@area.answers_to(methods.LogOut)
def log_out(caller: Caller, _call: methods.LogOut) -> bool:
    """Leave this server: no call is answered for ten minutes, and what waits is dropped."""
    queue = caller.town.queues[caller.bot.id]
    queue.clear()
    queue.push_to(None)
    caller.town.sessions.log_out(caller.bot.id, caller.town.now())
    return True


@area.answers_to(methods.Close)
def close(caller: Caller, _call: methods.Close) -> bool:
    """Stop the bot until its next call; updates are kept."""
    caller.town.sessions.close(caller.bot.id, caller.town.now())
    return True
