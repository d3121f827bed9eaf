from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.encoding import Json
from playground.refusals import Refusal
from playground.state.signal import Signal

ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KEPT_LOG = 2_000
MOST_PENDING = 10_000
MOST_AT_ONCE = 100


@dataclass(slots=True)
class Delivery:
    """One update on its way to one bot."""

    id: int
    bot: int
    update_id: int
    type: str
    update: Json
    queued_at: float
    seq: int = 0
    state: str = "queued"
    times: int = 0
    delivered_at: float | None = None
    confirmed_at: float | None = None

    def as_json(self) -> Json:
        """The entry of the delivery log."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error_at: float | None = None
    last_error: str | None = None


@dataclass(slots=True)
class UpdateQueue:
    """The updates of one bot that it has not confirmed; at most ``MOST_PENDING``."""

    bot_id: int
    next_id: int
    now: Callable[[], float]
    record: Callable[[Delivery], None]
    log_id: Callable[[], int]
    pending: deque[Delivery] = field(default_factory=deque)
    changed: Signal = field(default_factory=Signal)
    allowed: frozenset[str] | None = None
    webhook: Webhook | None = None
    poll: int = 0
    polling: int = 0
    confirmed_at: float = 0.0

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind; three kinds come only when asked for."""
        return kind not in ON_REQUEST if self.allowed is None else kind in self.allowed

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Set ``allowed_updates``: None keeps the setting, an empty list means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def put(self, kind: str, content: Any) -> None:  # noqa: ANN401 - JSON
        """Queue an update, if the bot wants its kind."""
        if not self.wants(kind):
            return
        update: Json = {"update_id": self.next_id, kind: content}
        delivery = Delivery(
            self.log_id(), self.bot_id, self.next_id, kind, update, queued_at=self.now()
        )
        self.next_id += 1
        self.pending.append(delivery)
        self.record(delivery)
        if len(self.pending) > MOST_PENDING:
            self._drop(self.pending.popleft())
        self.changed.notify()

    def _drop(self, delivery: Delivery) -> None:
        delivery.state = "dropped"
        self.record(delivery)

    def take(self, limit: int) -> list[Delivery]:
        """Hand over the oldest unconfirmed updates."""
        taken = list(self.pending)[: min(limit, MOST_AT_ONCE)]
        for delivery in taken:
            delivery.state = "delivered"
            delivery.times += 1
            delivery.delivered_at = self.now()
            self.record(delivery)
        return taken

    def confirm(self, below: int) -> None:
        """Forget the updates with an id lower than ``below``: the bot has them."""
        while self.pending and self.pending[0].update_id < below:
            delivery = self.pending.popleft()
            delivery.state = "confirmed"
            self.confirmed_at = delivery.confirmed_at = self.now()
            self.record(delivery)

    def skip_to(self, offset: int) -> None:
        """Apply an offset as getUpdates means it: below zero it counts from the end."""
        if offset >= 0:
            self.confirm(offset)
        elif len(self.pending) > -offset:
            self.confirm(self.pending[offset].update_id)

    def clear(self) -> None:
        """Drop what waits."""
        while self.pending:
            self._drop(self.pending.popleft())

    def begin_poll(self) -> int:
        """Start a poll; an older one that still waits will be refused."""
        self.poll += 1
        self.changed.notify()
        return self.poll

    def check_poll(self, poll: int) -> None:
        """Refuse the older of two pollers.

        Raises:
            Refusal: 409.
        """
        if poll != self.poll:
            raise Refusal(
                409,
                "terminated by other getUpdates request; make sure that only one bot instance is"
                " running",
            )
