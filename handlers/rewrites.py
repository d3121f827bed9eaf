"""Polite forms: offered to the author of a judged message, and to whoever asks with ``/detox``."""

from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import CallbackQuery, EphemeralMessageParameters, InlineKeyboardMarkup, Message

from handlers.callbacks import CaseAction
from handlers.i18n import Catalogue, Markup, Texts
from handlers.keyboards import author_keyboard
from handlers.parsing import tapped_message
from handlers.refusals import UNREACHABLE, is_gone
from handlers.rendering.moderation import rephrased_text
from services.errors import ServiceError
from services.moderation.cases import Case
from services.moderation.detox.ports import Detoxifier
from services.moderation.ports import CaseStore, PolicyStore
from services.tasks import Nursery

log = structlog.get_logger(__name__)

LONGEST: Final = 1000
"""Characters that are put politely at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramRewrites:
    """Finds polite forms beside the handlers: a model may take its time over them."""

    bot: Bot
    catalogue: Catalogue
    cases: CaseStore
    policies: PolicyStore
    detoxifier: Detoxifier
    nursery: Nursery

    def offer(self, callback: CallbackQuery, case: Case, texts: Texts) -> None:
        """Begin to look for a polite form of a judged message, and show it to its author."""
        self.nursery.start(self._offer(callback, case, texts), name="polite_offer")

    def answer(self, message: Message, text: str, texts: Texts) -> None:
        """Begin to look for a polite form of a text, and reply with it."""
        self.nursery.start(self._answer(message, text, texts), name="polite_answer")

    async def send(self, case: Case) -> bool:
        """Put the offered form into the group in the place of the message; False: none is left."""
        if case.polite is None:
            return False
        texts = self.catalogue.texts((await self.policies.get(case.chat_id)).language)
        await self.bot.send_message(
            case.chat_id, rephrased_text(case, case.polite, texts),
            message_thread_id=case.thread_id or None,
        )  # fmt: skip
        try:
            await self.bot.delete_message(case.chat_id, case.message_id)
        except TelegramBadRequest as error:
            if not is_gone(error):
                raise
        return True

    async def _offer(self, callback: CallbackQuery, case: Case, texts: Texts) -> None:
        polite = await self._polite(case.excerpt)
        if polite is None or polite == case.excerpt:
            text = texts("moderation-offer-none")
            keyboard = author_keyboard(case, texts, CaseAction.APPEAL)
        else:
            await self.cases.rewritten(case.case_id, polite)
            text = texts("moderation-offer", text=polite)
            keyboard = author_keyboard(case, texts, CaseAction.SEND, CaseAction.APPEAL)
        await self._show(callback, case, text, keyboard)

    async def _show(
        self, callback: CallbackQuery, case: Case, text: Markup, keyboard: InlineKeyboardMarkup
    ) -> None:
        """Show it where the notice is; a notice for one pair of eyes is not edited like others."""
        notice = tapped_message(callback)
        try:
            if notice is not None and notice.ephemeral_message_id is None:
                await notice.edit_text(text, reply_markup=keyboard)
                return
            await self.bot.send_message(
                case.chat_id, text, reply_markup=keyboard,
                message_thread_id=case.thread_id or None,
                ephemeral_message_parameters=EphemeralMessageParameters(
                    receiver_user_id=case.user_id, callback_query_id=callback.id,
                    replace_callback_query_message=True,
                ),
            )  # fmt: skip
        except TelegramAPIError as error:
            log.warning("polite_form_not_shown", case=case.case_id, reason=type(error).__name__)

    async def _answer(self, message: Message, text: str, texts: Texts) -> None:
        polite = await self._polite(text)
        said = texts("detox-none")
        if polite == text:
            said = texts("detox-calm")
        elif polite is not None:
            said = texts("detox-polite", text=polite)
        try:
            await message.reply(said)
        except (TelegramBadRequest, *UNREACHABLE) as error:
            log.warning("polite_form_not_sent", reason=type(error).__name__)

    async def _polite(self, text: str) -> str | None:
        try:
            found = await self.detoxifier.detoxify(text)
        except ServiceError as error:
            log.warning("no_polite_form", error=error.code)
            return None
        return None if found is None else found.text
