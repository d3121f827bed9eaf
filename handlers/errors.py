import secrets

import structlog
from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import ErrorEvent

from handlers.i18n import Catalogue, Texts
from handlers.parsing import is_addressed
from handlers.toasts import toast
from services.errors import ServiceError

log = structlog.get_logger(__name__)


def build_router() -> Router:
    """Tell people what went wrong in their words; tell the log once, in ours."""
    router = Router(name="errors")
    router.errors.register(_tell)
    return router


async def _tell(
    event: ErrorEvent, *, bot: Bot, catalogue: Catalogue, texts: Texts | None = None
) -> None:
    error_id = _logged(event.exception)
    try:
        await _show(event, bot, texts or catalogue.texts(), error_id)
    except TelegramAPIError as error:
        log.warning("error_not_shown", error_id=error_id, why=type(error).__name__)


def _logged(error: Exception) -> str:
    error_id = secrets.token_hex(4)
    if isinstance(error, ServiceError) and error.code != "internal":
        log.info("refused", code=error.code, error_id=error_id)
    else:
        log.error("handler_broke", error_id=error_id, exc_info=error)
    return error_id


async def _show(event: ErrorEvent, bot: Bot, texts: Texts, error_id: str) -> None:
    callback, message = event.update.callback_query, event.update.message
    if callback is not None:
        await toast(callback, plain_error(event.exception, texts, error_id), alert=True)
    elif message is not None and is_addressed(message, await bot.me()):
        await message.reply(error_text(event.exception, texts, error_id))


def error_text(error: Exception, texts: Texts, error_id: str) -> str:
    """Give the sentence for an error as HTML, with its id where only the log can help."""
    if isinstance(error, ServiceError) and error.code != "internal":
        return texts(f"error-{error.code}")
    return texts("error-internal", id=error_id)


def plain_error(error: Exception, texts: Texts, error_id: str) -> str:
    """Give the sentence for an alert, which shows no markup and at most 200 characters."""
    html = error_text(error, texts, error_id)
    return html.replace("<code>", "").replace("</code>", "")[:200]
