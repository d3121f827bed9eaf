"""The developer's drawer from Python: calls, deliveries, faults, limits, quiet."""

import asyncio
import time

from playground.client.story import Story
from playground.client.wire import CALM_S, POLL_S, TIMEOUT_S, NotSeen, Wire
from playground.encoding import Json


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
        """Take all faults back, those of updates too."""
        await self.request("DELETE", "/sim/faults")
        await self.request("DELETE", "/sim/update_faults")

    async def update_fault(self, what: str, *, times: int | None = 1, **more: object) -> int:
        """Let updates be ``lost``, ``duplicate``, ``late`` or ``swapped``; gives the fault's id.

        The keywords are those of ``UpdateFault``: ``type``, ``bot``, ``contains``, ``chance``,
        ``delay_s``.
        """
        body = {"what": what, "times": times, **more}
        return int((await self.request("POST", "/sim/update_faults", json=body))["id"])

    async def limits(self, profile: str, *, seed: int = 0) -> None:
        """Set the limits, ``off``, ``faq`` or ``harsh``, and what all luck depends on."""
        await self.request("PUT", "/sim/limits", json={"profile": profile, "seed": seed})

    async def passes(
        self, *, seconds: float = 0.0, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0
    ) -> float:
        """Let time pass in the playground at once; gives the time there, in Unix seconds."""
        whole_s = seconds + 60 * (minutes + 60 * (hours + 24 * days))
        answer = await self.request("PUT", "/sim/clock", json={"advance_s": whole_s})
        return float(answer["now"])

    async def now(self) -> float:
        """Read the playground's clock."""
        return float((await self.request("GET", "/sim/clock"))["now"])

    async def crashes(self) -> list[str]:
        """Give the playground's own failures; a test wants none."""
        return list((await self.request("GET", "/sim/crashes"))["crashes"])

    async def saved(self) -> bytes:
        """Take the whole town as one file."""
        answer = await self._client.get("/sim/saved")
        answer.raise_for_status()
        return answer.content

    async def loads(self, saved: bytes) -> None:
        """Put the town of such a file in place of this one.

        Raises:
            Refused: It is no such file, or of another version; nothing has changed.
        """
        await self.request("PUT", "/sim/saved", content=saved)
        await self._begin_anew()

    async def starts_over(self) -> None:
        """Make the town what it was when the server started."""
        await self.request("POST", "/sim/reset")
        await self._begin_anew()

    async def _begin_anew(self) -> None:
        self.story = Story()
        self.marks.clear()
        await self.refresh()

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
