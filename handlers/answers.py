"""The buttons under an answer; they work for the person who asked."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Update

from handlers.callbacks import AnswerAction, AnswerTap
from handlers.i18n import Texts
from handlers.toasts import toast
from services.answering.request_models import RequestId
from services.answering.requests import Requests
from services.errors import NotAllowedError, NotFoundError
from services.people.models import Person


def build_router() -> Router:
    """Take ratings, again and shorter."""
    router = Router(name="answers")
    rating = F.action.in_({AnswerAction.GOOD, AnswerAction.BAD})
    router.callback_query.register(_rate, AnswerTap.filter(rating))
    router.callback_query.register(_repeat, AnswerTap.filter(~rating), flags={"asks": True})
    return router


async def _rate(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
) -> None:
    good = callback_data.action is AnswerAction.GOOD
    try:
        await requests.rate(RequestId(callback_data.request_id), user_id=person.user_id, good=good)
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


async def refuse_tap(
    callback: CallbackQuery, error: NotAllowedError | NotFoundError, texts: Texts
) -> None:
    """Say that the request is someone else's, or not kept any more."""
    key = "toast-not-yours" if isinstance(error, NotAllowedError) else "toast-gone"
    await toast(callback, texts.plain(key), alert=True)
