from services.dialogue.models import DialogueKey, DialogueState, Turn


class InMemoryDialogueStore:
    """Dialogue states of one process, for commands that end with their dialogue.

    Implements ``DialogueStore`` without a budget and without a time to live: nothing outlives the
    command.
    """

    def __init__(self) -> None:
        self._states: dict[DialogueKey, DialogueState] = {}

    async def load(self, key: DialogueKey) -> DialogueState:
        """Read the state; empty when there is none."""
        return self._states.get(key, DialogueState())

    async def append(self, key: DialogueKey, turn: Turn) -> None:
        """Add a turn."""
        state = self._states.get(key, DialogueState())
        self._states[key] = DialogueState(turns=(*state.turns, turn))

    async def reset(self, key: DialogueKey) -> bool:
        """Forget the state; tell whether there was one."""
        return self._states.pop(key, None) is not None

    async def forget_user(self, user_id: int) -> int:
        """Erase all states of a person; tell how many."""
        own = [key for key in self._states if key.user_id == user_id]
        for key in own:
            del self._states[key]
        return len(own)
