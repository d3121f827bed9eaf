"""One person in one chat: what every deed and every look stands on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playground.client.drawer import Drawer
from playground.client.story import Chat, Conversation, Seen, chat_of
from playground.client.wire import TIMEOUT_S
from playground.encoding import Json
from playground.state.topics import GENERAL

Pattern = str | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Someone:
    """One person in one chat.

    With a ``thread_id`` they write in that topic, and see only what is written there.

    The subjects (writing, tapping, watching, ...) are classes of methods that derive from this
    one, with ``__slots__ = ()`` and no fields; ``Talk`` puts them together.
    """

    town: Drawer
    id: int
    name: str
    chat_id: int
    thread_id: int | None = None

    @property
    def mark(self) -> int:
        """When this person last did something here, as the number of the last event before it."""
        return self.town.marks.get((self.id, self.chat_id), 0)

    @property
    def _path(self) -> str:
        return f"/sim/users/{self.id}/chats/{self.chat_id}"

    @property
    def _key(self) -> Chat:
        return chat_of(self.id, self.chat_id)

    @property
    def story(self) -> Conversation:
        """What was seen of this chat up to now."""
        return self.town.story.at(self._key)

    async def _act(self, method: str, path: str, **more: Any) -> Json:  # noqa: ANN401 - httpx's
        """Do something; what is seen from now on is later than it."""
        await self.town.look(0.0)
        mark = self.town.story.seq
        answer = await self.town.request(method, f"{self._path}{path}", **more)
        self.town.marks[self.id, self.chat_id] = mark
        return answer

    async def _sent(self, **more: Any) -> Seen:  # noqa: ANN401 - httpx's
        if self.thread_id is not None:
            for part in more.keys() & {"json", "data"}:
                more[part] = {"thread_id": self.thread_id, **more[part]}
        answer = await self._act("POST", "/messages", **more)
        return await self._found(answer["message_id"])

    def _is_here(self, seen: Seen) -> bool:
        """Whether a message is in this person's topic (General is 1), and not for another alone."""
        receiver = seen.message.receiver_user
        if receiver is not None and self.id not in {receiver.id, seen.sender_id}:
            return False
        if self.thread_id is None:
            return True
        return seen.thread_id == (None if self.thread_id == GENERAL else self.thread_id)

    async def _found(self, message_id: int) -> Seen:
        return await self.found(message_id)

    async def found(self, message_id: int) -> Seen:
        """Wait for a message by its number; a bot may have deleted it at once."""
        return await self.town.until(
            lambda: self.story.messages.get(message_id) or self.story.removed.get(message_id),
            timeout_s=TIMEOUT_S,
            sentence=lambda: f"message {message_id} is not shown",
        )  # fmt: skip

    async def chat(self) -> Json:
        """Read the whole chat anew: members, commands, keyboard, pin."""
        return await self.town.request("GET", self._path)

    async def script(self) -> str:
        """Read what happened in this chat as a test of its own."""
        return await self.town.text(f"{self._path}/script")

    async def commands(self) -> list[str]:
        """Read the names in the menu of this chat."""
        return [str(one["command"]) for one in (await self.chat())["commands"]]

    def history(self) -> Sequence[Seen]:
        """Give the messages seen so far, oldest first."""
        return list(self.story.messages.values())

    def _sentence(self, expected: str) -> str:
        return f"{self.name} sees {expected}. What happened:\n{self.town.story.recent(self._key)}"


def quoted(pattern: Pattern) -> str:
    """Show what was looked for."""
    return repr(pattern if isinstance(pattern, str) else pattern.pattern)


def id_of(user: Someone | int) -> int:
    """Tell the id of somebody who may be given by it."""
    return user if isinstance(user, int) else user.id
