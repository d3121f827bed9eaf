from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message, Update

from handlers.filters import Addressed, FromPerson
from handlers.i18n import Texts
from handlers.parsing import new_request, question_of
from handlers.toasts import toast
from handlers.vocatives import Vocatives
from services.answering.requests import Requests
from services.people.models import Person


def build_router() -> Router:
    """Take questions, and last of all the buttons that nobody knows any more."""
    router = Router(name="ask")
    router.message.register(_ask, FromPerson(), Addressed(), flags={"asks": True})
    router.callback_query.register(_stale)
    return router


async def _ask(
    message: Message,
    *,
    bot: Bot,
    person: Person,
    texts: Texts,
    requests: Requests,
    vocatives: Vocatives,
    event_update: Update,
) -> None:
    question = vocatives.without(question_of(message, await bot.me()))
    if not question or question.startswith("/"):
        await message.reply(texts(_hint(message, question)))
        return
    await requests.ask(
        new_request(
            message, question, person,
            bot_id=bot.id, update_id=event_update.update_id, language=texts.language,
        )
    )  # fmt: skip


def _hint(message: Message, question: str) -> str:
    if question:
        return "ask-unknown-command"
    return "ask-empty" if message.text else "ask-text-only"


async def _stale(callback: CallbackQuery, *, texts: Texts) -> None:
    await toast(callback, texts.plain("toast-stale"), alert=True)
