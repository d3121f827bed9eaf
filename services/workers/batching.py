"""Puts what many jobs want of one model into batches."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import structlog

from services.errors import BusyError, ModelError, ServiceError, UnavailableError
from services.inference.models import Priority
from services.workers.batch_lines import BatchLimits, BatchLines

log = structlog.get_logger(__name__)

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStats:
    """What a model has done since it was opened.

    Attributes:
        batches: That ran, the failed ones included.
        items: In them.
        tokens: In them, without padding.
        padded: In them, with it.
        last_items: Items of the latest batch.
        busy_s: Seconds that they took.
        waiting: Items that wait now.
    """

    batches: int = 0
    items: int = 0
    tokens: int = 0
    padded: int = 0
    last_items: int = 0
    busy_s: float = 0.0
    waiting: int = 0


class MicroBatcher(Generic[ItemT, ResultT]):
    """Computes the items of many jobs together, in one thread of its own.

    An item that meets an idle model starts at once; those that come while a batch runs form the
    next ones, as ``BatchLines`` says. When a batch fails its items run again one by one, so that
    a bad one fails by itself.
    """

    def __init__(
        self,
        compute: Callable[[Sequence[ItemT]], Sequence[ResultT]],
        *,
        tokens_of: Callable[[ItemT], int],
        limits: BatchLimits,
        name: str,
    ) -> None:
        """Prepare to compute.

        Args:
            compute: Gives a result for each item of a batch, the shortest of which comes first;
                called in the thread. ``UnavailableError`` fails the batch as a whole.
            tokens_of: Length of an item.
            limits: Of a batch, and of what waits.
            name: Of the thread.
        """
        self._compute = compute
        self._tokens_of = tokens_of
        self._limits = limits
        self._name = name
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._numbers = itertools.count()
        # The thread takes the next batch by itself: by way of the event loop it would idle.
        self._lock = threading.Lock()
        self._lines: BatchLines[_Item[ItemT, ResultT]] = BatchLines(limits)
        self._working = False
        self._closed = False
        self._stats = BatchStats()

    @property
    def stats(self) -> BatchStats:
        """Tell what was done up to now."""
        with self._lock:
            return replace(self._stats, waiting=len(self._lines))

    async def run(self, items: Sequence[ItemT], *, priority: Priority) -> list[ResultT]:
        """Compute items; the results are in their order.

        A cancelled call takes back what waits. What runs already runs to the end of its batch.

        Raises:
            BusyError: Too much waits already.
            UnavailableError: The model is closed, or ``compute`` said so.
            ModelError: It failed on one of these items.
        """
        if not items:
            return []
        call: _Call[ResultT] = _Call(asyncio.get_running_loop(), len(items))
        self._add(items, call, priority)
        try:
            return await call.ended
        finally:
            with self._lock:
                self._lines.drop(lambda item: item.call is call)

    def shut(self) -> None:
        """Fail what waits, and block until the batch that runs has ended."""
        with self._lock:
            self._closed = True
            calls = {item.call for item in self._lines.clear()}
        for call in calls:
            call.loop.call_soon_threadsafe(call.fail, _closed(self._name))
        self._thread.shutdown()

    async def close(self) -> None:
        """Do the same without blocking the event loop."""
        await asyncio.to_thread(self.shut)

    def _add(self, items: Sequence[ItemT], call: "_Call[ResultT]", priority: Priority) -> None:
        lengths = [max(1, self._tokens_of(item)) for item in items]
        with self._lock:
            if self._closed:
                raise _closed(self._name)
            if self._lines and len(self._lines) + len(items) > self._limits.waiting:
                raise BusyError(
                    f"{len(self._lines)} items wait for the {self._name} already",
                    dependency="workers", wait_s=self._wait_s(priority),
                )  # fmt: skip
            for position, (value, tokens) in enumerate(zip(items, lengths, strict=True)):
                self._lines.add(_Item(value, tokens, priority, next(self._numbers), call, position))
            if not self._working:
                self._working = True
                self._thread.submit(self._work)

    def _wait_s(self, priority: Priority) -> float:
        if not self._stats.tokens:
            return 0.0
        return self._lines.tokens(priority) * self._stats.busy_s / self._stats.tokens

    def _work(self) -> None:
        while batch := self._next():
            begun = time.perf_counter()
            outcome = self._outcome(batch)
            self._count(batch, time.perf_counter() - begun)
            if isinstance(outcome, BaseException) and self._try_again(batch, outcome):
                continue
            batch[0].call.loop.call_soon_threadsafe(_deliver, batch, outcome)

    def _next(self) -> "list[_Item[ItemT, ResultT]]":
        with self._lock:
            batch = self._lines.take()
            self._working = bool(batch)
            return batch

    def _outcome(
        self, batch: "Sequence[_Item[ItemT, ResultT]]"
    ) -> Sequence[ResultT] | BaseException:
        try:
            results = list(self._compute([item.value for item in batch]))
        except BaseException as error:  # noqa: BLE001 - a panic of Rust code is no Exception
            return error
        if len(results) != len(batch):
            return ModelError(f"the {self._name} gave {len(results)} results for {len(batch)}")
        return results

    def _try_again(self, batch: "list[_Item[ItemT, ResultT]]", error: BaseException) -> bool:
        if len(batch) == 1 or isinstance(error, UnavailableError):
            return False
        log.warning("batch_failed", model=self._name, items=len(batch), error=type(error).__name__)
        with self._lock:
            if self._closed:
                return False
            for item in batch:
                if not item.call.ended.done():
                    self._lines.add(replace(item, alone=True))
        return True

    def _count(self, batch: "Sequence[_Item[ItemT, ResultT]]", seconds: float) -> None:
        with self._lock:
            was = self._stats
            self._stats = BatchStats(
                batches=was.batches + 1,
                items=was.items + len(batch),
                tokens=was.tokens + sum(item.tokens for item in batch),
                padded=was.padded + len(batch) * max(item.tokens for item in batch),
                last_items=len(batch),
                busy_s=was.busy_s + seconds,
            )


class _Call(Generic[ResultT]):
    """What one caller waits for."""

    def __init__(self, loop: asyncio.AbstractEventLoop, count: int) -> None:
        self.loop = loop
        self.ended: asyncio.Future[list[ResultT]] = loop.create_future()
        self._results: dict[int, ResultT] = {}
        self._count = count

    def answer(self, position: int, result: ResultT) -> None:
        self._results[position] = result
        if len(self._results) == self._count and not self.ended.done():
            self.ended.set_result([self._results[each] for each in range(self._count)])

    def fail(self, error: BaseException) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)


@dataclass(slots=True)
class _Item(Generic[ItemT, ResultT]):
    value: ItemT
    tokens: int
    priority: Priority
    number: int
    call: _Call[ResultT]
    position: int
    alone: bool = False


def _deliver(
    batch: Sequence[_Item[ItemT, ResultT]], outcome: Sequence[ResultT] | BaseException
) -> None:
    if isinstance(outcome, BaseException):
        for item in batch:
            item.call.fail(_said(outcome))
        return
    for item, result in zip(batch, outcome, strict=True):
        item.call.answer(item.position, result)


def _said(error: BaseException) -> ServiceError:
    if isinstance(error, ServiceError):
        return error
    failed = ModelError(f"the model failed with {type(error).__name__}")
    failed.__cause__ = error
    return failed


def _closed(name: str) -> UnavailableError:
    return UnavailableError(f"the {name} is closed", dependency="workers")
