"""``/bot<token>/<method>`` and ``/file/bot<token>/<path>`` over HTTP."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from playground.refusals import Refusal
from playground.serving.calling import Calling, Outcome
from playground.serving.files import file_response
from playground.serving.reading import read, too_large
from playground.town import Town

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def in_bot_api_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a bot that asks for what is not there hear it as Telegram says it."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        if is_for_bots(request.path):
            return _response(Outcome(refusal=too_large()))
        raise
    except web.HTTPException as error:
        if is_for_bots(request.path):
            return _response(Outcome(refusal=Refusal.unworded(error.status, error.reason)))
        raise


def is_for_bots(path: str) -> bool:
    """Whether an address is one of the Bot API's."""
    return path.startswith(("/bot", "/file/bot"))


class BotApi:
    """Answers bots."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self.calling = Calling(town)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer ``/bot<token>/<method>``."""
        try:
            params, uploads = await read(request)
        except Refusal as refusal:
            return _response(Outcome(refusal=refusal))
        match = request.match_info
        base = f"{request.scheme}://{request.host}"
        outcome = await self.calling.perform(match["token"], match["method"], params, uploads, base)
        if outcome.is_cut and request.transport is not None:
            request.transport.abort()
        return _response(outcome)

    async def nothing(self, _request: web.Request) -> web.StreamResponse:
        """Answer whatever else begins like an address of the Bot API."""
        return _response(Outcome(refusal=Refusal.unworded(404, "Not Found")))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Answer ``/file/bot<token>/<path>``."""
        try:
            self._town.users.by_token(request.match_info["token"])
        except Refusal as refusal:
            return _response(Outcome(refusal=refusal))
        stored = self._town.files.at(request.match_info["path"])
        if stored is None:
            return _response(Outcome(refusal=Refusal.unworded(404, "Not Found")))
        return file_response(request, stored.upload.content, "application/octet-stream")


def _response(outcome: Outcome) -> web.Response:
    refusal = outcome.refusal
    headers: dict[str, str] = {"Content-Type": "application/json"}
    if refusal is not None and refusal.retry_after:
        headers["Retry-After"] = str(refusal.retry_after)
    return web.Response(
        body=msgspec.json.encode(outcome.body()), status=refusal.code if refusal else 200,
        headers=headers,
    )  # fmt: skip
