"""A typed client for tests: people who talk to bots through the playground's HTTP.

It knows only addresses under ``/sim/``, so it drives any bot in any process. Nothing runs in
the background: events are fetched by whoever waits for something.
"""

import contextlib
import ssl
from collections.abc import AsyncIterator, Collection

import httpx

from playground.client.drawer import Drawer
from playground.client.in_group import InGroup
from playground.client.someone import Someone, id_of
from playground.client.story import Seen, SeenDraft, Toast
from playground.client.talk import Talk
from playground.client.wire import NotSeen, Refused
from playground.encoding import Json

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


class Playground(Drawer):
    """The town, seen from outside."""

    @classmethod
    @contextlib.asynccontextmanager
    async def connect(cls, base: str) -> AsyncIterator["Playground"]:
        """Open a client of the playground that serves at ``base``."""
        timeout = httpx.Timeout(30.0, read=90.0)
        # An empty context: reading the certificates of the world takes longer than most tests.
        async with httpx.AsyncClient(
            base_url=base, timeout=timeout, trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        ) as client:  # fmt: skip
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

    async def somebody(self, first_name: str, **details: str | bool) -> "Person":
        """Give somebody by username or else first name; if there is nobody such, they move in."""
        try:
            return self.user(str(details.get("username", first_name)))
        except LookupError:
            return await self.new_person(first_name, **details)

    async def new_bot(
        self, username: str, *, reads_all: bool = False, **abilities: bool | str
    ) -> Json:
        """Make a bot; gives its ``user`` and ``token``.

        Args:
            username: Its name, which ends in "bot".
            reads_all: Whether it sees every group message.
            abilities: ``has_topics_enabled``, ``allows_users_to_create_topics``,
                ``inline_placeholder``, ``supports_guest_queries``.
        """
        body = {
            "first_name": username, "username": username,
            "can_read_all_group_messages": reads_all, **abilities,
        }  # fmt: skip
        bot = await self.request("POST", "/sim/bots", json=body)
        await self.refresh()
        return bot

    async def new_group(
        self, title: str, creator: "Person", members: Collection[Someone | int] = (),
        admins: Collection[Someone | int] = (), **more: object,
    ) -> int:  # fmt: skip
        """Found a group of people and bots (ids); gives its id.

        Keywords are those of ``POST /sim/groups``: ``type``, ``username``, ``is_forum``, ...
        """
        body = {
            "title": title, "creator": creator.id,
            "members": [id_of(one) for one in members], "admins": [id_of(one) for one in admins],
            **more,
        }  # fmt: skip
        group = await self.request("POST", "/sim/groups", json=body)
        await self.refresh()
        return int(group["id"])

    async def new_channel(
        self, title: str, creator: "Person", members: Collection[Someone | int] = (),
        admins: Collection[Someone | int] = (), **more: object,
    ) -> int:  # fmt: skip
        """Found a channel; gives its id. Bots in it are administrators."""
        return await self.new_group(title, creator, members, admins, type="channel", **more)


class Person(Talk):
    """Somebody, in the private chat with the first bot."""

    __slots__ = ()

    def with_bot(self, bot_id: int) -> Talk:
        """The chat with another bot."""
        return Talk(self.town, self.id, self.name, bot_id)

    def in_group(self, group: str | int) -> InGroup:
        """The same person in a group, by title or id."""
        group_id = group if isinstance(group, int) else self.town.group_id(group)
        return InGroup(self.town, self.id, self.name, group_id)

    async def starts(self, payload: str = "") -> Seen:
        """Open the bot by Start or a deep link."""
        answer = await self._act("POST", "/start", json={"payload": payload})
        return await self._found(answer["message_id"])

    async def opens(self, link: str) -> Json:
        """Follow a link of Telegram; gives what happened."""
        path = f"/sim/users/{self.id}/open"
        return await self.town.request("POST", path, json={"link": link})

    async def blocks(self) -> None:
        """Block the bot."""
        await self._act("POST", "/block")

    async def unblocks(self) -> None:
        """Let it write again."""
        await self._act("POST", "/unblock")
