"""The buttons under an answer; they work for the person who asked."""

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


def build_router() -> Router:
    """Take praise, again and shorter, and what to do when the pool is full."""
    router = Router(name="answers")
    repeating = F.action.in_({AnswerAction.AGAIN, AnswerAction.SHORTER})
    router.callback_query.register(_praise, AnswerTap.filter(F.action == AnswerAction.GOOD))
    router.callback_query.register(_repeat, AnswerTap.filter(repeating), flags={"asks": True})
    router.callback_query.register(
        _impersonally, AnswerTap.filter(F.action == AnswerAction.PLAIN), flags={"asks": True}
    )
    router.callback_query.register(
        _search_web, AnswerTap.filter(F.action == AnswerAction.WEB), flags={"asks": True}
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


async def _repeat(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
    event_update: Update,
) -> None:
    shorter = callback_data.action is AnswerAction.SHORTER
    repeat = requests.shorter if shorter else requests.again
    try:
        await repeat(
            RequestId(callback_data.request_id),
            user_id=person.user_id,
            update_id=event_update.update_id,
        )
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        await toast(callback, texts.plain("toast-shorter" if shorter else "toast-again"))


async def _impersonally(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
    event_update: Update,
) -> None:
    try:
        await requests.impersonally(
            RequestId(callback_data.request_id),
            user_id=person.user_id,
            update_id=event_update.update_id,
        )
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        await toast(callback, texts.plain("memory-toast-plain"))


async def _search_web(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
    event_update: Update,
) -> None:
    try:
        await requests.on_the_web(
            RequestId(callback_data.request_id),
            user_id=person.user_id,
            update_id=event_update.update_id,
            wish=texts.plain("ask-the-web"),
        )
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        await toast(callback, texts.plain("toast-web"))


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
