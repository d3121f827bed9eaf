"""How long an OGG/Opus sound is, read from its pages (RFC 3533, RFC 7845)."""

import struct
from typing import Final

from services.workers.openai.client import nonsense

_PAGE: Final = b"OggS"
_HEAD: Final = b"OpusHead"
_RATE: Final = 48_000
_NOWHERE: Final = -1


def opus_seconds(data: bytes) -> float:
    """Tell the length of a sound.

    Raises:
        UnavailableError: It is no OGG/Opus.
    """
    head = data.find(_HEAD, 0, 200)
    if not data.startswith(_PAGE) or head < 0 or len(data) < head + 12:
        raise nonsense("sound that is no OGG/Opus")
    (skipped,) = struct.unpack_from("<H", data, head + 10)
    return max(0, _last_position(data) - int(skipped)) / _RATE


def _last_position(data: bytes) -> int:
    """Find the granule position of the last page that has one; it counts samples."""
    end = len(data)
    while (start := data.rfind(_PAGE, 0, end)) >= 0:
        if len(data) >= start + 14:
            (position,) = struct.unpack_from("<q", data, start + 6)
            if position != _NOWHERE:
                return int(position)
        end = start
    return 0
