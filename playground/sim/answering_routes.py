"""``/sim/...`` over HTTP: people vote, press keys, show their faces."""

from typing import Any, Final

from aiohttp import web
from aiohttp.web_request import FileField

from playground.encoding import encode
from playground.refusals import SimError
from playground.sim import faces, games, polls, pressing, reacting
from playground.sim.bodies import read_json
from playground.sim.routes import number
from playground.state.files import Upload
from playground.town import Town

PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class AnsweringRoutes:
    """Handlers for what people do with what bots offer."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        chat = "/sim/users/{user}/chats/{chat}"
        message = chat + "/messages/{message}"
        return [
            web.put(message + "/vote", self.vote),
            web.get(message + "/voters", self.voters),
            web.post(message + "/close_poll", self.close_poll),
            web.post(chat + "/press", self.press),
            web.put(message + "/reaction", self.react),
            web.put(chat + "/available_reactions", self.set_available),
            web.get("/sim/users/{user}/photo", self.photo),
            web.put("/sim/users/{user}/photo", self.add_photo),
            web.delete("/sim/users/{user}/photo", self.remove_photo),
            web.put("/sim/users/{user}/audio", self.add_audio),
            web.post("/sim/bots/{bot}/games", self.add_game),
        ]

    async def vote(self, request: web.Request) -> web.Response:
        """A choice in a poll."""
        body = await read_json(request, polls.VoteBody)
        return web.json_response(
            polls.choose(self._town, *_where(request), number(request, "message"), body.options)
        )

    async def voters(self, request: web.Request) -> web.Response:
        """Who chose what."""
        where = (*_where(request), number(request, "message"))
        return web.json_response(polls.voters(self._town, *where))

    async def close_poll(self, request: web.Request) -> web.Response:
        """The end of one's own poll."""
        return _json(polls.end(self._town, *_where(request), number(request, "message")))

    async def press(self, request: web.Request) -> web.Response:
        """A key of the reply keyboard."""
        body = await read_json(request, pressing.PressBody)
        return _json(pressing.press(self._town, *_where(request), body))

    async def react(self, request: web.Request) -> web.Response:
        """A reaction."""
        body = await read_json(request, reacting.ReactionBody)
        return web.json_response(
            reacting.set_reaction(
                self._town, *_where(request), number(request, "message"), body.emoji
            )
        )

    async def set_available(self, request: web.Request) -> web.Response:
        """Which reactions a chat allows."""
        body = await read_json(request, reacting.AvailableBody)
        reacting.set_available(self._town, *_where(request), body.emoji)
        return web.json_response({"emoji": body.emoji})

    async def photo(self, request: web.Request) -> web.Response:
        """The picture that is shown of somebody."""
        stored = faces.newest(self._town, number(request, "user"))
        headers = {"X-Content-Type-Options": "nosniff"}
        kind = stored.mime if stored.mime in PICTURES else "application/octet-stream"
        return web.Response(body=stored.upload.content, content_type=kind, headers=headers)

    async def add_photo(self, request: web.Request) -> web.Response:
        """A new picture of somebody."""
        faces.add(self._town, number(request, "user"), "photo", await _file(request))
        return web.json_response({})

    async def remove_photo(self, request: web.Request) -> web.Response:
        """The newest picture goes."""
        faces.remove(self._town, number(request, "user"))
        return web.json_response({})

    async def add_audio(self, request: web.Request) -> web.Response:
        """A piece of music on a profile."""
        faces.add(self._town, number(request, "user"), "audio", await _file(request))
        return web.json_response({})

    async def add_game(self, request: web.Request) -> web.Response:
        """A game of a bot."""
        body = await read_json(request, games.GameBody)
        games.make(self._town, number(request, "bot"), body)
        return web.json_response({})


async def _file(request: web.Request) -> Upload:
    file = (await request.post()).get("file")
    if not isinstance(file, FileField):
        raise SimError(400, 'the part "file" is missing')
    return Upload(file.filename, file.content_type, file.file.read())


def _where(request: web.Request) -> tuple[int, int]:
    return number(request, "user"), number(request, "chat")


def _json(value: Any) -> web.Response:  # noqa: ANN401 - any model
    return web.json_response(encode(value))
