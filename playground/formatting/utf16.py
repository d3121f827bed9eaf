"""Offsets and lengths as Telegram counts them: in UTF-16 code units."""

from collections.abc import Iterable

from aiogram.types import MessageEntity


def width(text: str) -> int:
    """Count the UTF-16 code units of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """Give the part of a text that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def ordered(entities: Iterable[MessageEntity]) -> list[MessageEntity]:
    """Sort as Telegram does: by place, the outer before the inner."""
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length))


def trimmed(text: str, entities: Iterable[MessageEntity]) -> tuple[str, list[MessageEntity]]:
    """Cut white space from both ends of a text, and the entities with it."""
    stripped = text.lstrip()
    shift = width(text) - width(stripped)
    stripped = stripped.rstrip()
    end = width(stripped)
    kept: list[MessageEntity] = []
    for entity in entities:
        start = max(0, entity.offset - shift)
        stop = min(end, entity.offset + entity.length - shift)
        if start < stop:
            kept.append(entity.model_copy(update={"offset": start, "length": stop - start}))
    return stripped, ordered(kept)
