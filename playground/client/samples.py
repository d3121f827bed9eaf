"""Small pictures and voice notes for tests: real files, made without any library."""

import struct
import zlib
from typing import Final

OPUS_RATE: Final = 48_000
FRAME_SAMPLES: Final = 960
# One frame of 20 ms that says nothing: a CELT frame of the one byte that stands for silence.
SILENCE: Final = b"\xfc\xff\xfe"
MOST_FRAMES: Final = 50
FIRST_PAGE, LAST_PAGE = 2, 4
CRC_POLYNOMIAL: Final = 0x04C11DB7
CRC_BITS: Final = 0xFFFFFFFF


def picture(
    width: int = 64, height: int = 48, color: tuple[int, int, int] = (200, 120, 40)
) -> bytes:
    """Give a PNG of one colour.

    Args:
        width: Pixels, 1 or more.
        height: Pixels, 1 or more.
        color: Red, green and blue, 0 to 255.
    """
    row = b"\x00" + bytes(color) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(row * height)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def voice(seconds: int = 1) -> bytes:
    """Give a voice note that is silent: OGG/Opus, mono, ``seconds`` long."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, OPUS_RATE, 0, 0)
    vendor = b"samovar"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    pages = [_page([head], 0, number=0, flags=FIRST_PAGE), _page([tags], 0, number=1)]
    for second in range(1, seconds + 1):
        flags = LAST_PAGE if second == seconds else 0
        frames = [SILENCE] * MOST_FRAMES
        pages.append(_page(frames, second * OPUS_RATE, number=second + 1, flags=flags))
    return b"".join(pages)


def _page(packets: list[bytes], samples: int, *, number: int, flags: int = 0) -> bytes:
    """Give an Ogg page of short packets; ``samples`` is where the sound stands at its end."""
    sizes = bytes(len(packet) for packet in packets)
    start = b"OggS" + struct.pack("<BBqII", 0, flags, samples, 1, number)
    rest = bytes([len(sizes)]) + sizes + b"".join(packets)
    return start + struct.pack("<I", _crc(start + bytes(4) + rest)) + rest


def _crc(content: bytes) -> int:
    """Give Ogg's checksum: not reflected, begins with zero."""
    crc = 0
    for byte in content:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (CRC_POLYNOMIAL if crc >> 31 else 0)) & CRC_BITS
    return crc
