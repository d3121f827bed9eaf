"""Telegram exports of any size, written line by line."""

import json
from collections.abc import Iterator
from pathlib import Path

_WORDS = (
    "капуста", "огонь", "котёл", "сметана", "бульон", "перец", "укроп", "крышка", "ложка", "печь",
)  # fmt: skip


def message(number: int, *, more: str = "") -> dict[str, object]:
    """A message of a talkative group; one in three answers another one."""
    words = " ".join(_WORDS[(number * step) % 10] for step in (1, 3, 7, 9))
    text = f"Совет номер {number}: {words} и ещё раз {number * 7919 % 10_007}. {more}"
    reply = {"reply_to_message_id": number // 2} if number % 3 == 0 else {}
    return {
        "id": number, "type": "message", "date_unixtime": str(1_700_000_000 + number),
        "from": "Повар", "from_id": "user1", "text": text,
        "text_entities": [{"type": "plain", "text": text}], **reply,
    }  # fmt: skip


def write_export(path: Path, count: int, *, first: int = 1, more: str = "") -> Path:
    """Write the export of a group with so many messages."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"name": "Кухня", "type": "private_supergroup", "id": 77, "messages": [\n')
        for number in range(first, first + count):
            file.write(",\n" if number > first else "")
            json.dump(message(number, more=more), file, ensure_ascii=False, indent=1)
        file.write("\n]}\n")
    return path


def roots(count: int) -> Iterator[int]:
    """The messages of ``write_export`` that answer no other one."""
    return (number for number in range(1, count + 1) if number % 3 or number < 3)
