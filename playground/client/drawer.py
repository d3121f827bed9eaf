"""The developer's drawer from Python: calls, deliveries, faults, limits, quiet."""

import asyncio
import time

from playground.encoding import Json
from playground.wire import CALM_S, POLL_S, TIMEOUT_S, NotSeen, Wire


class Drawer(Wire):
    """What a developer sees and sets."""

    async def fault(
        self, method: str = "*", *, code: int | None = None, times: int | None = 1, **more: object
    ) -> int:
        """Let calls fail; keywords as ``Fault`` in docs/playground-api.md; gives the fault's id."""
        body = {"method": method, "code": code, "times": times, **more}
        return int((await self.request("POST", "/sim/faults", json=body))["id"])

    async def faults_left(self) -> list[Json]:
        """Give the faults that have not struck as often as they should."""
        return list((await self.request("GET", "/sim/faults"))["faults"])

    async def mend(self) -> None:
        """Take all faults back."""
        await self.request("DELETE", "/sim/faults")

    async def limits(self, profile: str) -> None:
        """Set the limits, ``off`` or ``faq``."""
        await self.request("PUT", "/sim/limits", json={"profile": profile})

    async def calls(self, method: str = "", *, after: int = 0, bot: int = 0) -> list[Json]:
        """Give what bots called, oldest first."""
        params = {"method": method, "after": after, "bot": bot, "limit": 5_000}
        return list((await self.request("GET", "/sim/calls", params=params))["calls"])

    async def deliveries(self, *, after: int = 0, bot: int = 0) -> list[Json]:
        """Give which updates went to bots, and how far they came."""
        params = {"after": after, "bot": bot, "limit": 2_000}
        return list((await self.request("GET", "/sim/deliveries", params=params))["deliveries"])

    async def delivered(
        self, text: str = "", *, state: str = "confirmed", timeout_s: float = TIMEOUT_S
    ) -> Json:
        """Wait until the newest update whose JSON contains ``text`` has come so far.

        Args:
            text: A part of the message, of the callback data, or of anything in the update.
            state: ``queued``, ``delivered`` (handed to a poller) or ``confirmed``.
            timeout_s: When to give up.

        Raises:
            NotSeen: It has not.
        """
        order = ("queued", "delivered", "confirmed")
        ends_at = time.monotonic() + timeout_s
        while True:
            found = [one for one in await self.deliveries() if _mentions(one["update"], text)]
            if found and found[-1]["state"] in order[order.index(state) :]:
                return found[-1]
            if time.monotonic() > ends_at:
                states = [one["state"] for one in found] or "no such update"
                raise NotSeen(f"no update with {text!r} was {state}: {states}")
            await asyncio.sleep(POLL_S)

    async def quiet(
        self, *, bot: int | None = None, calm_s: float = CALM_S, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Wait until a bot has nothing to do.

        That is: it confirmed every update, no call is being answered, and for ``calm_s`` it
        neither called nor confirmed anything.

        Raises:
            NotSeen: It is still busy after ``timeout_s``.
        """
        path = f"/sim/bots/{bot or self.bot_id}/activity"
        ends_at = time.monotonic() + timeout_s
        while True:
            now = await self.request("GET", path)
            busy = now["waiting"] + now["unconfirmed"] + now["in_flight"]
            if not busy and now["idle_s"] >= calm_s:
                return await self.look(0.0)
            if time.monotonic() > ends_at:
                raise NotSeen(f"the bot is still busy after {timeout_s:g} s: {now}")
            await asyncio.sleep(POLL_S if busy else max(POLL_S, calm_s - now["idle_s"]))


def _mentions(value: object, text: str) -> bool:
    if isinstance(value, dict):
        return any(_mentions(item, text) for item in value.values())
    if isinstance(value, list):
        return any(_mentions(item, text) for item in value)
    return text in str(value)
