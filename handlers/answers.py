"""The buttons under an answer; they work for the person who asked."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Update

from handlers.callbacks import AnswerAction, AnswerTap
from handlers.editing import close_panel, redraw
from handlers.i18n import Texts
from handlers.keyboards import answer_keyboard
from handlers.rendering.answers import Keyboard
from handlers.toasts import toast
from services.answering.request_models import RequestId
from services.answering.requests import Requests
from services.errors import NotAllowedError, NotFoundError
from services.people.models import Person

_REPETITIONS: Final = {
    AnswerAction.AGAIN: "toast-again",
    AnswerAction.SHORTER: "toast-shorter",
    AnswerAction.PLAIN: "memory-toast-plain",
    AnswerAction.WEB: "toast-web",
}
"""Buttons that ask the same question in another way, and the toast that each brings."""


def build_router() -> Router:
    """Take praise, again and shorter, and what to do when the pool is full."""
    router = Router(name="answers")
    router.callback_query.register(_praise, AnswerTap.filter(F.action == AnswerAction.GOOD))
    router.callback_query.register(
        _ask_again, AnswerTap.filter(F.action.in_(_REPETITIONS)), flags={"asks": True}
    )
    router.callback_query.register(
        _wait, AnswerTap.filter(F.action == AnswerAction.WAIT), flags={"asks": True}
    )
    router.callback_query.register(_leave, AnswerTap.filter(F.action == AnswerAction.LEAVE))
    return router


async def _praise(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
) -> None:
    try:
        await requests.rate(RequestId(callback_data.request_id), user_id=person.user_id, good=True)
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        await toast(callback, texts.plain("toast-thanks"))


async def _ask_again(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
    event_update: Update,
) -> None:
    try:
        await _repetition(requests, callback_data.action, texts)(
            RequestId(callback_data.request_id),
            user_id=person.user_id,
            update_id=event_update.update_id,
        )
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        await toast(callback, texts.plain(_REPETITIONS[callback_data.action]))


def _repetition(
    requests: Requests, action: AnswerAction, texts: Texts
) -> Callable[..., Awaitable[object]]:
    match action:
        case AnswerAction.SHORTER:
            return requests.shorter
        case AnswerAction.PLAIN:
            return requests.impersonally
        case AnswerAction.WEB:
            return partial(requests.on_the_web, wish=texts.plain("ask-the-web"))
        case _:
            return requests.again


async def _wait(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
    event_update: Update,
) -> None:
    try:
        await requests.wait(
            RequestId(callback_data.request_id),
            user_id=person.user_id,
            update_id=event_update.update_id,
        )
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        await close_panel(callback, texts("busy-waits"))


async def _leave(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
) -> None:
    try:
        await requests.decline(RequestId(callback_data.request_id), user_id=person.user_id)
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        again = answer_keyboard(Keyboard.RETRY, callback_data.request_id, texts)
        await redraw(callback, texts("busy-left"), again)


async def refuse_tap(
    callback: CallbackQuery, error: NotAllowedError | NotFoundError, texts: Texts
) -> None:
    """Say that the request is someone else's, or not kept any more."""
    key = "toast-not-yours" if isinstance(error, NotAllowedError) else "toast-gone"
    await toast(callback, texts.plain(key), alert=True)
