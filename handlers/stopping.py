"""Stop and Cancel: they never wait for what they end."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, MessageGenerationStopped

from handlers.answers import refuse_tap
from handlers.callbacks import AnswerAction, AnswerTap
from handlers.filters import FromPerson
from handlers.i18n import Texts
from handlers.parsing import dialogue_of
from handlers.plain_words import Says
from handlers.toasts import toast
from services.answering.commands import CommandKind
from services.answering.request_models import RequestId
from services.answering.requests import Requests
from services.errors import NotAllowedError, NotFoundError
from services.people.models import Person


def build_router() -> Router:
    """Take the Stop of a draft, of a placeholder, ``/cancel``, and "stop" as a word."""
    router = Router(name="stopping")
    router.stopped_message_generation.register(_stop_draft)
    router.callback_query.register(
        _stop_placeholder, AnswerTap.filter(F.action == AnswerAction.STOP)
    )
    router.message.register(_cancel, FromPerson(), Command("cancel"))
    router.message.register(_cancel, FromPerson(), Says(CommandKind.STOP))
    return router


async def _stop_draft(event: MessageGenerationStopped, *, bot: Bot, requests: Requests) -> None:
    await requests.stop_draft(bot_id=bot.id, chat_id=event.chat.id, draft_id=event.draft_id)


async def _stop_placeholder(
    callback: CallbackQuery,
    *,
    callback_data: AnswerTap,
    person: Person,
    texts: Texts,
    requests: Requests,
) -> None:
    try:
        stopped = await requests.stop(RequestId(callback_data.request_id), user_id=person.user_id)
    except (NotAllowedError, NotFoundError) as error:
        await refuse_tap(callback, error, texts)
    else:
        await toast(callback, texts.plain("toast-stopped" if stopped else "toast-already-done"))


async def _cancel(
    message: Message, *, bot: Bot, person: Person, texts: Texts, requests: Requests
) -> None:
    count = await requests.cancel(dialogue_of(message, person.user_id, bot_id=bot.id))
    text = texts("cancel-done", count=count) if count else texts("cancel-nothing")
    await message.reply(text)
