from typing import Protocol

from services.dialogue.models import DialogueKey, DialogueState, Turn


class DialogueStore(Protocol):
    """Dialogue states with a token budget and a time to live."""

    async def load(self, key: DialogueKey) -> DialogueState:
        """Read the state; empty when there is none or it has expired."""
        ...

    async def append(self, key: DialogueKey, turn: Turn) -> None:
        """Add a turn, drop the oldest beyond the token budget, renew the time to live."""
        ...

    async def reset(self, key: DialogueKey) -> bool:
        """Forget the state; tell whether there was one."""
        ...

    async def forget_user(self, user_id: int) -> int:
        """Erase all states of a person in all chats; tell how many."""
        ...
