"""Entities that Telegram finds by itself: commands, mentions, links, hashtags, addresses."""

import re
from collections.abc import Iterable
from typing import Final

from aiogram.types import MessageEntity

from playground.formatting.utf16 import ordered, width

PATTERNS: Final = (
    ("url", re.compile(
        r"(?<![\w@.])(?:https?://[^\s<>\"']+|(?:[\w-]+\.)+(?:com|org|net|ru|io|me|dev|рф|gov|edu|"
        r"info|su|ai|app)(?![\w.@-]*@)(?:[/?#][^\s<>\"']*)?(?!\w))", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[a-zA-Z]{2,}")),
    ("mention", re.compile(r"(?<![\w@/])@[a-zA-Z]\w{2,31}(?!\w)", re.ASCII)),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z]\w{2,31})?(?![\w/])")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d(?:[ ()-]{0,2}\d){9,14}(?![\w-])")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,255}")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{3,8}(?![\w$])")),
)  # fmt: skip
TRAILING: Final = ".,:;!?)]}»\"'"
CLOSED: Final = frozenset({"code", "pre", "text_link", "text_mention", "url", "email"})


def found_entities(text: str, given: Iterable[MessageEntity] = ()) -> list[MessageEntity]:
    """Give the ``given`` entities and those that Telegram finds where they leave room."""
    entities = list(given)
    taken = [(one.offset, one.offset + one.length) for one in entities if one.type in CLOSED]
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            covered = match[0].rstrip(TRAILING) if kind == "url" else match[0]
            start = width(text[: match.start()])
            stop = start + width(covered)
            if all(stop <= begin or end <= start for begin, end in taken):
                taken.append((start, stop))
                entities.append(MessageEntity(type=kind, offset=start, length=stop - start))
    return ordered(entities)
