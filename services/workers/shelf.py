"""The models of a worker: loaded once, shared, and put away for others when memory is short."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import structlog

from services.errors import InvalidInputError, UnavailableError
from services.workers.batching import BatchStats
from services.workers.memory import usable_memory

log = structlog.get_logger(__name__)

ModelT = TypeVar("ModelT")

_GB: Final = 1e9
# A model may be anything, None too.
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Generic[ModelT]):
    """How to get a model.

    Attributes:
        key: The same for those who can share it: what it is, from where, in which dtype.
        memory: Bytes of the device that it takes, as far as its files tell.
        load: Reads it and runs it once; called in a thread.
        unload: Gives its memory back; called in a thread.
        name: What people call it; the key when it is empty.
    """

    key: str
    memory: int
    load: Callable[[], ModelT]
    unload: Callable[[ModelT], None] = lambda _model: None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedModel:
    """A model that is loaded, for metrics.

    Attributes:
        key: Of its recipe.
        name: What people call it.
        memory: Bytes that it is counted with.
        users: Jobs that use it now.
        idle_s: Seconds since the last use; 0 while it is used.
        batches: What it computed, if it puts the work of many jobs together.
    """

    key: str
    name: str
    memory: int
    users: int
    idle_s: float
    batches: BatchStats | None = None


class Shelf:
    """The models of a worker, each loaded once, however many kinds of jobs use it."""

    def __init__(
        self,
        *,
        memory: int | None,
        idle_s: float,
        device: str = "cpu",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make an empty shelf.

        Args:
            memory: Bytes that all models together may take; None: nine tenths of the device's.
            idle_s: Seconds after which an unused model is the first to make room for another.
            device: ``cpu`` or ``cuda:0``; read with the first model, as torch may not be needed.
            monotonic: Clock in seconds.
        """
        self._memory = memory
        self._idle_s = idle_s
        self._device = device
        self._monotonic = monotonic
        self._places: dict[str, _Place] = {}
        self._making_room = asyncio.Lock()
        self._known_good: set[str] = set()
        self._closed = False

    @asynccontextmanager
    async def use(self, recipe: Recipe[ModelT]) -> AsyncIterator[ModelT]:
        """Give a model, loading it first when it is not there; it stays while it is used.

        Who asks for a model that is being loaded waits for that; a load that failed is tried
        again by the next who asks. A load goes on when those who wait for it are cancelled.

        Raises:
            InvalidInputError: What is there is no model for this.
            UnavailableError: It is missing, or does not fit into memory beside those in use; or it
                was put away, and its files are no longer what they were.
        """
        place = self._places.setdefault(recipe.key, _Place(recipe))
        place.users += 1
        place.used_at = self._monotonic()
        try:
            yield await self._ready(place)
        finally:
            place.users -= 1
            place.used_at = self._monotonic()
            self._forget_if_empty(place)

    def loaded(self) -> tuple[ShelvedModel, ...]:
        """List what is loaded, longest unused first."""
        now = self._monotonic()
        return tuple(
            ShelvedModel(
                key=place.recipe.key,
                name=place.name,
                memory=place.memory,
                users=place.users,
                idle_s=0.0 if place.users else now - place.used_at,
                batches=batches_of(place.model),
            )
            for place in sorted(self._places.values(), key=lambda each: each.used_at)
            if place.model is not _ABSENT
        )

    async def close(self) -> None:
        """Put all models away, after those that are being loaded have come."""
        self._closed = True
        for place in list(self._places.values()):
            await place.settled()
            if place.model is not _ABSENT:
                place.put_away()
                await place.settled()
        self._places.clear()

    async def _ready(self, place: "_Place") -> Any:  # noqa: ANN401 - the recipe's type
        while place.model is _ABSENT:
            if (coming := place.coming) is not None:
                await asyncio.wait([coming])
                self._look_at(coming, place)
                continue
            await place.settled()
            async with self._making_room:
                if place.model is _ABSENT and place.coming is None:
                    await self._make_room(place)
                    place.load()
        return place.model

    def _look_at(self, load: asyncio.Future[Any], place: "_Place") -> None:
        try:
            load.result()
        except InvalidInputError as error:
            if place.recipe.key not in self._known_good:
                raise
            raise UnavailableError(
                f"the model {place.name} was put away and cannot be loaded again: {error}",
                dependency="workers",
            ) from error
        self._known_good.add(place.recipe.key)

    async def _make_room(self, place: "_Place") -> None:
        """Put unused models away until there is room for one more.

        Raises:
            UnavailableError: What is used leaves too little.
        """
        if self._closed:
            raise UnavailableError("the worker is stopping", dependency="workers")
        for each in list(self._places.values()):
            await each.settled(leaving=True)
        budget, need = await self._budget(), place.recipe.memory
        free = budget - self._taken()
        unused = self._unused(place)
        if free + sum(each.memory for each in unused) < need:
            raise self._no_room(place, budget)
        now = self._monotonic()
        for each in unused if free < need else ():
            if each.users:
                # Somebody took it while others were put away.
                continue
            if free >= need and now - each.used_at <= self._idle_s:
                break
            free += each.memory
            log.info("model_put_away", model=each.name, idle_s=round(now - each.used_at, 1))
            # Somebody may ask for it meanwhile: then it is loaded again after this.
            each.put_away()
            await each.settled()
        if free < need:
            raise self._no_room(place, budget)

    def _unused(self, but: "_Place") -> list["_Place"]:
        unused = (
            place for place in self._places.values()
            if place is not but and not place.users and place.model is not _ABSENT
        )  # fmt: skip
        return sorted(unused, key=lambda place: place.used_at)

    def _taken(self) -> int:
        return sum(place.memory for place in self._places.values())

    async def _budget(self) -> int:
        if self._memory is None:
            self._memory = await asyncio.to_thread(usable_memory, self._device)
        return self._memory

    def _no_room(self, place: "_Place", budget: int) -> UnavailableError:
        used = [each for each in self._places.values() if each is not place and each.memory]
        taken = sum(each.memory for each in used if each.users or each.model is _ABSENT)
        by = ", ".join(each.name for each in used if each.users or each.model is _ABSENT)
        held = f", of which {_gb(taken)} are in use by {by}" if by else ""
        return UnavailableError(
            f"the model {place.name} needs {_gb(place.recipe.memory)}, and all models together may"
            f" take {_gb(budget)}{held}: choose a smaller one, raise SAMOVAR_MODEL_MEMORY_GB, or"
            " let another worker serve this kind",
            dependency="workers",
        )

    def _forget_if_empty(self, place: "_Place") -> None:
        # A model that could not be loaded leaves nothing behind.
        if place.model is _ABSENT and not place.on_the_move and not place.users:
            self._places.pop(place.recipe.key, None)


@dataclass(slots=True, eq=False)
class _Place:
    """Where a model stands, comes to or leaves from.

    Attributes:
        coming: The load that is on.
        leaving: The unload that is on.
        memory: Bytes that are taken, from the beginning of a load to the end of the unload.
    """

    recipe: Recipe[Any]
    model: Any = _ABSENT
    coming: asyncio.Future[Any] | None = None
    leaving: asyncio.Future[None] | None = None
    memory: int = 0
    users: int = 0
    used_at: float = 0.0

    @property
    def name(self) -> str:
        return self.recipe.name or self.recipe.key

    @property
    def on_the_move(self) -> bool:
        return self.coming is not None or self.leaving is not None

    async def settled(self, *, leaving: bool = False) -> None:
        """Wait until nothing is on, or no unload; errors are those of who began it."""
        while (moving := self.leaving if leaving else self.coming or self.leaving) is not None:
            await asyncio.wait([moving])

    def load(self) -> None:
        """Begin to load; the outcome is noted even when nobody waits for it any more."""
        self.memory = self.recipe.memory
        self.coming = asyncio.get_running_loop().run_in_executor(None, self.recipe.load)
        self.coming.add_done_callback(self._came)

    def put_away(self) -> None:
        """Begin to unload."""
        leaving, self.model = self.model, _ABSENT
        loop = asyncio.get_running_loop()
        self.leaving = loop.run_in_executor(None, self.recipe.unload, leaving)
        self.leaving.add_done_callback(self._left)

    def _came(self, load: asyncio.Future[Any]) -> None:
        self.coming = None
        if load.exception() is None:
            self.model = load.result()
        else:
            self.memory = 0

    def _left(self, unload: asyncio.Future[None]) -> None:
        self.leaving = None
        self.memory = 0
        if (error := unload.exception()) is not None:
            log.error("model_not_put_away", model=self.name, error=type(error).__name__)


def batches_of(model: object) -> BatchStats | None:
    """Read what a model or backend has put together, as it tells by ``stats``."""
    stats = getattr(model, "stats", None)
    return stats if isinstance(stats, BatchStats) else None


def _gb(memory: int) -> str:
    return f"{memory / _GB:.1f} GB"
