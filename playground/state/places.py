import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages are: a group, or the private chat of one bot and one person.

    ``chat_id`` is the Bot API's: the person's id in a private chat, the group's (below zero) else.
    """

    chat_id: int
    bot_id: int | None = None

    @property
    def instance(self) -> str:
        """What bots see of the chat where they cannot see the chat: the same in every run."""
        digest = hashlib.sha256(f"{self.chat_id}/{self.bot_id or 0}".encode()).digest()
        return str(int.from_bytes(digest[:8]) >> 1)

    @property
    def is_private(self) -> bool:
        """Whether it is a private chat with a bot."""
        return self.bot_id is not None

    @property
    def peer_id(self) -> int:
        """The chat's id as people see it: the bot's in a private chat."""
        return self.chat_id if self.bot_id is None else self.bot_id
