"""A typed client for tests: people who talk to bots through the playground's HTTP.

It knows only addresses under ``/sim/``, so it drives any bot in any process. Nothing runs in
the background: events are fetched by whoever waits for something.
"""

import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

import httpx

from playground.encoding import Json
from playground.story import Seen, SeenDraft, Toast
from playground.talk import Talk
from playground.wire import NotSeen, Refused, Wire

__all__ = [
    "InGroup",
    "NotSeen",
    "Person",
    "Playground",
    "Refused",
    "Seen",
    "SeenDraft",
    "Talk",
    "Toast",
]


class Playground(Wire):
    """The town, seen from outside."""

    @classmethod
    @contextlib.asynccontextmanager
    async def connect(cls, base: str) -> AsyncIterator["Playground"]:
        """Open a client of the playground that serves at ``base``."""
        timeout = httpx.Timeout(30.0, read=90.0)
        async with httpx.AsyncClient(base_url=base, timeout=timeout, trust_env=False) as client:
            town = cls(client, (await client.get("/sim/state")).json())
            await town.refresh()
            yield town

    def user(self, name: str) -> "Person":
        """Give somebody by username or first name, in any case."""
        wanted = name.lower()
        for user in self.state["users"]:
            if wanted in (str(user.get("username")).lower(), str(user["first_name"]).lower()):
                return Person(self, user["id"], user["first_name"], self.bot_id)
        raise LookupError(f"nobody is called {name}")

    async def new_person(self, first_name: str, **details: str | bool) -> "Person":
        """Let somebody move in: ``username``, ``language_code``, ``last_name``, ``is_premium``."""
        user = await self.request("POST", "/sim/users", json={"first_name": first_name, **details})
        await self.refresh()
        return Person(self, user["id"], user["first_name"], self.bot_id)

    async def new_bot(self, username: str, *, reads_all: bool = False) -> Json:
        """Make a bot; gives its ``user`` and ``token``."""
        body = {
            "first_name": username, "username": username,
            "can_read_all_group_messages": reads_all,
        }  # fmt: skip
        bot = await self.request("POST", "/sim/bots", json=body)
        await self.refresh()
        return bot

    async def new_group(
        self, title: str, creator: "Person", members: Collection["Person | int"] = (),
        admins: Collection["Person | int"] = (),
    ) -> int:  # fmt: skip
        """Found a group of people and bots (ids); gives its id."""
        body = {
            "title": title, "creator": creator.id,
            "members": [_id(one) for one in members], "admins": [_id(one) for one in admins],
        }  # fmt: skip
        group = await self.request("POST", "/sim/groups", json=body)
        await self.refresh()
        return int(group["id"])


@dataclass(frozen=True, slots=True)
class Person(Talk):
    """Somebody, in the private chat with the first bot."""

    def with_bot(self, bot_id: int) -> Talk:
        """The chat with another bot."""
        return Talk(self.town, self.id, self.name, bot_id)

    def in_group(self, group: str | int) -> "InGroup":
        """The same person in a group, by title or id."""
        group_id = group if isinstance(group, int) else self.town.group_id(group)
        return InGroup(self.town, self.id, self.name, group_id)

    async def starts(self, payload: str = "") -> Seen:
        """Open the bot by Start or a deep link."""
        answer = await self._act("POST", "/start", json={"payload": payload})
        return await self._found(answer["message_id"])

    async def blocks(self) -> None:
        """Block the bot."""
        await self._act("POST", "/block")

    async def unblocks(self) -> None:
        """Let it write again."""
        await self._act("POST", "/unblock")


@dataclass(frozen=True, slots=True)
class InGroup(Talk):
    """Somebody in a group."""

    async def joins(self) -> None:
        """Come in."""
        await self._act("POST", "/join", json={})

    async def leaves(self) -> None:
        """Go out."""
        await self._act("POST", "/leave")

    async def adds(self, user: "Person | int") -> None:
        """Bring somebody, or a bot by its id."""
        await self._act("POST", "/members", json={"user": _id(user)})

    async def removes(self, user: "Person | int") -> None:
        """Take somebody out."""
        await self._act("DELETE", f"/members/{_id(user)}")

    async def makes(self, user: "Person | int", status: str, **more: object) -> None:
        """Make somebody ``administrator``, ``member``, ``restricted`` or ``kicked``."""
        body = {"status": status, **more}
        await self._act("PATCH", f"/members/{_id(user)}", json=body)

    async def pins(self, message: Seen | None) -> None:
        """Pin a message, or unpin."""
        await self._act("POST", "/pin", json={"message_id": message.id if message else None})


def _id(user: "Person | int") -> int:
    return user if isinstance(user, int) else user.id
