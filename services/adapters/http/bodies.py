"""Bodies of strangers' answers, unpacked piece by piece: no limit on them comes too late."""

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import httpx

_PIECE_BYTES: Final = 256 * 1024
_EITHER: Final = 32 + zlib.MAX_WBITS
"""Gzip or zlib, whichever the first bytes say."""
_PLAIN: Final = frozenset({"", "identity"})
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
ACCEPTED: Final = "gzip"


async def bounded(answer: httpx.Response) -> httpx.Response:
    """Give an answer whose body can be stopped at any size.

    httpx unpacks each piece that arrives at once and as often as the server says: packed twice, a
    kilobyte becomes gigabytes before anybody counts. It also reads the bodies of redirects to
    their end; they are left away here.

    Raises:
        httpx.DecodingError: It is packed in a way that was not asked for, or more than once.
    """
    if answer.has_redirect_location:
        await answer.aclose()
        return _with_body(answer, httpx.ByteStream(b""))
    packing = answer.headers.get("content-encoding", "").strip().lower()
    if packing in _PLAIN:
        return answer
    if packing not in _PACKED:
        await answer.aclose()
        msg = "its packing was not asked for"
        raise httpx.DecodingError(msg)
    assert isinstance(answer.stream, httpx.AsyncByteStream)  # noqa: S101  of an async transport
    return _with_body(answer, _Unpacked(answer.stream))


def _with_body(answer: httpx.Response, body: httpx.AsyncByteStream) -> httpx.Response:
    headers = httpx.Headers(
        [
            (name, value)
            for name, value in answer.headers.multi_items()
            if name not in {"content-encoding", "content-length"}
        ]
    )
    return httpx.Response(
        answer.status_code, headers=headers, stream=body, extensions=answer.extensions
    )


@dataclass(frozen=True, slots=True)
class _Unpacked(httpx.AsyncByteStream):
    packed: httpx.AsyncByteStream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        unpacking = zlib.decompressobj(_EITHER)
        async for part in self.packed:
            rest = part
            while rest and not unpacking.eof:
                try:
                    piece = unpacking.decompress(rest, _PIECE_BYTES)
                except zlib.error as error:
                    msg = "its packing is broken"
                    raise httpx.DecodingError(msg) from error
                rest = unpacking.unconsumed_tail
                if piece:
                    yield piece

    async def aclose(self) -> None:
        await self.packed.aclose()
