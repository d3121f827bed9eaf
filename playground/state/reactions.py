from dataclasses import dataclass, field

from playground.encoding import Json
from playground.state.places import Place


@dataclass(slots=True)
class Reactions:
    """Emoji under messages: one list per user and message."""

    _by_message: dict[tuple[Place, int], dict[int, tuple[str, ...]]] = field(default_factory=dict)

    def of(self, place: Place, message_id: int, user: int) -> tuple[str, ...]:
        """What this user has set."""
        return self._by_message.get((place, message_id), {}).get(user, ())

    def put(self, place: Place, message_id: int, user: int, emoji: tuple[str, ...]) -> None:
        """Replace this user's reactions."""
        by_user = self._by_message.setdefault((place, message_id), {})
        by_user.pop(user, None)
        if emoji:
            by_user[user] = emoji

    def by_user(self, place: Place, user: int) -> list[int]:
        """Under which messages of a place this user has reacted."""
        return [
            number
            for (where, number), by_user in self._by_message.items()
            if where == place and user in by_user
        ]

    def forget(self, place: Place, message_id: int) -> None:
        """The message is gone."""
        self._by_message.pop((place, message_id), None)

    def as_json(self, place: Place, message_id: int) -> list[Json]:
        """Who reacted with what, in the order of first use."""
        found: dict[str, list[int]] = {}
        for user, emoji in self._by_message.get((place, message_id), {}).items():
            for one in emoji:
                found.setdefault(one, []).append(user)
        return [{"type": "emoji", "emoji": one, "by": users} for one, users in found.items()]

    def at(self, place: Place) -> dict[int, list[Json]]:
        """All reactions of a place by message."""
        numbers = [number for where, number in self._by_message if where == place]
        shown = {number: self.as_json(place, number) for number in numbers}
        return {number: reactions for number, reactions in shown.items() if reactions}
