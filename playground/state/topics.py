"""Topics of forums and of private chats with bots."""

from dataclasses import dataclass, field
from typing import Final

from playground.encoding import Json
from playground.state.places import Place

GENERAL: Final = 1
"""The thread id of the General topic; its messages carry none."""
COLORS: Final = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
LONGEST_NAME: Final = 128
ICONS: Final = {
    "5434144690511290129": "📰", "5312536423851630001": "💡", "5312016608254762256": "⚡️",
    "5377544228505134960": "🎙", "5418085807791545980": "🔝", "5370870893004203704": "🗣",
    "5420216386448270341": "🆒", "5379748062124056162": "❗️", "5373251851074415873": "📝",
    "5433614043006903194": "📆", "5357315181649076022": "📁", "5309965701241379366": "🔎",
    "5309984423003823246": "📣", "5312241539987020022": "🔥", "5312138559556164615": "❤️",
    "5377316857231450742": "❓", "5350305691942788490": "📈", "5350713563512052787": "📉",
    "5309958691854754293": "💎", "5350452584119279096": "💰",
}  # fmt: skip
"""The icons that everybody may use, by the id of their custom emoji."""


@dataclass(slots=True)
class Topic:
    """One topic of one chat."""

    thread_id: int
    name: str
    icon_color: int = COLORS[0]
    icon_id: str | None = None
    creator: int = 0
    is_closed: bool = False
    is_hidden: bool = False
    is_name_implicit: bool = False

    @property
    def is_general(self) -> bool:
        """Whether it is the one that every forum has."""
        return self.thread_id == GENERAL

    def as_json(self) -> Json:
        """What a page shows."""
        return {
            "thread_id": self.thread_id, "name": self.name, "icon_color": self.icon_color,
            "icon": ICONS.get(self.icon_id or ""), "is_closed": self.is_closed,
            "is_hidden": self.is_hidden, "is_general": self.is_general,
        }  # fmt: skip


@dataclass(slots=True)
class Topics:
    """All topics by place, oldest first; the stickers of the icons once somebody asked for them."""

    by_place: dict[Place, dict[int, Topic]] = field(default_factory=dict)
    icon_files: dict[str, str] = field(default_factory=dict)

    def add(self, place: Place, topic: Topic) -> Topic:
        """Keep a new topic."""
        self.by_place.setdefault(place, {})[topic.thread_id] = topic
        return topic

    def general(self, place: Place) -> Topic:
        """Give the General topic of a forum."""
        return self.find(place, GENERAL) or self.add(place, Topic(GENERAL, "General"))

    def find(self, place: Place, thread_id: int) -> Topic | None:
        """Give a topic that was not deleted."""
        return self.by_place.get(place, {}).get(thread_id)

    def remove(self, place: Place, thread_id: int) -> None:
        """Forget a topic."""
        self.by_place.get(place, {}).pop(thread_id, None)

    def at(self, place: Place) -> list[Topic]:
        """Give the topics of a place, oldest first."""
        return sorted(self.by_place.get(place, {}).values(), key=lambda topic: topic.thread_id)
