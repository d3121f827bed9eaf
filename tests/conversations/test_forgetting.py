"""What is left of a person on the disk after ``/forget``."""

from pathlib import Path

import pytest

from tests.support.town import Town

pytestmark = pytest.mark.services

RARE = "кракозябробус"
# Of the demo library, so the database holds it; Redis does for whoever asked.
ANSWERED = "кладут по чайной ложке чёрного чая"


def _files_with(directory: Path, text: str) -> list[str]:
    """Find the files that hold a text in UTF-8, or as JSON escapes it."""
    traces = (text.encode(), text.encode("unicode_escape"))
    return [
        str(path.relative_to(directory))
        for path in sorted(directory.rglob("*"))
        if path.is_file() and any(trace in path.read_bytes() for trace in traces)
    ]


async def test_no_file_holds_what_a_forgotten_person_wrote(town: Town) -> None:
    data = town.processes.data
    nina = await town.new_person("Nina", language_code="ru")
    await nina.starts()
    await nina.sees("Самовар")
    for question in (f"Как приготовить щи, {RARE}?", f"{RARE}?"):
        await nina.says(question)
        await nina.sees("", where=lambda seen: "👍" in seen.buttons or "🔁 Заново" in seen.buttons)
    await town.quiet()
    await nina.says("Как заварить чай в самоваре?")
    await nina.sees(ANSWERED)
    await town.quiet()
    assert _files_with(data, RARE), "the test would see nothing if it looked at nothing"
    assert _files_with(data / "redis", ANSWERED)
    await nina.says("/forget")
    await nina.taps("Да, стереть")
    await nina.sees("стёрто", timeout_s=60)
    await town.quiet()
    assert _files_with(data, RARE) == []
    assert _files_with(data / "redis", ANSWERED) == [], "what the worker said to her is gone too"
