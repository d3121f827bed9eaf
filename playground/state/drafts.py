from dataclasses import dataclass, field

from aiogram.types import MessageEntity

from playground.encoding import Json, encode
from playground.state.places import Place

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

    def as_json(self) -> Json:
        """What a page shows."""
        return {
            "bot": self.bot, "draft_id": self.draft_id, "text": self.text,
            "entities": encode(self.entities), "can_stop": self.can_stop,
            "keep_on_stop": self.keep_on_stop, "stopped": self.stopped, "until": self.until,
        }  # fmt: skip


@dataclass(slots=True)
class Drafts:
    """The draft shown in each private chat, and which ones people have stopped."""

    shown: dict[Place, Draft] = field(default_factory=dict)
    stopped: dict[Place, int] = field(default_factory=dict)

    def expired(self, now: float) -> list[Place]:
        """Where a draft has been shown for its time."""
        return [place for place, draft in self.shown.items() if draft.until <= now]
