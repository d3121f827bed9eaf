"""The thoughts that some models write before they answer, between <think> and </think>."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

_BEGIN: Final = "<think>"
_END: Final = "</think>"
_WHOLE: Final = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)


def without_thoughts(text: str) -> str:
    """Take the thoughts from the front of a complete text, and the white space around it."""
    return _WHOLE.sub("", text).strip()


async def spoken(pieces: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """Pass on the pieces of a text that come after its thoughts."""
    head = ""
    async with aclosing(pieces) as stream:
        async for piece in stream:
            head = (head + piece).lstrip()
            if not _may_begin_thoughts(head):
                yield head
                break
            if _END in head:
                head = head.partition(_END)[2].lstrip()
                if head:
                    yield head
                    break
                head = _BEGIN + _END
        else:
            if head and not head.startswith(_BEGIN):
                yield head
        async for piece in stream:
            yield piece


def _may_begin_thoughts(head: str) -> bool:
    return head.startswith(_BEGIN) or _BEGIN.startswith(head)
