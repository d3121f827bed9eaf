"""Buttons about cases: an author appeals, those who look after the chat undo or uphold."""

from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers.administrators import TelegramAdministrators
from handlers.callbacks import CaseAction, CaseTap
from handlers.editing import redraw
from handlers.enforcing import TelegramEnforcer
from handlers.i18n import Texts
from handlers.parsing import tapped_message
from handlers.rendering.moderation import log_text
from handlers.rewrites import TelegramRewrites
from handlers.toasts import toast
from services.clock import Clock
from services.moderation.cases import Case, CaseState
from services.moderation.ports import CaseStore
from services.people.models import Person

_CLOSING: Final = {
    CaseAction.UNDO: CaseState.UNDONE, CaseAction.UPHOLD: CaseState.UPHELD,
    CaseAction.REMOVE: CaseState.UPHELD, CaseAction.KEEP: CaseState.UNDONE,
}  # fmt: skip


def build_router() -> Router:
    """Take the buttons; nobody who is judged may be kept from them."""
    router = Router(name="moderation_cases")
    router.callback_query.register(_appeal, CaseTap.filter(F.action == CaseAction.APPEAL))
    router.callback_query.register(_polite, CaseTap.filter(F.action == CaseAction.POLITE))
    router.callback_query.register(_send, CaseTap.filter(F.action == CaseAction.SEND))
    router.callback_query.register(_close, CaseTap.filter(F.action.in_(_CLOSING)))
    return router


async def _own_case(
    callback: CallbackQuery, tap: CaseTap, texts: Texts, cases: CaseStore
) -> Case | None:
    """Find the case of a tap by its author; anybody else, and who comes late, is told so."""
    case = await cases.find(tap.case_id)
    if case is None:
        await toast(callback, texts.plain("moderation-toast-gone"), alert=True)
    elif callback.from_user.id != case.user_id:
        await toast(callback, texts.plain("moderation-toast-not-yours"), alert=True)
    else:
        return case
    return None


async def _polite(
    callback: CallbackQuery,
    *,
    callback_data: CaseTap,
    texts: Texts,
    cases: CaseStore,
    rewrites: TelegramRewrites,
) -> None:
    case = await _own_case(callback, callback_data, texts, cases)
    if case is not None:
        await toast(callback, texts.plain("moderation-toast-looking"))
        rewrites.offer(callback, case, texts)


async def _send(
    callback: CallbackQuery,
    *,
    callback_data: CaseTap,
    texts: Texts,
    cases: CaseStore,
    rewrites: TelegramRewrites,
) -> None:
    case = await _own_case(callback, callback_data, texts, cases)
    if case is not None:
        sent = await rewrites.send(case)
        await toast(callback, texts.plain(f"moderation-toast-{'sent' if sent else 'gone'}"))


async def _appeal(
    callback: CallbackQuery,
    *,
    callback_data: CaseTap,
    texts: Texts,
    cases: CaseStore,
    enforcer: TelegramEnforcer,
) -> None:
    case = await _own_case(callback, callback_data, texts, cases)
    if case is None:
        return
    if not await cases.appeal(case.case_id, ""):
        await toast(callback, texts.plain(f"moderation-toast-{case.state.value}"), alert=True)
    else:
        await toast(callback, texts.plain("moderation-toast-appeal"), alert=True)
        appealed = await cases.find(case.case_id)
        if appealed is not None:
            await enforcer.ask_people(appealed)


async def _close(
    callback: CallbackQuery,
    *,
    callback_data: CaseTap,
    person: Person,
    texts: Texts,
    cases: CaseStore,
    administrators: TelegramAdministrators,
    enforcer: TelegramEnforcer,
    clock: Clock,
) -> None:
    case = await cases.find(callback_data.case_id)
    if case is None:
        await toast(callback, texts.plain("moderation-toast-gone"), alert=True)
        return
    if not await administrators.keeps(case.chat_id, person):
        await toast(callback, texts.plain("moderation-toast-not-admin"), alert=True)
        return
    state = _CLOSING[callback_data.action]
    if not await cases.close(case.case_id, state, by=person.user_id, at=clock.now()):
        await toast(callback, texts.plain("moderation-toast-closed"), alert=True)
        return
    if callback_data.action is CaseAction.UNDO:
        await enforcer.undo(case)
    elif callback_data.action is CaseAction.REMOVE:
        await enforcer.remove(case)
    closed = await cases.find(case.case_id)
    if closed is not None:
        await _show(callback, closed, texts)
        await enforcer.show(closed)
        await enforcer.tell_outcome(closed)


async def _show(callback: CallbackQuery, case: Case, texts: Texts) -> None:
    message = tapped_message(callback)
    title = "" if message is None else message.chat.title or ""
    await redraw(callback, log_text(case, title=title, texts=texts), None)
