from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.memory.models import Memory, Place


class Lemmatizer(Protocol):
    """Words in their dictionary form."""

    def lemmas(self, text: str) -> list[str]:
        """Give all words in order."""
        ...

    def content_lemmas(self, text: str) -> list[str]:
        """Give the words that say something."""
        ...


class MemoryStore(Protocol):
    """Memories and the switches of places. Each method is one transaction."""

    async def add(self, memory: Memory, *, instead_of: Sequence[int] = ()) -> Memory:
        """Keep a memory under a new id, and drop those that it replaces."""
        ...

    async def find(self, memory_id: int) -> Memory | None:
        """Read a memory; None when it is gone."""
        ...

    async def at(self, place: Place) -> list[Memory]:
        """List a place's memories, newest first."""
        ...

    async def of_user(self, user_id: int) -> list[Memory]:
        """List a person's memories of all places, newest first."""
        ...

    async def change(
        self, memory_id: int, text: str, slot: str | None, at: datetime
    ) -> Memory | None:
        """Put other words in its place, without a vector; None when it is gone."""
        ...

    async def remove(self, place: Place, memory_id: int | None = None) -> int:
        """Erase one memory of a place, or all (None); tell how many."""
        ...

    async def embedded(self, memory_id: int, text: str, vector: NDArray[np.float32]) -> None:
        """Keep the vector, unless the words have changed meanwhile."""
        ...

    async def used(self, memory_ids: Sequence[int], at: datetime) -> None:
        """Note that they took part in an answer."""
        ...

    async def purge(self, before: datetime) -> int:
        """Erase what was last used before a moment; tell how many."""
        ...

    async def switched(self, user_id: int, chat_id: int) -> bool | None:
        """Tell what was chosen; user 0 stands for a group as a whole, None: nothing."""
        ...

    async def switch(self, user_id: int, chat_id: int, *, on: bool) -> None:
        """Keep a choice."""
        ...

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """Let memories and choices follow a group that became a supergroup."""
        ...
