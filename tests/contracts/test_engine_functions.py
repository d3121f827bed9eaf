"""The functions on the server, given to it anew."""

from pathlib import Path

import pytest

from services.adapters.queue import engine
from services.adapters.queue.engine import EngineFunctions
from services.adapters.queue.line import Line
from services.adapters.queue.replies import reply_client
from services.inference.kinds import JobKind

pytestmark = pytest.mark.services


async def test_a_release_that_is_replaced_on_disk_does_not_stop_who_runs(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reply_client(redis_url) as client:
        functions = EngineFunctions(client)
        # As while a new release is installed: its files are others, or lie elsewhere.
        monkeypatch.setattr(engine, "__file__", str(tmp_path / "engine.py"))
        await client.function_flush()
        assert len(await functions.call(Line(JobKind.DRAW).look())) == 10
