"""Libraries while the bot runs: a second process adds to them, and strangers find nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from playground.users import Person
from tests.support.town import Town

pytestmark = pytest.mark.services

NOTE = "Кодовое слово экспедиции на Таймыр — брусничный морс. Его знают только участники."
QUESTION = "Какое кодовое слово у экспедиции на Таймыр?"


def _ingest(town: Town, text: str, *arguments: str) -> None:
    """Run ``samovar ingest`` beside the running bot, as its owner would in another terminal."""
    path = town.processes.data / "expedition.txt"
    Path(path).write_text(text)
    subprocess.run(
        [sys.executable, "-m", "bot.cli", "ingest", str(path), "--json", *arguments],
        env={**os.environ, **town.processes.bot.variables},
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip


async def _newcomer(town: Town, name: str) -> Person:
    person = await town.new_person(name, language_code="ru")
    await person.starts()
    await person.sees("Самовар")
    return person


async def test_what_a_second_process_ingests_is_found_by_its_audience_alone(town: Town) -> None:
    member = await _newcomer(town, "Egor")
    stranger = await _newcomer(town, "Foma")
    _ingest(town, NOTE, "--tenant", "expedition", "--audience", f"people:{member.id}")

    await member.says(QUESTION)
    answer = await member.sees("морс")
    assert "[1]" in answer.text

    await stranger.says(QUESTION)
    reply = await stranger.sees("", where=lambda seen: "🔁 Заново" in seen.buttons)
    assert "морс" not in reply.text
    assert "Кодовое" not in reply.text
    assert "экспедици" not in reply.text.replace(QUESTION, "").lower()

    # In a group not even a reader is answered from it: others would read along.
    group = member.in_group(await town.new_group("Все", member, [stranger, town.bot_id]))
    me = town.state["bots"][0]["user"]["username"]
    await group.says(f"@{me} {QUESTION}")
    public = await group.sees("", where=lambda seen: "🔁 Заново" in seen.buttons)
    assert "морс" not in public.text
