"""What can be told of a file by its first and last bytes, without any library."""

import mimetypes
import struct
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8"
PICTURES: Final = (
    (PNG, "image/png"), (JPEG, "image/jpeg"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp"),
)  # fmt: skip
JPEG_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
OPUS_RATE: Final = 48_000
MP3_BYTES_PER_S: Final = 16_000


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Give width and height of a PNG, JPEG, GIF or WebP; None for anything else."""
    if content.startswith(PNG) and len(content) >= 24:  # noqa: PLR2004 - to the end of IHDR's size
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:  # noqa: PLR2004
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    if content.startswith(JPEG):
        return _jpeg_size(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:  # noqa: PLR2004 - every marker begins with it
            return None
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16] if len(content) >= 30 else b""  # noqa: PLR2004 - to the end of both sides
    if kind == b"VP8X":
        return (
            1 + int.from_bytes(content[24:27], "little"),
            1 + int.from_bytes(content[27:30], "little"),
        )
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def media_type(kind: str, name: str, content: bytes, *, given: str) -> str:
    """Tell a media type by what a file is sent as, its first bytes, its name; else ``given``."""
    if kind == "voice":
        return "audio/ogg"
    if kind == "photo" or (kind == "document" and picture_size(content)):
        return next((mime for start, mime in PICTURES if content.startswith(start)), "image/webp")
    return mimetypes.guess_type(name)[0] or given


def sound_seconds(content: bytes) -> int:
    """Tell how long an OGG/Opus or WAV sound is, roughly for others; at least one second."""
    if content.startswith(b"OggS"):
        last = content.rfind(b"OggS")
        samples = int.from_bytes(content[last + 6 : last + 14], "little")
        return max(1, round(samples / OPUS_RATE))
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        per_second = int.from_bytes(content[28:32], "little") or 1
        return max(1, round(len(content) / per_second))
    return max(1, len(content) // MP3_BYTES_PER_S)
