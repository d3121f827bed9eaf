import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

ModelT = TypeVar("ModelT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Generic[ModelT]):
    """How to get a model.

    Attributes:
        key: The same for those who can share it: what it is, from where, in which dtype.
        memory: Bytes of the device that it takes, as far as its files tell.
        load: Reads it and runs it once; called in a thread.
        unload: Gives its memory back; called in a thread.
    """

    key: str
    memory: int
    load: Callable[[], ModelT]
    unload: Callable[[ModelT], None] = lambda _model: None


class Shelf:
    """The models of a worker, each loaded once, however many kinds of jobs use it."""

    def __init__(self, *, memory: int | None, idle_s: float) -> None:
        """Make an empty shelf.

        Args:
            memory: Bytes that all models together may take; None: as much as there is.
            idle_s: Seconds after which an unused model may be put away for another.
        """
        self._memory = memory
        self._idle_s = idle_s
        self._models: dict[str, Any] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def use(self, recipe: Recipe[ModelT]) -> AsyncIterator[ModelT]:
        """Give a model, loading it first when it is not there; it stays while it is used.

        Raises:
            InvalidInputError: What is there is no model for this.
            UnavailableError: It is missing, or does not fit into memory beside those in use.
        """
        async with self._locks.setdefault(recipe.key, asyncio.Lock()):
            if recipe.key not in self._models:
                self._models[recipe.key] = await asyncio.to_thread(recipe.load)
        yield self._models[recipe.key]

    async def close(self) -> None:
        """Put all models away."""
        self._models.clear()
