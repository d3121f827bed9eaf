"""``/sim/...`` over HTTP: what people see and do."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from playground.encoding import Json, encode
from playground.life.views import bot_json, chat_json, person_json, town_json
from playground.refusals import SimError
from playground.serving.files import file_response
from playground.sim import bodies, gathering, talking
from playground.sim.bodies import read_json
from playground.sim.scripts import script_of
from playground.town import Town

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


SAFE_TYPES: Final = ("image/", "audio/", "video/")


@web.middleware
async def sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals of the users' side into JSON."""
    try:
        return await handler(request)
    except SimError as error:
        return web.json_response({"error": error.sentence}, status=error.status)


class PeopleRoutes:
    """Handlers of the users' side."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        chat = "/sim/users/{user}/chats/{chat}"
        message = chat + "/messages/{message}"
        return [
            web.get("/sim/state", self.state),
            web.get("/sim/users/{user}/state", self.person),
            web.get(chat, self.chat),
            web.get(chat + "/script", self.script),
            web.get("/sim/files/{file_id}", self.file),
            web.post("/sim/users", self.add_person),
            web.post("/sim/bots", self.add_bot),
            web.patch(message, self.edit),
            web.delete(message, self.delete),
            web.post(chat + "/drafts/{draft}/stop", self.stop),
            web.post(chat + "/start", self.start),
            web.post(chat + "/block", self.block),
            web.post(chat + "/unblock", self.unblock),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """Who is here."""
        return web.json_response(town_json(self._town))

    async def person(self, request: web.Request) -> web.Response:
        """What a person sees."""
        return web.json_response(person_json(self._town, number(request, "user")))

    async def chat(self, request: web.Request) -> web.Response:
        """One chat with all that is kept of it."""
        person, chat = _where(request)
        place = self._town.place_for_person(self._town.users.person(person).id, chat)
        return web.json_response(chat_json(self._town, place, person, limit=10_000))

    async def script(self, request: web.Request) -> web.Response:
        """One chat as a test."""
        text = script_of(self._town, *_where(request))
        headers = {"Content-Disposition": 'attachment; filename="test_conversation.py"'}
        return web.Response(text=text, content_type="text/x-python", headers=headers)

    async def file(self, request: web.Request) -> web.Response:
        """The bytes of a file; only media types that run nothing in a page are named."""
        stored = self._town.files.find(request.match_info["file_id"])
        if stored is None:
            raise SimError(404, "there is no such file")
        mime = stored.mime
        is_safe = mime.startswith(SAFE_TYPES) and "svg" not in mime
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=3600"}
        kind = mime if is_safe else "application/octet-stream"
        return file_response(request, stored.upload.content, kind, headers)

    async def add_person(self, request: web.Request) -> web.Response:
        """Somebody moves in."""
        body = await read_json(request, bodies.PersonBody)
        details = body.model_dump(exclude_none=True)
        return _json(gathering.add_person(self._town, **details))

    async def add_bot(self, request: web.Request) -> web.Response:
        """A bot is made."""
        body = await read_json(request, bodies.BotBody)
        bot = self._town.add_bot(body.first_name, body.username, body.abilities())
        people = list(self._town.users.people)
        self._town.events.add("user", to=people, user=encode(bot.user))
        return web.json_response(bot_json(self._town, bot))

    async def edit(self, request: web.Request) -> web.Response:
        """A new text or caption."""
        body = await read_json(request, bodies.EditBody)
        return _json(talking.edit(
            self._town, *_where(request), number(request, "message"),
            text=body.text, caption=body.caption,
        ))  # fmt: skip

    async def delete(self, request: web.Request) -> web.Response:
        """A message goes."""
        message_id = number(request, "message")
        talking.delete(self._town, *_where(request), message_id)
        return web.json_response({"deleted": [message_id]})

    async def stop(self, request: web.Request) -> web.Response:
        """Stop a draft."""
        talking.stop(self._town, *_where(request), number(request, "draft"))
        return web.json_response({})

    async def start(self, request: web.Request) -> web.Response:
        """Open a bot."""
        body = await read_json(request, bodies.StartBody)
        return _json(gathering.start(self._town, *_where(request), body.payload))

    async def block(self, request: web.Request) -> web.Response:
        """Block a bot."""
        return self._blocked(request, blocked=True)

    async def unblock(self, request: web.Request) -> web.Response:
        """Let it write again."""
        return self._blocked(request, blocked=False)

    def _blocked(self, request: web.Request, *, blocked: bool) -> web.Response:
        chat = gathering.set_blocked(self._town, *_where(request), blocked=blocked)
        return web.json_response(chat)


def number(request: web.Request, name: str) -> int:
    """Read an id in the path.

    Raises:
        SimError: It is no number.
    """
    text = request.match_info[name]
    if not text.lstrip("-").isdigit():
        raise SimError(400, f'"{text}" in the path is not an id')
    return int(text)


def _where(request: web.Request) -> tuple[int, int]:
    return number(request, "user"), number(request, "chat")


def _json(value: Any) -> web.Response:  # noqa: ANN401 - any model
    answer: Json = encode(value)
    return web.json_response(answer)
