from collections.abc import Sequence
from dataclasses import dataclass, field

from aiogram.types import PhotoSize, Sticker, StickerSet


@dataclass(slots=True)
class Pack:
    """A sticker set and who may change it."""

    name: str
    title: str
    bot: int
    owner: int
    sticker_type: str = "regular"
    stickers: list[Sticker] = field(default_factory=list)
    keywords: dict[str, list[str]] = field(default_factory=dict)
    thumbnail: PhotoSize | None = None

    def as_type(self) -> StickerSet:
        """Give the Bot API's ``StickerSet``."""
        return StickerSet(
            name=self.name, title=self.title, sticker_type=self.sticker_type,
            stickers=list(self.stickers), thumbnail=self.thumbnail,
        )  # fmt: skip


@dataclass(slots=True)
class Stickers:
    """All sticker sets by their lower-case names."""

    packs: dict[str, Pack] = field(default_factory=dict)

    def pack(self, name: str) -> Pack | None:
        """Find a set by its name, in any case."""
        return self.packs.get(name.lower())

    def add(self, pack: Pack) -> None:
        """Keep a new set."""
        self.packs[pack.name.lower()] = pack

    def remove(self, pack: Pack) -> None:
        """Forget a set; its stickers can still be sent as files."""
        self.packs.pop(pack.name.lower(), None)

    def holder(self, file_id: str) -> Pack | None:
        """Find the set that a sticker is in."""
        for pack in self.packs.values():
            if any(sticker.file_id == file_id for sticker in pack.stickers):
                return pack
        return None

    def find(self, file_id: str) -> Sticker | None:
        """Find a sticker of any set by its file."""
        return next((one for one in self._all() if one.file_id == file_id), None)

    def emoji(self, ids: Sequence[str]) -> list[Sticker]:
        """Find custom emoji."""
        wanted = set(ids)
        return [one for one in self._all() if one.custom_emoji_id in wanted]

    def _all(self) -> list[Sticker]:
        return [sticker for pack in self.packs.values() for sticker in pack.stickers]
