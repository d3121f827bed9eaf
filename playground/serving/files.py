"""The bytes of a file over HTTP, whole or a range of them."""

from collections.abc import Mapping

from aiohttp import web


def file_response(
    request: web.Request, content: bytes, kind: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with a file, or with the range that ``Range`` asks for.

    A range that is no range at all is ignored; one beyond the end is answered with 416.
    """
    known = {"Accept-Ranges": "bytes", **(headers or {})}
    try:
        asked = request.http_range
    except ValueError:
        asked = slice(None)
    if asked.start is None and asked.stop is None:
        return web.Response(body=content, content_type=kind, headers=known)
    start, stop, _ = asked.indices(len(content))
    if start >= stop:
        known["Content-Range"] = f"bytes */{len(content)}"
        return web.Response(status=416, headers=known)
    known["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
    return web.Response(status=206, body=content[start:stop], content_type=kind, headers=known)
