"""Why was an answer no good? One more tap, in place of the thumbs."""

from typing import Final

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from handlers.answers import refuse_tap
from handlers.callbacks import AnswerAction, AnswerTap
from handlers.i18n import Texts
from handlers.keyboards import button, rating_row
from handlers.parsing import tapped_message
from handlers.refusals import is_gone, is_not_modified
from handlers.toasts import toast
from services.answering.request_models import RequestId
from services.answering.requests import Requests
from services.errors import NotAllowedError, NotFoundError
from services.insight.models import Complaint
from services.people.models import Person

_A_ROW: Final = 2


class ComplaintTap(CallbackData, prefix="w"):
    """What was wrong with the answer to a request."""

    request_id: str
    complaint: Complaint


def build_router() -> Router:
    """Take thumbs down, and what was wrong."""
    router = Router(name="complaining")
    router.callback_query.register(_thumb_down, AnswerTap.filter(F.action == AnswerAction.BAD))
    router.callback_query.register(_complain, ComplaintTap.filter())
    return router


async def _thumb_down(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
) -> None:
    request_id = RequestId(callback_data.request_id)
    try:
        await requests.rate(request_id, user_id=person.user_id, good=False)
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
        return
    await toast(callback, texts.plain("toast-what-was-wrong"))
    await _replace(callback, AnswerTap.__prefix__, _reasons(request_id, texts))


async def _complain(
    callback: CallbackQuery,
    *,
    callback_data: ComplaintTap,
    person: Person,
    texts: Texts,
    requests: Requests,
) -> None:
    request_id = RequestId(callback_data.request_id)
    try:
        await requests.rate(
            request_id, user_id=person.user_id, good=False, reason=callback_data.complaint.value
        )
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
        return
    await toast(callback, texts.plain("toast-thanks"))
    await _replace(callback, ComplaintTap.__prefix__, [rating_row(request_id)])


def _reasons(request_id: RequestId, texts: Texts) -> list[list[InlineKeyboardButton]]:
    buttons = [
        button(
            texts.plain(f"complaint-{complaint.value}"),
            ComplaintTap(request_id=request_id, complaint=complaint),
        )
        for complaint in Complaint
    ]
    return [buttons[at : at + _A_ROW] for at in range(0, len(buttons), _A_ROW)]


async def _replace(
    callback: CallbackQuery, prefix: str, rows: list[list[InlineKeyboardButton]]
) -> None:
    """Put rows in place of the thumbs, or of the reasons; the other buttons stay."""
    message = tapped_message(callback)
    if message is None or message.reply_markup is None:
        return
    rest = [row for row in message.reply_markup.inline_keyboard if not _rates(row, prefix)]
    try:
        await message.edit_reply_markup(
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[*rows, *rest])
        )
    except TelegramBadRequest as error:
        if not (is_not_modified(error) or is_gone(error)):
            raise


def _rates(row: list[InlineKeyboardButton], prefix: str) -> bool:
    """Tell whether a row holds the thumbs (of ``AnswerTap``), or reasons."""
    data = [one.callback_data or "" for one in row]
    if prefix == AnswerTap.__prefix__:
        return any(one.startswith(f"{prefix}:{AnswerAction.BAD.value}:") for one in data)
    return any(one.startswith(f"{prefix}:") for one in data)
