"""``P/inline``, ``P/prepared`` and ``P/web_app`` over HTTP."""

from aiohttp import web
from pydantic import Field

from playground.encoding import Json, encode
from playground.sim import inline
from playground.sim.bodies import Body, read_json
from playground.sim.paths import where
from playground.sim.webapps import Launch, open_web_app
from playground.town import Town


class QueryBody(Body):
    """What is typed after a bot's name."""

    bot: int | str
    query: str = ""
    offset: str = ""


class ChoiceBody(Body):
    """Which result, and where exactly."""

    result_id: str
    reply_to: int | None = None
    thread_id: int | None = None


class PreparedBody(Body):
    """Which prepared message."""

    id: str


class WebAppBody(Body):
    """Which Mini App, and how."""

    url: str | None = None
    start_param: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,512}$")
    bot: int | str | None = None


class InlineRoutes:
    """Handlers of inline mode and of Mini Apps."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        chat = "/sim/users/{user}/chats/{chat}"
        return [
            web.post(chat + "/inline", self.ask),
            web.post(chat + "/inline/{query}/choose", self.choose),
            web.post(chat + "/prepared", self.send_prepared),
            web.post(chat + "/web_app", self.open_web_app),
        ]

    async def ask(self, request: web.Request) -> web.Response:
        """A query."""
        body = await read_json(request, QueryBody)
        person, chat = where(request)
        number = inline.ask(
            self._town, person, chat, body.bot, query=body.query, offset=body.offset
        )
        return web.json_response({"query_id": number})

    async def choose(self, request: web.Request) -> web.Response:
        """A result is sent."""
        body = await read_json(request, ChoiceBody)
        sent: Json = encode(inline.choose(
            self._town, *where(request), request.match_info["query"], body.result_id,
            reply_to=body.reply_to, thread_id=body.thread_id,
        ))  # fmt: skip
        return web.json_response(sent)

    async def send_prepared(self, request: web.Request) -> web.Response:
        """A prepared message is sent."""
        body = await read_json(request, PreparedBody)
        sent: Json = encode(inline.send_prepared(self._town, *where(request), body.id))
        return web.json_response(sent)

    async def open_web_app(self, request: web.Request) -> web.Response:
        """A Mini App is opened."""
        body = await read_json(request, WebAppBody)
        launch = Launch(body.url, body.start_param, body.bot)
        return web.json_response(open_web_app(self._town, *where(request), launch))
