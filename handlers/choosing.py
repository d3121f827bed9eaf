"""Buttons with what an underspecified question could mean; a tap asks that question."""

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Update

from handlers.answers import refuse_tap
from handlers.i18n import Texts
from handlers.keyboards import button, column
from handlers.parsing import tapped_message
from handlers.toasts import toast
from services.answering.request_models import RequestId
from services.answering.requests import Requests
from services.errors import NotAllowedError, NotFoundError
from services.people.models import Person


class ChoiceTap(CallbackData, prefix="c"):
    """One of the questions that a person may have meant; its words stand on the button."""

    request_id: str
    number: int


def choices_keyboard(choices: tuple[str, ...], request_id: str) -> InlineKeyboardMarkup:
    """Make a button for each question."""
    taps = enumerate(choices)
    return InlineKeyboardMarkup(
        inline_keyboard=column(
            button(question, ChoiceTap(request_id=request_id, number=number))
            for number, question in taps
        )
    )


def with_follow_ups(
    keyboard: InlineKeyboardMarkup | None, follow_ups: tuple[str, ...], request_id: str
) -> InlineKeyboardMarkup | None:
    """Put the subjects to go on with below the buttons of an answer."""
    if not follow_ups:
        return keyboard
    above = keyboard.inline_keyboard if keyboard is not None else []
    return InlineKeyboardMarkup(
        inline_keyboard=[*above, *choices_keyboard(follow_ups, request_id).inline_keyboard]
    )


def build_router() -> Router:
    """Take choices."""
    router = Router(name="choosing")
    router.callback_query.register(_choose, ChoiceTap.filter(), flags={"asks": True})
    return router


async def _choose(
    callback: CallbackQuery,
    *,
    callback_data: ChoiceTap,
    person: Person,
    texts: Texts,
    requests: Requests,
    event_update: Update,
) -> None:
    question = _tapped(callback)
    if not question:
        await toast(callback, texts.plain("toast-gone"), alert=True)
        return
    try:
        await requests.meant(
            RequestId(callback_data.request_id),
            user_id=person.user_id,
            update_id=event_update.update_id,
            question=question,
        )
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        await toast(callback, texts.plain("toast-chosen"))


def _tapped(callback: CallbackQuery) -> str:
    """Read the words of the button; Telegram keeps them with the message."""
    message = tapped_message(callback)
    markup = message.reply_markup if message is not None else None
    lines = markup.inline_keyboard if markup is not None else ()
    taps = (one for line in lines for one in line if one.callback_data == callback.data)
    return next((one.text for one in taps), "")
