import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

from aiogram.types import PhotoSize

from playground.state.media import media_type

MOST_BYTES = 256 * 1024 * 1024
ID_BYTES = 36
ID_LENGTH = len("AgAC") + 48


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes as they came in a request."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """What its first sender told of a file; who sends it again by its id cannot change that."""

    duration: int | None = None
    width: int | None = None
    height: int | None = None
    title: str | None = None
    performer: str | None = None
    emoji: str | None = None
    sticker_format: str = "static"
    thumbnail: PhotoSize | None = None
    cover: list[PhotoSize] | None = None
    start_timestamp: int | None = None
    still: list[PhotoSize] | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that can be sent again by its id."""

    id: str
    unique_id: str
    kind: str
    path: str
    upload: Upload
    mime: str
    facts: Facts = Facts()

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.upload.content)


FOLDERS = {
    "photo": "photos", "voice": "voice", "audio": "music", "document": "documents",
    "video": "videos", "video_note": "video_notes", "animation": "animations",
    "sticker": "stickers", "thumbnail": "thumbnails", "live_photo": "videos",
}  # fmt: skip

PREFIXES = {
    "photo": "AgAC", "voice": "AwAC", "video": "BAAC", "document": "BQAC", "sticker": "CAAC",
    "audio": "CQAC", "animation": "CgAC", "video_note": "DQAC", "thumbnail": "AAMC",
    "live_photo": "BAAC",
}  # fmt: skip
"""With what an id begins: bots tell kinds by it."""
SUFFIXES = {"photo": "jpg", "thumbnail": "jpg", "voice": "oga"}
"""What Telegram makes of a file whatever its name was."""


@dataclass(slots=True)
class Files:
    """All files; the oldest go when they are more than ``MOST_BYTES`` together."""

    _by_id: OrderedDict[str, StoredFile] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _count: int = 0

    def store(self, kind: str, upload: Upload, facts: Facts = Facts()) -> StoredFile:
        """Keep an upload."""
        self._count += 1
        given = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        suffix = SUFFIXES.get(kind, given)
        path = f"{FOLDERS[kind]}/file_{self._count}.{suffix if suffix.isalnum() else 'bin'}"
        stored = StoredFile(
            f"{PREFIXES[kind]}{secrets.token_urlsafe(ID_BYTES)}", f"AQAD{secrets.token_urlsafe(9)}",
            kind, path, upload,
            media_type(kind, upload.name, upload.content, given=upload.mime), facts,
        )  # fmt: skip
        self._by_id[stored.id] = stored
        self._bytes += stored.size
        while self._bytes > MOST_BYTES and len(self._by_id) > 1:
            _, oldest = self._by_id.popitem(last=False)
            self._bytes -= oldest.size
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """Find by the id in messages; what follows the id itself names a size of a picture."""
        return self._by_id.get(file_id[:ID_LENGTH])

    def at(self, path: str) -> StoredFile | None:
        """Find by the path that getFile gave."""
        return next((stored for stored in self._by_id.values() if stored.path == path), None)
