"""A bot that a test itself moves, call by call, and the small files that it sends."""

import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.types import BufferedInputFile

from playground.server import Running
from tests.support.local_session import LocalSession


@asynccontextmanager
async def quiet_bot(town: Running, token: str | None = None) -> AsyncIterator[Bot]:
    """The seeded bot, or one with that token; it says only what the test says."""
    session = LocalSession(town.base)
    async with Bot(
        token or town.token, session=session, default=DefaultBotProperties(parse_mode="HTML")
    ) as bot:
        yield bot


def picture(width: int = 600, height: int = 400, tone: int = 120) -> BufferedInputFile:
    """A sunset over tea."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    rows = b"".join(
        b"\0" + bytes((240 - row * tone // height, 190 - row * 130 // height, tone)) * width
        for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return BufferedInputFile(b"\x89PNG\r\n\x1a\n" + body, filename="sunset.png")


def paper(text: str = "water, leaves, patience", name: str = "recipe.txt") -> BufferedInputFile:
    """A text file."""
    return BufferedInputFile(text.encode(), filename=name)
