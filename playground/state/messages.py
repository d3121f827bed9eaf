from collections.abc import Callable
from dataclasses import dataclass, field

from aiogram.types import Message

from playground.state.places import Place

KEPT_PER_PLACE = 2_000


@dataclass(slots=True)
class Messages:
    """All messages by place, and the numbers to come.

    Args:
        first_id: Where numbering starts; a later run starts higher, so that a bot which
            remembers a message of an earlier run does not edit a stranger.
    """

    first_id: int = 1
    _kept: dict[Place, dict[int, Message]] = field(default_factory=dict)
    _next: dict[Place, int] = field(default_factory=dict)
    _fixed: dict[Place, set[int]] = field(default_factory=dict)

    def next_id(self, place: Place) -> int:
        """Take a number: per group, and per bot over all its private chats, as in Telegram."""
        counter = Place(0, place.bot_id) if place.is_private else place
        number = self._next.get(counter, self.first_id)
        self._next[counter] = number + 1
        return number

    def keep(self, place: Place, message: Message) -> None:
        """Store a new message or a new version of it; the oldest goes when there are too many."""
        kept = self._kept.setdefault(place, {})
        kept[message.message_id] = message
        if len(kept) > KEPT_PER_PLACE:
            self.remove(place, next(iter(kept)))

    def fix(self, place: Place, message_id: int) -> None:
        """Note that a message came with a reply keyboard: it cannot be edited."""
        self._fixed.setdefault(place, set()).add(message_id)

    def is_fixed(self, place: Place, message_id: int) -> bool:
        """Whether a message came with a reply keyboard."""
        return message_id in self._fixed.get(place, ())

    def find(self, place: Place, message_id: int) -> Message | None:
        """Give a message that was not deleted."""
        return self._kept.get(place, {}).get(message_id)

    def remove(self, place: Place, message_id: int) -> bool:
        """Delete; whether it was there."""
        self._fixed.get(place, set()).discard(message_id)
        return self._kept.get(place, {}).pop(message_id, None) is not None

    def at(self, place: Place, where: Callable[[Message], bool] | None = None) -> list[Message]:
        """Give the messages of a place, oldest first."""
        kept = self._kept.get(place, {}).values()
        return [message for message in kept if where is None or where(message)]
