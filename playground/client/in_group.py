"""One person in a group or a channel."""

from playground.client.someone import Someone, id_of
from playground.client.story import Seen
from playground.client.talk import Talk
from playground.client.wire import NotSeen
from playground.encoding import Json


class InGroup(Talk):
    """Somebody in a group or a channel."""

    __slots__ = ()

    async def joins(self, link: str | None = None) -> None:
        """Come in, by a link where one is given."""
        await self._act("POST", "/join", json={"invite_link": link} if link else {})

    async def asks_to_join(self, link: str | None = None) -> None:
        """Ask to be let in: by a link that says so, or to a group that lets nobody in unasked.

        Raises:
            NotSeen: Nobody had to be asked.
        """
        answer = await self._act("POST", "/join", json={"invite_link": link} if link else {})
        if answer["status"] in {"member", "restricted"}:
            raise NotSeen(f"{self.name} came in without asking")

    async def leaves(self) -> None:
        """Go out."""
        await self._act("POST", "/leave")

    async def adds(self, user: Someone | int, *, payload: str = "") -> None:
        """Bring somebody, or a bot by its id; with a payload, start the bot there."""
        body: Json = {"user": id_of(user)} | ({"payload": payload} if payload else {})
        await self._act("POST", "/members", json=body)

    async def removes(self, user: Someone | int) -> None:
        """Take somebody out."""
        await self._act("DELETE", f"/members/{id_of(user)}")

    async def makes(self, user: Someone | int, status: str, **more: object) -> None:
        """Make somebody ``administrator``, ``member``, ``restricted``, ``kicked`` or ``left``.

        Keywords are those of ``PATCH P/members/{id}``: ``rights``, ``permissions``, ...
        """
        await self.changes(user, status=status, **more)

    async def changes(self, user: Someone | int, **what: object) -> None:
        """Change what is said of somebody: ``custom_title``, ``tag``, ``is_anonymous``, ..."""
        await self._act("PATCH", f"/members/{id_of(user)}", json=what)

    async def mutes(self, user: Someone | int, *, until: float | None = None) -> None:
        """Let somebody write nothing, until then or for ever."""
        nothing = {"can_send_messages": False}
        await self.makes(user, "restricted", permissions=nothing, until_date=until)

    async def bans(self, user: Someone | int, *, until: float | None = None) -> None:
        """Remove somebody, until then or for ever."""
        await self.makes(user, "kicked", until_date=until)

    async def approves(self, user: Someone | int) -> None:
        """Let somebody in who asked."""
        await self._act("PUT", f"/join_requests/{id_of(user)}", json={"approve": True})

    async def declines(self, user: Someone | int) -> None:
        """Turn somebody away who asked."""
        await self._act("PUT", f"/join_requests/{id_of(user)}", json={"approve": False})

    async def new_link(self, **wish: object) -> str:
        """Make an invite link: ``name``, ``expire_date``, ``member_limit``, ..."""
        answer = await self._act("POST", "/invite_links", json=wish)
        return str(answer["invite_link"])

    async def revokes(self, link: str) -> None:
        """Make an invite link useless."""
        await self._act("POST", "/invite_links/revoke", json={"invite_link": link})

    async def sets(self, **settings: object) -> None:
        """Change settings: ``title``, ``slow_mode_s``, ``permissions``, ``linked``, ..."""
        await self._act("PATCH", "", json=settings)

    async def sends_as(self, channel: int | None) -> None:
        """Write in the name of one's own channel from now on, or in one's own name again."""
        await self._act("PUT", "/send_as", json={"chat": channel})

    async def pins(self, message: Seen | None) -> None:
        """Pin a message, or take all pins away."""
        await self._act("POST", "/pin", json={"message_id": message.id if message else None})

    async def unpins(self, message: Seen) -> None:
        """Take one pin away."""
        await self._act("DELETE", f"/pin/{message.id}")

    async def upgrades(self) -> "InGroup":
        """Make a supergroup of a basic group; gives this person there."""
        answer = await self._act("POST", "/migrate")
        await self.town.refresh()
        return InGroup(self.town, self.id, self.name, int(answer["id"]))
