from dataclasses import dataclass, field

from aiogram.types import Message

from playground.state.places import Place

LIVES_S = 24 * 3600.0


@dataclass(slots=True)
class Ephemeral:
    """A message in a group between one person and one bot.

    Args:
        place: The group.
        bot: The bot that sent or got it.
        person: The person who got or sent it.
        message: As bots see it: ``message_id`` is 0, ``ephemeral_message_id`` names it.
        until: When it disappears by itself.
        is_command: Whether the person sent it.
        replaces: The message in whose place it is shown.
    """

    place: Place
    bot: int
    person: int
    message: Message
    until: float
    is_command: bool = False
    replaces: int | None = None

    @property
    def id(self) -> int:
        """Its number for bots."""
        return self.message.ephemeral_message_id or 0

    @property
    def shown_id(self) -> int:
        """Its number for people: below zero, so that no other message has it."""
        return -self.id


@dataclass(slots=True)
class Ephemerals:
    """All that are shown now, by place and number."""

    _kept: dict[Place, dict[int, Ephemeral]] = field(default_factory=dict)
    _next: int = 1

    def next_id(self) -> int:
        """Take a number."""
        number = self._next
        self._next += 1
        return number

    def keep(self, one: Ephemeral) -> None:
        """Store a new one or a new version."""
        self._kept.setdefault(one.place, {})[one.id] = one

    def find(self, place: Place, number: int) -> Ephemeral | None:
        """Give one by its number for bots."""
        return self._kept.get(place, {}).get(number)

    def shown(self, place: Place, person: int) -> list[Ephemeral]:
        """Give those that a person sees, oldest first."""
        return [one for one in self._kept.get(place, {}).values() if one.person == person]

    def remove(self, one: Ephemeral) -> None:
        """Forget one."""
        self._kept.get(one.place, {}).pop(one.id, None)

    def expired(self, now: float) -> list[Ephemeral]:
        """Give those whose time has passed."""
        return [one for kept in self._kept.values() for one in kept.values() if one.until <= now]
