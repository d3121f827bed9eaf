"""What a verdict does in Telegram; each step may be repeated without doing it twice."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    ChatPermissions,
    EphemeralMessageParameters,
    InlineKeyboardMarkup,
)

from handlers.administrators import TelegramAdministrators
from handlers.callbacks import CaseAction, CaseTap
from handlers.i18n import Catalogue, Markup, Texts
from handlers.keyboards import author_keyboard, button, rows
from handlers.refusals import UNREACHABLE, is_gone
from handlers.rendering.moderation import is_rude, is_told, log_text, notice_text, restored_text
from services.clock import Clock
from services.moderation.cases import NO_NOTICE, Case, CaseState
from services.moderation.models import Action
from services.moderation.policy import ChatPolicy
from services.moderation.ports import CaseStore, PolicyStore

log = structlog.get_logger(__name__)

_MUTED: Final = ChatPermissions(can_send_messages=False)
_NOTICE_STAYS: Final = timedelta(minutes=3)
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramEnforcer:
    """Acts on cases, and takes back what was done."""

    bot: Bot
    catalogue: Catalogue
    policies: PolicyStore
    cases: CaseStore
    administrators: TelegramAdministrators
    clock: Clock

    async def enforce(self, case: Case, *, title: str) -> None:
        """Do what the verdict says, tell the author, and write it into the log channel.

        Raises:
            UnavailableError: SQL or Telegram is down; the case is to be enforced again.
        """
        policy = await self.policies.get(case.chat_id)
        texts = self.catalogue.texts(policy.language)
        if not case.was_dry_run:
            await self._act(case)
            if is_told(case) and case.notice_id is None:
                await self._tell(case, policy, texts)
        if policy.log_chat_id is not None and case.log_message_id is None:
            await self._write_log(case, policy.log_chat_id, title, texts)

    async def undo(self, case: Case) -> None:
        """Lift the mute or ban of a case and say again what was removed."""
        if case.was_dry_run:
            return
        texts = self.catalogue.texts((await self.policies.get(case.chat_id)).language)
        if case.verdict.action is Action.MUTE:
            chat = await self.bot.get_chat(case.chat_id)
            allowed = chat.permissions or ChatPermissions(can_send_messages=True)
            await self._try(
                self.bot.restrict_chat_member(case.chat_id, case.user_id, permissions=allowed),
                case, "unmute",
            )  # fmt: skip
        if case.verdict.action is Action.BAN:
            await self._try(self._unban(case), case, "unban")
        if case.notice_id:
            await self._try(self.bot.delete_message(case.chat_id, case.notice_id), case, "notice")
        if case.verdict.delete and case.excerpt.strip():
            restored = restored_text(case, texts)
            await self._try(self._say(case, restored), case, "restore")

    def case_keyboard(self, case: Case, texts: Texts) -> InlineKeyboardMarkup | None:
        """Make the buttons for those who look after the chat; none for a closed case."""
        if case.state in {CaseState.UNDONE, CaseState.UPHELD}:
            return None
        unsure = case.verdict.action is Action.REVIEW
        choices = (
            (CaseAction.REMOVE, CaseAction.KEEP) if unsure else (CaseAction.UNDO, CaseAction.UPHOLD)
        )
        return rows([
            button(
                texts.plain(f"moderation-button-{action.value}"),
                CaseTap(action=action, case_id=case.case_id),
            )
            for action in choices
        ])  # fmt: skip

    async def remove(self, case: Case) -> None:
        """Delete a message that people have looked at."""
        if not case.was_dry_run:
            removing = self.bot.delete_message(case.chat_id, case.message_id)
            await self._try(removing, case, "delete")

    async def show(self, case: Case) -> None:
        """Bring a case's entry in the log channel up to date."""
        policy = await self.policies.get(case.chat_id)
        if policy.log_chat_id is None or case.log_message_id is None:
            return
        texts = self.catalogue.texts(policy.language)
        edit = self.bot.edit_message_text(
            log_text(case, title=str(case.chat_id), texts=texts),
            chat_id=policy.log_chat_id, message_id=case.log_message_id,
            reply_markup=self.case_keyboard(case, texts),
        )  # fmt: skip
        await self._try(edit, case, "log")

    async def ask_people(self, case: Case) -> None:
        """Bring an appeal before those who look after the chat: in the log, else in the group."""
        if case.log_message_id is not None:
            await self.show(case)
            return
        texts = self.catalogue.texts((await self.policies.get(case.chat_id)).language)
        asked = texts("moderation-appealed", name=case.name)
        text = Markup(f"{asked}\n{log_text(case, title='', texts=texts)}")
        await self._try(self._say(case, text, self.case_keyboard(case, texts)), case, "appeal")

    async def tell_outcome(self, case: Case) -> None:
        """Tell an author who has appealed what people said; only where they can be written to."""
        if case.appeal is None or case.user_id < 0:
            return
        texts = self.catalogue.texts((await self.policies.get(case.chat_id)).language)
        text = texts(f"moderation-outcome-{case.state.value}")
        alone = EphemeralMessageParameters(receiver_user_id=case.user_id)
        try:
            await self.bot.send_message(case.user_id, text)
        except (TelegramBadRequest, *UNREACHABLE):
            told = self.bot.send_message(case.chat_id, text, ephemeral_message_parameters=alone)
            await self._try(told, case, "outcome")

    async def remove_old_notices(self) -> None:
        """Take notices out of groups once their authors have had time to read them.

        Raises:
            UnavailableError: SQL or Telegram is down.
        """
        before = self.clock.now() - _NOTICE_STAYS
        for case in await self.cases.with_notices(before, limit=_AT_ONCE):
            if case.notice_id:
                removing = self.bot.delete_message(case.chat_id, case.notice_id)
                await self._try(removing, case, "notice")
            await self.cases.sent(case.case_id, notice_id=NO_NOTICE)

    async def _act(self, case: Case) -> None:
        if case.verdict.delete:
            await self._try(self.bot.delete_message(case.chat_id, case.message_id), case, "delete")
        if case.verdict.action is Action.MUTE and case.user_id > 0:
            muting = self.bot.restrict_chat_member(
                case.chat_id, case.user_id, permissions=_MUTED, until_date=case.muted_until
            )
            await self._try(muting, case, "mute")
        if case.verdict.action is Action.BAN:
            await self._try(self._ban(case), case, "ban")

    def _ban(self, case: Case) -> Awaitable[object]:
        if case.user_id < 0:
            return self.bot.ban_chat_sender_chat(case.chat_id, case.user_id)
        return self.bot.ban_chat_member(case.chat_id, case.user_id)

    def _unban(self, case: Case) -> Awaitable[object]:
        if case.user_id < 0:
            return self.bot.unban_chat_sender_chat(case.chat_id, case.user_id)
        return self.bot.unban_chat_member(case.chat_id, case.user_id, only_if_banned=True)

    async def _tell(self, case: Case, policy: ChatPolicy, texts: Texts) -> None:
        """Tell the author alone if that can be, else the group."""
        record = await self.cases.record(case.chat_id, case.user_id, self.clock.now())
        text = notice_text(case, record, policy, texts)
        offers = policy.offers_rewrites and case.is_whole and is_rude(case)
        keyboard = author_keyboard(
            case, texts, CaseAction.POLITE if offers else None, CaseAction.APPEAL
        )
        if case.user_id > 0 and await self._tell_alone(case, text, keyboard):
            await self.cases.sent(case.case_id, notice_id=NO_NOTICE)
            return
        now = self.clock.now().astimezone(policy.zone).time()
        if policy.quiet_hours is not None and policy.quiet_hours.covers(now):
            return
        sent = await self._say(case, text, keyboard)
        await self.cases.sent(case.case_id, notice_id=sent)

    async def _tell_alone(self, case: Case, text: Markup, keyboard: InlineKeyboardMarkup) -> bool:
        """Write for the author's eyes alone: into the group, else into the private chat."""
        alone = EphemeralMessageParameters(receiver_user_id=case.user_id)
        if case.verdict.action is not Action.BAN:
            try:
                await self.bot.send_message(
                    case.chat_id, text, reply_markup=keyboard, ephemeral_message_parameters=alone,
                    message_thread_id=case.thread_id or None,
                )  # fmt: skip
            except (TelegramBadRequest, TelegramForbiddenError) as error:
                log.info("not_told_in_group", case=case.case_id, reason=type(error).__name__)
            else:
                return True
        try:
            await self.bot.send_message(case.user_id, text, reply_markup=keyboard)
        except (TelegramBadRequest, *UNREACHABLE):
            # Who is banned reads nothing in the group either; the log has it.
            return case.verdict.action is Action.BAN
        return True

    async def _say(
        self, case: Case, text: Markup, keyboard: InlineKeyboardMarkup | None = None
    ) -> int:
        sent = await self.bot.send_message(
            case.chat_id, text, reply_markup=keyboard, message_thread_id=case.thread_id or None
        )
        return sent.message_id

    async def _write_log(self, case: Case, log_chat_id: int, title: str, texts: Texts) -> None:
        try:
            sent = await self.bot.send_message(
                log_chat_id, log_text(case, title=title, texts=texts),
                reply_markup=self.case_keyboard(case, texts),
            )  # fmt: skip
        except (TelegramBadRequest, *UNREACHABLE) as error:
            log.warning("case_not_logged", case=case.case_id, reason=type(error).__name__)
        else:
            await self.cases.sent(case.case_id, log_message_id=sent.message_id)

    async def _try(self, call: Awaitable[object], case: Case, what: str) -> None:
        """Do what may have been done before, or be forbidden; an outage goes on to the inbox."""
        try:
            await call
        except TelegramBadRequest as error:
            if not is_gone(error):
                self._lacks_right(case, what, error)
        except UNREACHABLE as error:
            self._lacks_right(case, what, error)

    def _lacks_right(self, case: Case, what: str, error: TelegramAPIError) -> None:
        self.administrators.forget(case.chat_id)
        log.warning(
            "verdict_not_enforced", case=case.case_id, what=what, reason=type(error).__name__
        )
