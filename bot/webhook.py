import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from aiohttp import web

from bot.polling import ACCEPTED
from bot.updates import read_update
from services.adapters.redis.inbox import IncomingUpdate
from services.errors import InvalidInputError, UnavailableError

log = structlog.get_logger(__name__)

PATH: Final = "/telegram/webhook"
_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"


def derived_secret(token: str) -> str:
    """Make the secret that all replicas of a bot agree on without being told."""
    return hmac.new(token.encode(), b"samovar webhook", hashlib.sha256).hexdigest()


def add_webhook(
    app: web.Application,
    accept: Callable[[Sequence[IncomingUpdate]], Awaitable[int]],
    *,
    secret: str,
) -> None:
    """Take updates by POST; answer 200 only after the inbox has taken them.

    Telegram repeats what was not answered with 200, and the inbox drops repeats.
    """

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=403)
        try:
            update = read_update(await request.read())
            ACCEPTED.inc(await accept([update]))
        except InvalidInputError:
            return web.Response(status=400)
        except UnavailableError as error:
            log.warning("webhook_refused", reason=str(error))
            return web.Response(status=503)
        return web.Response(status=200)

    app.router.add_post(PATH, receive)
