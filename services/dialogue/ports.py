from typing import Protocol

from services.dialogue.models import Conversation, DialogueKey, DialogueState, Turn


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


class Conversations(Protocol):
    """Several dialogues of a person at one place, of which one is the present one."""

    async def set_aside(self, key: DialogueKey) -> bool:
        """Begin anew and keep what was said until now; False: nothing was.

        Of more than ``MOST_CONVERSATIONS`` the oldest is forgotten.
        """
        ...

    async def listed(self, key: DialogueKey) -> list[Conversation]:
        """List what was set aside, the newest first."""
        ...

    async def resume(self, key: DialogueKey, conversation_id: str) -> Conversation | None:
        """Go on with one, and set the present one aside; None: it is not kept any more."""
        ...

    async def remove(self, key: DialogueKey, conversation_id: str) -> bool:
        """Forget one; False: it is not kept any more."""
        ...
