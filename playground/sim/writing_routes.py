"""``/sim/...`` over HTTP: people write, send, forward and tap."""

from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField
from pydantic import Field

from playground.encoding import encode
from playground.life.whispers import shown_json
from playground.refusals import SimError
from playground.sim import bodies, polls, sharing, talking, tapping, whispering
from playground.sim.bodies import read, read_json
from playground.sim.paths import where as _where
from playground.sim.routes import number
from playground.state.files import Upload
from playground.town import Town


class WriteBody(bodies.TextBody):
    """A text, or something else that is no file."""

    text: str = ""
    poll: polls.NewPoll | None = None
    location: sharing.PlaceBody | None = None
    contact: sharing.ContactBody | None = None
    dice: str | None = None


class ForwardBody(bodies.Body):
    """Where to."""

    to: int
    thread_id: int | None = None


class SeveralBody(ForwardBody):
    """What, and where to."""

    message_ids: list[int] = Field(min_length=1, max_length=100)


class WritingRoutes:
    """Handlers for what people send."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        chat = "/sim/users/{user}/chats/{chat}"
        message = chat + "/messages/{message}"
        return [
            web.post(chat + "/messages", self.write),
            web.post(message + "/forward", self.forward),
            web.post(chat + "/forward", self.forward_several),
            web.post(message + "/tap", self.tap),
        ]

    async def write(self, request: web.Request) -> web.Response:
        """A text, a file, an album or anything else."""
        if request.content_type.startswith("multipart/"):
            return await self._files(request)
        body = await read_json(request, WriteBody)
        where = _where(request)
        common: dict[str, Any] = {"reply_to": body.reply_to, "thread_id": body.thread_id}
        if body.poll is not None:
            return _json(polls.ask(self._town, *where, body.poll, **common))
        if body.location or body.contact or body.dice is not None:
            return _json(sharing.share(
                self._town, *where, location=body.location, contact=body.contact, dice=body.dice,
                **common,
            ))  # fmt: skip
        if "text" not in body.model_fields_set:
            raise SimError(400, "text: Field required")
        bot = whispering.ephemeral_bot(self._town, *where, body.text, body.reply_to)
        if bot is not None:
            told = whispering.tell(self._town, *where, bot, body.text, reply_to=body.reply_to)
            place = self._town.place_for_person(*where)
            kept = self._town.ephemerals.find(place, told.ephemeral_message_id or 0)
            return web.json_response(shown_json(kept) if kept else encode(told))
        return _json(talking.write(
            self._town, *where, body.text, entities=body.entities, **common
        ))  # fmt: skip

    async def _files(self, request: web.Request) -> web.Response:
        values, uploads = await read_files(request)
        where = _where(request)
        if values.kind == "album":
            sent = sharing.send_album(
                self._town, *where, uploads, caption=values.caption, reply_to=values.reply_to,
                thread_id=values.thread_id,
            )  # fmt: skip
            return web.json_response({"messages": encode(sent)})
        return _json(talking.attach(
            self._town, *where, values.kind, uploads[0], caption=values.caption,
            reply_to=values.reply_to, duration=values.duration, thread_id=values.thread_id,
        ))  # fmt: skip

    async def forward(self, request: web.Request) -> web.Response:
        """A message goes on to another chat."""
        body = await read_json(request, ForwardBody)
        message = number(request, "message")
        return _json(
            sharing.forward(
                self._town, *_where(request), message, to=body.to, thread_id=body.thread_id
            )
        )

    async def forward_several(self, request: web.Request) -> web.Response:
        """Messages go on together, an album as one."""
        body = await read_json(request, SeveralBody)
        sent = sharing.forward_several(
            self._town, *_where(request), body.message_ids, to=body.to, thread_id=body.thread_id
        )
        return web.json_response({"messages": encode(sent)})

    async def tap(self, request: web.Request) -> web.Response:
        """An inline button."""
        body = await read_json(request, bodies.TapBody)
        return web.json_response(tapping.tap(
            self._town, *_where(request), number(request, "message"),
            text=body.text, row=body.row, column=body.column,
        ))  # fmt: skip


async def read_files(request: web.Request) -> tuple[bodies.FileBody, list[Upload]]:
    """Read a multipart request with files in the parts ``file``.

    Raises:
        SimError: There is none, or what goes with them does not fit.
    """
    form = await request.post()
    uploads = [
        Upload(part.filename, part.content_type, part.file.read())
        for part in form.getall("file", [])
        if isinstance(part, FileField)
    ]
    if not uploads:
        raise SimError(400, 'the part "file" is missing')
    values = {name: value for name, value in form.items() if name != "file"}
    return read(bodies.FileBody, values), uploads


def _json(value: Any) -> web.Response:  # noqa: ANN401 - any model
    return web.json_response(encode(value))
