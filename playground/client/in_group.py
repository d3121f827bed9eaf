"""One person in a group."""

from playground.client.someone import Someone, id_of
from playground.story import Seen
from playground.talk import Talk


class InGroup(Talk):
    """Somebody in a group."""

    __slots__ = ()

    async def joins(self) -> None:
        """Come in."""
        await self._act("POST", "/join", json={})

    async def leaves(self) -> None:
        """Go out."""
        await self._act("POST", "/leave")

    async def adds(self, user: Someone | int) -> None:
        """Bring somebody, or a bot by its id."""
        await self._act("POST", "/members", json={"user": id_of(user)})

    async def removes(self, user: Someone | int) -> None:
        """Take somebody out."""
        await self._act("DELETE", f"/members/{id_of(user)}")

    async def makes(self, user: Someone | int, status: str, **more: object) -> None:
        """Make somebody ``administrator``, ``member``, ``restricted`` or ``kicked``."""
        body = {"status": status, **more}
        await self._act("PATCH", f"/members/{id_of(user)}", json=body)

    async def pins(self, message: Seen | None) -> None:
        """Pin a message, or unpin."""
        await self._act("POST", "/pin", json={"message_id": message.id if message else None})
