import asyncio
import sqlite3

import httpx
import pytest

from tests.support.town import Town

pytestmark = pytest.mark.services


async def test_how_long_an_answer_waited_is_noted_and_shown_in_metrics(town: Town) -> None:
    vera = await town.new_person("Vera", language_code="en")
    await vera.starts()
    await vera.says("What is a samovar?")
    await vera.sees("[1]")
    noted: set[str] = set()
    async with asyncio.timeout(60):
        while not {"embed", "generate"} <= noted:
            await asyncio.sleep(0.5)
            with sqlite3.connect(town.processes.data / "samovar.sqlite3") as database:
                noted = {kind for (kind,) in database.execute("SELECT kind FROM job_timings")}
    async with httpx.AsyncClient() as client:
        metrics = (await client.get(f"{town.processes.bot_http}/metrics")).text
    assert 'samovar_wait_seconds_count{kind="generate"}' in metrics
    assert 'samovar_wait_covered{kind="generate",quantile="0.9"}' in metrics
