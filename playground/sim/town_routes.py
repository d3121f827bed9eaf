"""The clock, faults of updates, failures of the playground, and the saved town."""

from typing import Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from playground.life.sweeping import pass_time
from playground.refusals import SimError
from playground.saving.files import MOST_BYTES, from_file, to_file
from playground.sim.bodies import read_json
from playground.sim.routes import number
from playground.state.update_faults import UpdateFault
from playground.town import Town

READ_BYTES: Final = 1 << 20


class ClockBody(BaseModel):
    """How far to move the clock, or to when."""

    model_config = ConfigDict(extra="forbid")

    advance_s: float | None = Field(default=None, allow_inf_nan=False)
    now: float | None = Field(default=None, allow_inf_nan=False)


class TownRoutes:
    """Handlers for the town as a whole."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._first = to_file(town)

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        return [
            web.get("/sim/clock", self.clock),
            web.put("/sim/clock", self.move_clock),
            web.get("/sim/update_faults", self.faults),
            web.post("/sim/update_faults", self.add_fault),
            web.delete("/sim/update_faults", self.clear_faults),
            web.delete("/sim/update_faults/{fault}", self.remove_fault),
            web.get("/sim/crashes", self.crashes),
            web.get("/sim/saved", self.save),
            web.put("/sim/saved", self.load),
            web.post("/sim/reset", self.reset),
        ]

    async def clock(self, _request: web.Request) -> web.Response:
        """What the time is here."""
        return web.json_response({"now": self._town.now()})

    async def move_clock(self, request: web.Request) -> web.Response:
        """Skip some time."""
        body = await read_json(request, ClockBody)
        if (body.advance_s is None) == (body.now is None):
            raise SimError(400, "give advance_s or now")
        if body.advance_s is not None:
            return web.json_response({"now": pass_time(self._town, body.advance_s)})
        ahead_s = (body.now or 0.0) - self._town.now()
        return web.json_response({"now": pass_time(self._town, ahead_s)})

    async def faults(self, _request: web.Request) -> web.Response:
        """What is set."""
        faults = [fault.model_dump() for fault in self._town.update_faults.all()]
        return web.json_response({"faults": faults})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Set one more."""
        fault = self._town.update_faults.add(await read_json(request, UpdateFault))
        return web.json_response(fault.model_dump())

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Let every update arrive."""
        self._town.update_faults.clear()
        return web.json_response({})

    async def remove_fault(self, request: web.Request) -> web.Response:
        """Take one back."""
        self._town.update_faults.remove(number(request, "fault"))
        return web.json_response({})

    async def crashes(self, _request: web.Request) -> web.Response:
        """Where the playground itself failed."""
        return web.json_response({"crashes": list(self._town.calls.crashes)})

    async def save(self, _request: web.Request) -> web.Response:
        """The whole town as one file."""
        return web.Response(
            body=to_file(self._town), content_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="town.zip"'},
        )  # fmt: skip

    async def load(self, request: web.Request) -> web.Response:
        """Another town in place of this one."""
        from_file(self._town, await _whole(request))
        return web.json_response({})

    async def reset(self, _request: web.Request) -> web.Response:
        """The town as it was when the server started."""
        from_file(self._town, self._first)
        return web.json_response({})


async def _whole(request: web.Request) -> bytes:
    """Read a body that may be larger than any call of a bot."""
    content = bytearray()
    async for piece in request.content.iter_chunked(READ_BYTES):
        content += piece
        if len(content) > MOST_BYTES:
            raise SimError(413, "the saved town is too large")
    return bytes(content)
