"""The button that has the ranking fitted anew, and what is told of it."""

from dataclasses import dataclass

import structlog
from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from handlers.callbacks import RetrainTap
from handlers.i18n import Catalogue, Markup, Texts
from handlers.keyboards import button, rows
from handlers.parsing import tapped_message
from handlers.toasts import toast
from services.answering.calibrating import FEWEST_HELD_OUT, Calibration
from services.insight.retraining import Retraining, RetrainOrder
from services.people.models import Person, Role

log = structlog.get_logger(__name__)

_MAY = frozenset({Role.OWNER, Role.ADMIN})


def build_router() -> Router:
    """Take the button."""
    router = Router(name="retraining")
    router.callback_query.register(_retrain, RetrainTap.filter())
    return router


def retrain_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Make the button."""
    return rows([button(texts.plain("retrain-button"), RetrainTap())])


async def _retrain(
    callback: CallbackQuery, *, person: Person, texts: Texts, retraining: Retraining
) -> None:
    message = tapped_message(callback)
    if person.role not in _MAY or message is None:
        await toast(callback, texts.plain("retrain-not-for-you"), alert=True)
        return
    await toast(callback)
    retraining.ask(
        RetrainOrder(chat_id=message.chat.id, user_id=person.user_id, language=texts.language)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramRetrainView:
    """``RetrainView``: one message, in which the outcome takes the place of the beginning."""

    bot: Bot
    catalogue: Catalogue

    async def begun(self, order: RetrainOrder) -> int | None:
        """See ``RetrainView.begun``."""
        return await self._say(order, None, self._texts(order)("retrain-begun"))

    async def running(self, order: RetrainOrder) -> None:
        """See ``RetrainView.running``."""
        await self._say(order, None, self._texts(order)("retrain-running"))

    async def done(self, order: RetrainOrder, shown: int | None, outcome: Calibration) -> None:
        """See ``RetrainView.done``."""
        state = "kept" if outcome.kept else "as-it-was"
        if outcome.held_out < FEWEST_HELD_OUT:
            state = "too-few"
        html = self._texts(order)(
            f"retrain-done-{state}", questions=outcome.questions, held=outcome.held_out,
            plain=f"{outcome.plain:.4f}", fitted=f"{outcome.fitted:.4f}",
        )  # fmt: skip
        await self._say(order, shown, html)

    async def failed(self, order: RetrainOrder, shown: int | None, code: str) -> None:
        """See ``RetrainView.failed``."""
        known = code if code in {"unavailable", "not-found"} else "other"
        await self._say(order, shown, self._texts(order)(f"retrain-failed-{known}"))

    async def _say(self, order: RetrainOrder, shown: int | None, html: Markup) -> int | None:
        try:
            if shown is not None:
                await self.bot.edit_message_text(html, chat_id=order.chat_id, message_id=shown)
                return shown
            return (await self.bot.send_message(order.chat_id, html)).message_id
        except TelegramAPIError as error:
            log.warning("retraining_not_told", reason=type(error).__name__)
            return None

    def _texts(self, order: RetrainOrder) -> Texts:
        return self.catalogue.texts(order.language)
