from dataclasses import dataclass, field

from aiogram.types import MessageEntity, RichMessage

from playground.encoding import Json, encode
from playground.state.places import Place

Spot = tuple[Place, int]
"""A private chat and one of its topics; 0 outside of topics."""

SHOWN_S = 30.0


@dataclass(slots=True)
class Draft:
    """A message that a bot is still writing."""

    bot: int
    draft_id: int
    text: str
    entities: list[MessageEntity]
    can_stop: bool
    keep_on_stop: bool
    until: float
    thread_id: int | None = None
    stopped: bool = False
    rich: RichMessage | None = None

    def as_json(self) -> Json:
        """What a page shows."""
        return {
            "bot": self.bot, "draft_id": self.draft_id, "text": self.text,
            "entities": encode(self.entities), "can_stop": self.can_stop,
            "keep_on_stop": self.keep_on_stop, "stopped": self.stopped, "until": self.until,
            "thread_id": self.thread_id,
            "rich": encode(self.rich) if self.rich is not None else None,
        }  # fmt: skip


@dataclass(slots=True)
class Drafts:
    """The draft shown in each topic of each private chat, and which ones people have stopped."""

    shown: dict[Spot, Draft] = field(default_factory=dict)
    stopped: dict[Spot, int] = field(default_factory=dict)

    def at(self, place: Place) -> list[Draft]:
        """Give the drafts that a chat shows now."""
        return [draft for (where, _), draft in self.shown.items() if where == place]

    def is_stopped(self, place: Place, thread_id: int | None, draft_id: int) -> bool:
        """Whether the person does not want to see more of a draft."""
        return self.stopped.get((place, thread_id or 0)) == draft_id

    def expired(self, now: float) -> list[Spot]:
        """Where a draft has been shown for its time."""
        return [spot for spot, draft in self.shown.items() if draft.until <= now]
