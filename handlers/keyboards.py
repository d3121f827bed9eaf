from collections.abc import Iterable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks import AnswerAction, AnswerTap, CaseAction, CaseTap
from handlers.i18n import Texts
from handlers.rendering.answers import Keyboard
from services.moderation.cases import Case


def button(text: str, tap: CallbackData) -> InlineKeyboardButton:
    """Make a button that comes back as ``tap``."""
    return InlineKeyboardButton(text=text, callback_data=tap.pack())


def choice(text: str, tap: CallbackData, *, chosen: bool) -> InlineKeyboardButton:
    """Make a button of a choice, with a tick when it is the present one."""
    return button(f"✓ {text}" if chosen else text, tap)


def rows(*lines: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Lay buttons out, one sequence a line; empty lines are left out."""
    return InlineKeyboardMarkup(inline_keyboard=[list(line) for line in lines if line])


def column(buttons: Iterable[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Lay buttons out one below the other."""
    return [[one] for one in buttons]


def rating_row(request_id: str) -> list[InlineKeyboardButton]:
    """Make the thumbs."""
    good, bad = (
        AnswerTap(action=action, request_id=request_id)
        for action in (AnswerAction.GOOD, AnswerAction.BAD)
    )
    return [button("👍", good), button("👎", bad)]


def answer_keyboard(kind: Keyboard, request_id: str, texts: Texts) -> InlineKeyboardMarkup | None:
    """Make the buttons under a finished reply."""
    again = button(
        texts.plain("button-again"), AnswerTap(action=AnswerAction.AGAIN, request_id=request_id)
    )
    if kind is Keyboard.NONE:
        return None
    if kind is Keyboard.RETRY:
        return rows([again])
    if kind is Keyboard.RETRY_OR_WEB:
        web = AnswerTap(action=AnswerAction.WEB, request_id=request_id)
        return rows([again], [button(texts.plain("button-web"), web)])
    if kind is Keyboard.BUSY:
        return _busy_keyboard(request_id, texts)
    shorter = AnswerTap(action=AnswerAction.SHORTER, request_id=request_id)
    plain = AnswerTap(action=AnswerAction.PLAIN, request_id=request_id)
    personal = kind is Keyboard.PERSONAL
    return rows(
        rating_row(request_id),
        [again, button(texts.plain("button-shorter"), shorter)],
        [button(texts.plain("memory-button-plain"), plain)] if personal else [],
    )


def _busy_keyboard(request_id: str, texts: Texts) -> InlineKeyboardMarkup:
    wait, leave = (
        AnswerTap(action=action, request_id=request_id)
        for action in (AnswerAction.WAIT, AnswerAction.LEAVE)
    )
    return rows(
        [button(texts.plain("button-wait"), wait), button(texts.plain("button-leave"), leave)]
    )


def stop_keyboard(request_id: str, texts: Texts) -> InlineKeyboardMarkup:
    """Make the button under a placeholder in a group."""
    tap = AnswerTap(action=AnswerAction.STOP, request_id=request_id)
    return rows([button(texts.plain("button-stop"), tap)])


def author_keyboard(case: Case, texts: Texts, *actions: CaseAction | None) -> InlineKeyboardMarkup:
    """Make the buttons of the author of a judged message, one below the other."""
    return InlineKeyboardMarkup(
        inline_keyboard=column(
            button(
                texts.plain(f"moderation-button-{action.value}"),
                CaseTap(action=action, case_id=case.case_id),
            )
            for action in actions
            if action is not None
        )
    )
