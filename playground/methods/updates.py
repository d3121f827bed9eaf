"""How a bot gets its updates: long polling or a webhook."""

from typing import Final

from aiogram import methods
from aiogram.types import WebhookInfo

from playground.encoding import Json, moment
from playground.refusals import Refusal, bad_request
from playground.registry import Area, Caller
from playground.state.updates import MOST_AT_ONCE, UpdateQueue, Webhook

area = Area()
LONGEST_POLL_S: Final = 50
SCHEMES: Final = ("http://", "https://")


@area.answers_to(methods.GetUpdates)
async def get_updates(caller: Caller, call: methods.GetUpdates) -> list[Json]:
    """Hand over updates, waiting for the first as long as asked."""
    queue = caller.town.queues[caller.bot.id]
    if queue.webhook is not None:
        raise Refusal(
            409,
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
            " webhook first",
        )
    poll = queue.begin_poll()
    queue.allow(call.allowed_updates)
    queue.skip_to(call.offset or 0)
    queue.polling += 1
    try:
        await _wait(caller, queue, poll, min(call.timeout or 0, LONGEST_POLL_S))
    finally:
        queue.polling -= 1
    taken = queue.take(min(max(call.limit or MOST_AT_ONCE, 1), MOST_AT_ONCE))
    return [delivery.update for delivery in taken]


async def _wait(caller: Caller, queue: UpdateQueue, poll: int, timeout_s: float) -> None:
    now = caller.town.now
    ends_at = now() + timeout_s
    while not queue.pending and now() < ends_at:
        await queue.changed.wait(ends_at - now())
        queue.check_poll(poll)


@area.answers_to(methods.SetWebhook)
def set_webhook(caller: Caller, call: methods.SetWebhook) -> bool:
    """Let updates be pushed; an empty address means polling again."""
    queue = caller.town.queues[caller.bot.id]
    if not call.url:
        return _stop_pushing(queue, call.drop_pending_updates)
    if not call.url.startswith(SCHEMES):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    queue.allow(call.allowed_updates)
    if call.drop_pending_updates:
        queue.clear()
    queue.webhook = Webhook(call.url, call.secret_token, call.max_connections or 40)
    queue.begin_poll()
    return True


@area.answers_to(methods.DeleteWebhook)
def delete_webhook(caller: Caller, call: methods.DeleteWebhook) -> bool:
    """Stop pushing."""
    return _stop_pushing(caller.town.queues[caller.bot.id], call.drop_pending_updates)


def _stop_pushing(queue: UpdateQueue, drop: bool | None) -> bool:  # noqa: FBT001 - as given
    queue.webhook = None
    if drop:
        queue.clear()
    queue.changed.notify()
    return True


@area.answers_to(methods.GetWebhookInfo)
def get_webhook_info(caller: Caller, _call: methods.GetWebhookInfo) -> WebhookInfo:
    """Tell how pushing goes."""
    queue = caller.town.queues[caller.bot.id]
    hook = queue.webhook
    failed = hook is not None and hook.last_error_at is not None
    return WebhookInfo(
        url=hook.url if hook else "",
        has_custom_certificate=False,
        pending_update_count=len(queue.pending),
        max_connections=hook.max_connections if hook else None,
        last_error_date=moment(hook.last_error_at or 0) if hook and failed else None,
        last_error_message=hook.last_error if hook else None,
        allowed_updates=sorted(queue.allowed) if queue.allowed else None,
    )
