"""A person in the topics of a chat."""

from dataclasses import replace
from typing import Self

from playground.client.someone import Someone
from playground.encoding import Json


class Topics(Someone):
    """What somebody does with topics."""

    __slots__ = ()

    async def topics(self) -> list[Json]:
        """Read the topics of this chat."""
        return list((await self.chat())["topics"])

    async def in_topic(self, name: str) -> Self:
        """The same person in a topic: writes there, and sees what is written there.

        Raises:
            LookupError: The chat has no such topic.
        """
        for topic in await self.topics():
            if topic["name"].lower() == name.lower():
                return replace(self, thread_id=topic["thread_id"])
        raise LookupError(f"there is no topic called {name}")

    async def makes_topic(
        self, name: str = "", *, icon_color: int | None = None, icon: str | None = None
    ) -> Self:
        """Make a topic and go there; ``icon`` is an emoji, a private one may have no name yet."""
        body = {"name": name, "icon_color": icon_color, "icon": icon}
        topic = await self._act("POST", "/topics", json=body)
        return replace(self, thread_id=topic["thread_id"])

    async def changes_topic(self, **changes: str | bool) -> Json:
        """Change this topic: ``name``, ``icon``, ``is_closed``, ``is_hidden``."""
        return await self._act("PATCH", f"/topics/{self.thread_id}", json=changes)

    async def closes_topic(self) -> Json:
        """Close the topic where this person is."""
        return await self.changes_topic(is_closed=True)

    async def reopens_topic(self) -> Json:
        """Open it again."""
        return await self.changes_topic(is_closed=False)

    async def deletes_topic(self) -> None:
        """Delete the topic where this person is."""
        await self._act("DELETE", f"/topics/{self.thread_id}")
