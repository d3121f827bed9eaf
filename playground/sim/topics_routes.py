"""``P/topics`` over HTTP."""

from aiohttp import web

from playground.sim import topics
from playground.sim.bodies import Body, read_json
from playground.sim.paths import where
from playground.sim.routes import number
from playground.town import Town


class TopicBody(Body):
    """A new topic; without a name a private one is named later."""

    name: str = ""
    icon_color: int | None = None
    icon: str | None = None


class TopicChangeBody(Body):
    """What changes."""

    name: str | None = None
    icon: str | None = None
    is_closed: bool | None = None
    is_hidden: bool | None = None


class TopicsRoutes:
    """Handlers of topics."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        path = "/sim/users/{user}/chats/{chat}/topics"
        return [
            web.post(path, self.make),
            web.patch(path + "/{thread}", self.change),
            web.delete(path + "/{thread}", self.delete),
        ]

    async def make(self, request: web.Request) -> web.Response:
        """A new topic."""
        body = await read_json(request, TopicBody)
        return web.json_response(topics.make(
            self._town, *where(request), body.name, icon_color=body.icon_color, icon=body.icon
        ))  # fmt: skip

    async def change(self, request: web.Request) -> web.Response:
        """A new name or icon; closed, opened, hidden, shown."""
        body = await read_json(request, TopicChangeBody)
        return web.json_response(topics.change(
            self._town, *where(request), number(request, "thread"), name=body.name,
            icon=body.icon, is_closed=body.is_closed, is_hidden=body.is_hidden,
        ))  # fmt: skip

    async def delete(self, request: web.Request) -> web.Response:
        """A topic goes."""
        thread = number(request, "thread")
        return web.json_response(topics.delete(self._town, *where(request), thread))
