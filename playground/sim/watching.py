"""``/sim/events`` and the developer's drawer."""

import json
import time
from collections.abc import Callable
from typing import Final

from aiohttp import web

from playground.encoding import Json
from playground.refusals import SimError
from playground.sim.bodies import LimitsBody, read_json
from playground.sim.routes import number
from playground.town import Town
from playground.trouble.faults import Fault

KEEPALIVE_S: Final = 15.0
LONGEST_WAIT_S: Final = 60.0
DEVELOPERS: Final = frozenset({"call", "delivery", "clock"})
SHOWN: Final = 100


class WatchingRoutes:
    """Handlers for whoever looks on."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> list[web.RouteDef]:
        """Give all of them."""
        return [
            web.get("/sim/events", self.events),
            web.get("/sim/calls", self.calls),
            web.get("/sim/deliveries", self.deliveries),
            web.get("/sim/bots/{bot}/activity", self.activity),
            web.get("/sim/limits", self.limits),
            web.put("/sim/limits", self.set_limits),
            web.get("/sim/faults", self.faults),
            web.post("/sim/faults", self.add_fault),
            web.delete("/sim/faults", self.clear_faults),
            web.delete("/sim/faults/{fault}", self.remove_fault),
        ]

    async def events(self, request: web.Request) -> web.StreamResponse:
        """A stream, or with ``wait_s`` one batch."""
        after = _whole(request, "after", _whole_header(request))
        wanted = _filter(request)
        if "wait_s" in request.query:
            return await self._batch(after, wanted, _seconds(request))
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        log = self._town.events
        while True:
            found = list(log.after(after))
            if found:
                after = int(found[-1]["seq"])
                # All that waits goes out at once: a write costs more than what is in it.
                lines = b"".join(_line(event) for event in found if wanted(event))
                if lines:
                    await response.write(lines)
                continue
            await log.changed.wait(KEEPALIVE_S)
            if log.seq == after:
                await response.write(b": still here\n\n")

    async def _batch(
        self, after: int, wanted: Callable[[Json], bool], wait_s: float
    ) -> web.Response:
        ends_at = time.monotonic() + wait_s
        while True:
            seq = self._town.events.seq
            found = [event for event in self._town.events.after(after) if wanted(event)]
            left_s = ends_at - time.monotonic()
            if found or left_s <= 0:
                return web.json_response({"seq": seq, "events": found})
            after = seq
            await self._town.events.changed.wait(left_s)

    async def calls(self, request: web.Request) -> web.Response:
        """What bots called."""
        after, bot = _whole(request, "after", 0), _whole(request, "bot", 0)
        method = request.query.get("method", "").lower()
        found = [
            entry
            for entry in self._town.calls.entries
            if entry["seq"] > after
            and bot in (0, entry["bot"])
            and method in ("", entry["method"].lower())
        ]
        return web.json_response({"calls": found[-_whole(request, "limit", SHOWN) :]})

    async def deliveries(self, request: web.Request) -> web.Response:
        """Which update went to whom, and how far."""
        after, bot = _whole(request, "after", 0), _whole(request, "bot", 0)
        found = [
            delivery.as_json()
            for delivery in self._town.deliveries
            if delivery.seq > after and bot in (0, delivery.bot)
        ]
        return web.json_response({"deliveries": found[-_whole(request, "limit", SHOWN) :]})

    async def activity(self, request: web.Request) -> web.Response:
        """Whether a bot has something to do."""
        bot = number(request, "bot")
        queue = self._town.queues.get(bot)
        if queue is None:
            raise SimError(404, f"there is no bot with the id {bot}")
        queued = sum(delivery.state == "queued" for delivery in queue.pending)
        last_at = max(self._town.calls.last_at.get(bot, 0.0), queue.confirmed_at)
        return web.json_response({
            "waiting": queued + len(queue.held),
            "unconfirmed": len(queue.pending) - queued,
            "in_flight": self._town.calls.in_flight.get(bot, 0),
            "idle_s": max(0.0, time.monotonic() - last_at),
        })  # fmt: skip

    async def limits(self, _request: web.Request) -> web.Response:
        """The profile, and the seed of its luck."""
        return web.json_response(limits_json(self._town))

    async def set_limits(self, request: web.Request) -> web.Response:
        """Change it."""
        body = await read_json(request, LimitsBody)
        self._town.limits.choose(body.profile, body.seed)
        self._town.update_faults.chance.sow(body.seed)
        return web.json_response(limits_json(self._town))

    async def faults(self, _request: web.Request) -> web.Response:
        """What is set."""
        faults = [fault.model_dump() for fault in self._town.faults.all()]
        return web.json_response({"faults": faults})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Set one more."""
        fault = self._town.faults.add(await read_json(request, Fault))
        return web.json_response(fault.model_dump())

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Let everything work."""
        self._town.faults.clear()
        return web.json_response({})

    async def remove_fault(self, request: web.Request) -> web.Response:
        """Take one back."""
        self._town.faults.remove(number(request, "fault"))
        return web.json_response({})


def limits_json(town: Town) -> Json:
    """Give the profile and its seed."""
    return {"profile": town.limits.profile, "seed": town.limits.seed}


def _line(event: Json) -> bytes:
    return f"id: {event['seq']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def _whole(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    if text and not text.lstrip("-").isdigit():
        raise SimError(400, f"{name} is a whole number")
    return int(text) if text else default


def _whole_header(request: web.Request) -> int:
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isdigit() else 0


def _seconds(request: web.Request) -> float:
    try:
        return min(LONGEST_WAIT_S, max(0.0, float(request.query["wait_s"])))
    except ValueError as error:
        raise SimError(400, "wait_s is a number of seconds") from error


def _filter(request: web.Request) -> Callable[[Json], bool]:
    users = {int(one) for one in request.query.get("users", "").split(",") if one.isdigit()}
    kinds = {one for one in request.query.get("kinds", "").split(",") if one}

    def wanted(event: Json) -> bool:
        kind = event["kind"]
        if kind == "reset":
            return True
        if kinds and kind not in kinds:
            return False
        return not users or kind in DEVELOPERS or not users.isdisjoint(event["to"])

    return wanted
