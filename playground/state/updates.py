import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import inf
from typing import Any, Final

from aiogram.types import Update

from playground.encoding import Json
from playground.refusals import Refusal
from playground.state.deliveries import Delivery
from playground.state.signal import Signal
from playground.state.transient import TRANSIENT
from playground.state.update_faults import UpdateFault

ON_REQUEST: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KINDS: Final = frozenset(Update.model_fields) - {"update_id"}
KEPT_LOG: Final = 2_000
MOST_PENDING: Final = 10_000
MOST_AT_ONCE: Final = 100
SWAP_S: Final = 3.0


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed, and how that goes."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    ip_address: str | None = None
    certificate: str | None = None
    last_error_at: float | None = None
    last_error: str | None = None
    gone_since: float | None = None


def _unheard(_: Delivery) -> None:
    """Nobody listens yet."""


def _unharmed(_bot: int, _kind: str, _content: Json) -> UpdateFault | None:
    return None


@dataclass(slots=True)
class UpdateQueue:
    """The updates of one bot that it has not confirmed; at most ``MOST_PENDING``.

    ``now``, ``record`` and ``strike`` connect it with its town: the time, who hears of each step
    of a delivery, and which fault meets an update.
    """

    bot_id: int
    next_id: int
    now: Callable[[], float] = field(default=time.time, metadata=TRANSIENT)
    record: Callable[[Delivery], None] = field(default=_unheard, metadata=TRANSIENT)
    strike: Callable[[int, str, Json], UpdateFault | None] = field(
        default=_unharmed, metadata=TRANSIENT
    )
    pending: deque[Delivery] = field(default_factory=deque)
    held: list[Delivery] = field(default_factory=list)
    allowed: frozenset[str] | None = None
    webhook: Webhook | None = None
    changed: Signal = field(default_factory=Signal, metadata=TRANSIENT)
    poll: int = field(default=0, metadata=TRANSIENT)
    polling: int = field(default=0, metadata=TRANSIENT)
    conflict: str = field(default="", metadata=TRANSIENT)
    calm_at: float = field(default=0.0, metadata=TRANSIENT)
    confirmed_at: float = field(default=0.0, metadata=TRANSIENT)

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind; three kinds come only when asked for."""
        return kind not in ON_REQUEST if self.allowed is None else kind in self.allowed

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Set ``allowed_updates``: None keeps the setting, an empty list means the default.

        Like Telegram, it takes names in any case and passes over those it does not know.
        """
        if kinds is not None:
            self.allowed = (KINDS & {kind.lower() for kind in kinds}) or None

    def put(self, kind: str, content: Any) -> None:  # noqa: ANN401 - JSON
        """Queue an update, if the bot wants its kind."""
        if not self.wants(kind):
            return
        delivery = Delivery(self.bot_id, kind, {"update_id": 0, kind: content}, self.now())
        fault = self.strike(self.bot_id, kind, content)
        if fault is None:
            self._enter(delivery)
        else:
            delivery.fault = fault.what
            self._suffer(delivery, fault)

    def _suffer(self, delivery: Delivery, fault: UpdateFault) -> None:
        if fault.what == "lost":
            self._number(delivery)
            self._note(delivery, "lost")
        elif fault.what == "duplicate":
            self._enter(delivery)
            copy = replace(delivery, id=0, is_copy=True)
            self.pending.append(copy)
            self.record(copy)
        else:
            self._hold(delivery, fault)

    def _hold(self, delivery: Delivery, fault: UpdateFault) -> None:
        """Keep an update back; pushed updates keep their numbers, so that a bot can sort them."""
        if self.webhook is not None:
            self._number(delivery)
        is_swap = fault.what == "swapped"
        delivery.due_at = delivery.queued_at + (fault.delay_s or (SWAP_S if is_swap else 0.0))
        self.held.append(delivery)
        self._note(delivery, "held")

    def _number(self, delivery: Delivery) -> None:
        if delivery.update_id == 0:
            delivery.update_id = delivery.update["update_id"] = self.next_id
            self.next_id += 1

    def _enter(self, delivery: Delivery) -> None:
        swapped = [one for one in self.held if one.fault == "swapped"]
        self._number(delivery)
        self.pending.append(delivery)
        self._note(delivery, "queued")
        if len(self.pending) > MOST_PENDING:
            self._note(self.pending.popleft(), "dropped")
        self._let_go([one for one in swapped if one is not delivery])
        self.changed.notify()

    def _let_go(self, deliveries: list[Delivery]) -> None:
        self.held = [one for one in self.held if all(one is not freed for freed in deliveries)]
        for delivery in deliveries:
            delivery.due_at = 0.0
            self._enter(delivery)

    def sweep(self) -> None:
        """Let go what a fault kept back long enough, and give up what nobody fetched in time."""
        now = self.now()
        if self.held:
            self._let_go([one for one in self.held if one.due_at <= now])
        if min((one.lives_until for one in self.pending), default=inf) <= now:
            expired = [one for one in self.pending if one.lives_until <= now]
            self.pending = deque(one for one in self.pending if one.lives_until > now)
            for delivery in expired:
                self._note(delivery, "expired")

    def _note(self, delivery: Delivery, state: str) -> None:
        delivery.state = state
        self.record(delivery)

    def take(self, limit: int) -> list[Delivery]:
        """Hand over the oldest unconfirmed updates."""
        self.sweep()
        taken = list(islice(self.pending, min(limit, MOST_AT_ONCE)))
        for delivery in taken:
            self.hand_over(delivery)
        return taken

    def hand_over(self, delivery: Delivery) -> None:
        """Note that the bot is given an update now."""
        delivery.times += 1
        delivery.delivered_at = self.now()
        self._note(delivery, "delivered")

    def settle(self, delivery: Delivery) -> None:
        """Forget one update: the bot has it."""
        if delivery in self.pending:
            self.pending.remove(delivery)
            self._confirm(delivery)

    def give_up(self, delivery: Delivery) -> None:
        """Forget one update that no webhook took in time."""
        if delivery in self.pending:
            self.pending.remove(delivery)
            self._note(delivery, "expired")

    def _confirm(self, delivery: Delivery) -> None:
        self.confirmed_at = time.monotonic()
        delivery.confirmed_at = self.now()
        self._note(delivery, "confirmed")

    def confirm(self, below: int) -> None:
        """Forget the updates with an id lower than ``below``: the bot has them."""
        spared: list[Delivery] = []
        while self.pending and self.pending[0].update_id < below:
            delivery = self.pending.popleft()
            if delivery.is_copy and not delivery.times:
                spared.append(delivery)
            else:
                self._confirm(delivery)
        self.pending.extendleft(reversed(spared))

    def skip_to(self, offset: int) -> None:
        """Apply an offset as getUpdates means it: below zero it counts from the end."""
        if offset >= 0:
            self.confirm(offset)
        elif len(self.pending) > -offset:
            self.confirm(self.pending[offset].update_id)

    def clear(self) -> None:
        """Drop what waits."""
        waiting = [*self.held, *self.pending]
        self.held.clear()
        self.pending.clear()
        for delivery in waiting:
            self._note(delivery, "dropped")

    def push_to(self, webhook: Webhook | None) -> None:
        """Push from now on, or let the bot poll again, in the order of the numbers."""
        self.webhook = webhook
        if webhook is None:
            self.pending = deque(sorted(self.pending, key=lambda one: one.update_id))
        else:
            self.end_polls("terminated by setWebhook request")
        self.changed.notify()

    def begin_poll(self) -> int:
        """Start a poll that waits; an older one that still waits will be refused."""
        self.end_polls(
            "terminated by other getUpdates request; make sure that only one bot instance is"
            " running"
        )
        return self.poll

    def end_polls(self, words: str) -> None:
        """Refuse the polls that wait now."""
        self.conflict = words
        self.poll += 1
        self.changed.notify()

    def check_poll(self, poll: int) -> None:
        """Refuse a poll that was ended.

        Raises:
            Refusal: 409.
        """
        if poll != self.poll:
            raise Refusal(409, self.conflict)
