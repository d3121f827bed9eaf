"""Indexes follow SQL: across processes, over crashes, for thousands of libraries."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from services.adapters.sql.engine import Sessions, create_engine, create_sessions, sqlite_url
from services.adapters.sql.knowledge_tables import LibraryRow
from services.adapters.sql.schema import upgrade_schema
from services.knowledge.models import LibraryId, PassageHit
from tests.support import crashing_applier
from tests.support.library import LIBRARY, OpenBase, open_base, post

pytestmark = pytest.mark.services

DISHES = ("щи", "борщ", "уха", "плов", "каша", "блины", "кисель", "квас", "сырники", "окрошка")
POINTS = (
    "before the lexical commit",
    "between vectors and their ids",
    "before the meta file",
    "before the clean-up",
)


@pytest.fixture
async def sessions(data_dir: Path) -> AsyncIterator[Sessions]:
    engine = create_engine(sqlite_url(data_dir))
    await upgrade_schema(engine)
    yield create_sessions(engine)
    await engine.dispose()


async def samovar(data_dir: Path, *args: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", *args, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "SAMOVAR_DATA": str(data_dir), "DATABASE_URL": ""},
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 100)
    assert process.returncode == 0
    report: dict[str, Any] = json.loads(out)
    return report


async def test_a_running_process_finds_what_another_ingests(
    data_dir: Path, sessions: Sessions
) -> None:
    article = data_dir / "soup.md"
    article.write_text("# Щи\n\nЩи варят из капусты один час.\n")
    async with open_base(sessions, data_dir / "indexes") as base:
        await base.make()
        assert await base.hits("капуста") == []
        report = await samovar(data_dir, "ingest", str(article), "--no-wait", "--json")
        assert report.keys() == {
            "documents", "passages", "unchanged", "deleted", "skipped", "seconds",
        }  # fmt: skip
        assert (report["documents"], report["unchanged"]) == (1, 0)
        assert await base.sources("капуста") == [[str(article)]]
        report = await samovar(data_dir, "ingest", str(article), "--no-wait", "--json")
        assert (report["documents"], report["passages"], report["unchanged"]) == (1, 1, 1)
        await samovar(data_dir, "reindex", "--json")
        assert await base.sources("капуста") == [[str(article)]]


async def test_readers_follow_the_one_applier_and_take_over_when_it_ends(
    data_dir: Path, sessions: Sessions
) -> None:
    root = data_dir / "indexes"
    async with open_base(sessions, root) as reader:
        # The lock goes to whoever asks first; the reader's applier has it by now or waits.
        async with open_base(sessions, root) as other:
            await other.make()
            await other.take(post(1, "Щи варят из капусты."))
            assert len(await other.hits("щи")) == len(await reader.hits("щи")) == 1
            await reader.take(post(2, "Щи едят со сметаной."))
            assert len(await other.hits("щи")) == len(await reader.hits("щи")) == 2
        await reader.take(post(3, "Щи томят в печи."))
        assert len(await reader.hits("щи")) == 3


@pytest.mark.parametrize("point", POINTS)
async def test_a_killed_applier_leaves_nothing_wrong(
    data_dir: Path, sessions: Sessions, point: str
) -> None:
    root = data_dir / "indexes"
    async with open_base(sessions, root, apply=False) as writer:
        await writer.make()
        await fill(writer, 0)
        await killed_applier(data_dir, root, point)
    async with open_base(sessions, root) as base:
        assert await everything(base) == await rebuilt(data_dir, sessions)
    # The same in the middle of a later increment, which adds, changes, removes and embeds.
    async with open_base(sessions, root, apply=False) as writer:
        await fill(writer, 5)
        known = await writer.documents.known(LIBRARY, ["telegram:1#1"])
        await writer.documents.delete(LIBRARY, [known["telegram:1#1"].document_id], purge=True)
        await killed_applier(data_dir, root, point)
    async with open_base(sessions, root) as base:
        assert await everything(base) == await rebuilt(data_dir, sessions)


async def fill(base: OpenBase, start: int) -> None:
    texts = [f"Блюдо {dish} готовят не спеша, и {dish} всем нравится." for dish in DISHES]
    await base.take(*(post(n, text) for n, text in enumerate(texts[start : start + 5], start)))
    await base.embed()


async def killed_applier(data_dir: Path, root: Path, point: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(crashing_applier.__file__), sqlite_url(data_dir), str(root), point,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert await asyncio.wait_for(process.wait(), 60) == -9


async def everything(base: OpenBase) -> list[PassageHit]:
    return await base.hits(" ".join(DISHES), DISHES[0])


async def rebuilt(data_dir: Path, sessions: Sessions) -> list[PassageHit]:
    """Give what an index built in one go finds."""
    root = data_dir / "fresh"
    shutil.rmtree(root, ignore_errors=True)
    async with open_base(sessions, root) as base:
        found = await everything(base)
    assert len(found) >= 5
    return found


async def test_two_thousand_libraries_cost_no_more_than_those_held_open(
    data_dir: Path, sessions: Sessions, capsys: pytest.CaptureFixture[str]
) -> None:
    root = data_dir / "indexes"
    async with open_base(sessions, root) as base:
        await base.make()
        await base.take(post(1, "Щи варят из капусты."))
        await base.embed()
        assert len(await base.hits("щи", "щи")) == 1
    names = [LibraryId(f"tenant-{n}") for n in range(2_000)]
    await copies(sessions, root, names)

    async with open_base(sessions, root, open_limit=64, apply=False) as base:
        for name in names[:64]:
            assert len(await base.hits("щи", "щи", library_id=name)) == 1
        at_64 = usage(root)
        for name in names[64:]:
            assert len(await base.hits("щи", "щи", library_id=name)) == 1
        at_2000 = usage(root)
        assert len(base.opened) == 64
    with capsys.disabled():
        sys.stdout.write(f"\n64 libraries: {at_64}\n2,000 libraries: {at_2000}\n")
    assert at_2000["maps"] <= 64 * 12
    # Of Tantivy's threads only those of the last second are left.
    assert at_2000["threads"] <= 2 * 128 + 16
    assert at_2000["handles"] <= at_64["handles"] + 4
    assert at_2000["rss_mb"] <= at_64["rss_mb"] + 64


async def copies(sessions: Sessions, root: Path, names: list[LibraryId]) -> None:
    """Make libraries with the index of the one that there is."""
    async with open_base(sessions, root, apply=False) as base:
        state = await base.feed.state(LIBRARY)
        assert state is not None
    async with sessions.begin() as session:
        row = await session.get_one(LibraryRow, LIBRARY)
        common = {"title": "", "audience": "everyone", "chat_id": None, "forgotten_at": None,
                  "created_at": row.created_at, "change_number": row.change_number,
                  "purge_number": 0}  # fmt: skip
        await session.execute(insert(LibraryRow), [{"slug": name, **common} for name in names])
    for name in names:
        # Files of a finished build never change, so a link is as good as a copy.
        (root / name).symlink_to(root / LIBRARY)


def usage(root: Path) -> dict[str, int]:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    maps = Path("/proc/self/maps").read_text().splitlines()
    return {
        "threads": int(status["Threads"]),
        "handles": len(list(Path("/proc/self/fd").iterdir())),
        "maps": sum(str(root) in line for line in maps),
        "rss_mb": int(status["VmRSS"].split()[0]) // 1024,
    }
