"""Large files on their way into a library: killed, gone on with, followed, told of."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.knowledge import parts
from services.knowledge.ingest import DeletionQuestion, IngestReport
from services.knowledge.models import LibraryId
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.reading import read_file
from services.knowledge.readers.skips import SkipCode
from tests.support.exports import roots, write_export
from tests.support.library import LIBRARY, OpenBase, open_base

pytestmark = pytest.mark.services
MESSAGES = 200
POSTS = len(list(roots(MESSAGES)))

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from services.adapters.sql.engine import create_engine, create_sessions
from tests.contracts.test_large_ingest import ingest
from tests.support.library import open_base

def kill(done, total, documents):
    if documents >= 50:
        os.kill(os.getpid(), signal.SIGKILL)

async def main(url, root, export):
    async with open_base(create_sessions(create_engine(url)), Path(root), apply=False) as base:
        await ingest(base, Path(export), progress=kill)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def base(sql_engine: AsyncEngine, data_dir: Path) -> AsyncIterator[OpenBase]:
    async with open_base(create_sessions(sql_engine), data_dir / "indexes", apply=False) as opened:
        await opened.make()
        yield opened


class _InterruptedError(Exception):
    pass


def interrupt(done: int, total: int, documents: int) -> None:
    if documents >= 50:
        raise _InterruptedError


async def agree(_question: DeletionQuestion) -> bool:
    return True


async def refuse(_question: DeletionQuestion) -> bool:
    return False


def nothing(done: int, total: int, documents: int) -> None:
    pass


async def ingest(
    base: OpenBase,
    path: Path,
    *,
    progress: Callable[[int, int, int], None] = nothing,
    agreed: bool = True,
    given: list[str] | None = None,
    library_id: LibraryId = LIBRARY,
) -> IngestReport:
    """Ingest a file as the command does; ``given`` collects what the reader had to read."""
    resume = await base.ingest.resume(library_id)

    async def portions() -> AsyncIterator[ReadSource]:
        reads: Iterator[ReadSource] = read_file(path, resume=resume)
        for read in reads:
            if given is not None:
                given.extend(document.source for document in read.documents)
            yield read

    return await base.ingest(
        library_id, portions(), confirm=agree if agreed else refuse, progress=progress
    )


def kill_in_the_middle(sql_url: str, root: Path, export: Path) -> None:
    command = [sys.executable, "-c", KILLED, sql_url, str(root), str(export)]
    done = subprocess.run(command, check=False, timeout=120, env={"PYTHONPATH": "."})
    assert done.returncode == -signal.SIGKILL


async def test_a_killed_ingest_goes_on_where_it_was(
    base: OpenBase, sql_url: str, data_dir: Path
) -> None:
    export = write_export(data_dir / "result.json", MESSAGES)
    kill_in_the_middle(sql_url, base.root, export)
    given: list[str] = []
    resumed = await ingest(base, export, given=given)
    assert len(given) <= POSTS - 50
    assert (resumed.documents, resumed.deleted) == (POSTS, 0)
    assert resumed.unchanged == POSTS - len(given)
    # A whole reading, which no mark shortens any more, finds everything just so.
    given.clear()
    whole = await ingest(base, export, given=given)
    assert len(given) == whole.documents == whole.unchanged == POSTS
    assert (whole.passages, whole.deleted) == (resumed.passages, 0)


async def test_what_was_forgotten_meanwhile_is_not_taken_for_stored(
    base: OpenBase, data_dir: Path
) -> None:
    export = write_export(data_dir / "result.json", MESSAGES)
    with pytest.raises(_InterruptedError):
        await ingest(base, export, progress=interrupt)
    await base.libraries.bury(LIBRARY, base.forget.clock.now())
    await base.libraries.erase(LIBRARY)
    await base.make()
    given: list[str] = []
    report = await ingest(base, export, given=given)
    assert (len(given), report.unchanged) == (POSTS, 0)


async def test_deletions_are_followed_after_the_whole_file_and_only_when_agreed(
    base: OpenBase, data_dir: Path
) -> None:
    await ingest(base, write_export(data_dir / "a.json", 60))
    grown = write_export(data_dir / "b.json", 40, first=11)
    kept = await ingest(base, grown, agreed=False)
    assert (kept.deleted, kept.skipped) == (0, [])
    shorter = data_dir / "c.json"
    text = (
        write_export(shorter, 60).read_text().replace('"type": "message"', '"type": "service"', 30)
    )
    shorter.write_text(text)
    asked = await ingest(base, shorter, agreed=False)
    assert [skip.code for skip in asked.skipped] == [SkipCode.DELETIONS_KEPT]
    followed = await ingest(base, shorter)
    assert followed.deleted == asked.skipped[0].parameters["missing"]
    assert followed.deleted


async def test_progress_rises_to_the_whole(base: OpenBase, data_dir: Path) -> None:
    told: list[tuple[int, int, int]] = []
    export = write_export(data_dir / "result.json", 200)
    await ingest(base, export, progress=lambda *step: told.append(step))
    assert told == sorted(told)
    assert told[-1] == (2 * export.stat().st_size, 2 * export.stat().st_size, 134)


async def test_a_broken_export_changes_nothing(base: OpenBase, data_dir: Path) -> None:
    await ingest(base, write_export(data_dir / "result.json", 60))
    broken = write_export(data_dir / "result.json", 200, more="Иначе.")
    broken.write_bytes(broken.read_bytes()[:-20])
    report = await ingest(base, broken)
    assert [skip.code for skip in report.skipped] == [SkipCode.EXPORT_BROKEN]
    assert (report.documents, report.deleted) == (0, 0)
    again = await ingest(base, write_export(data_dir / "result.json", 60))
    assert again.unchanged == again.documents


async def test_a_long_text_is_stored_in_parts_and_loses_them_again(
    base: OpenBase, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_PART_CHARACTERS", 2_000)
    text = data_dir / "book.txt"
    lines = [f"Строка {n} о том, как варят суп номер {n} на огне.\n" for n in range(80)]
    text.write_text("".join(lines))
    long = await ingest(base, text)
    assert long.documents == 2
    assert long.passages > 2
    again = await ingest(base, text)
    assert (again.unchanged, again.deleted) == (2, 0)
    text.write_text("".join(lines[:10]))
    short = await ingest(base, text)
    assert (short.documents, short.deleted) == (1, 1)


async def test_what_no_database_stores_is_taken_out(base: OpenBase, data_dir: Path) -> None:
    export = data_dir / "result.json"
    export.write_text(
        '{"id": 1, "name": "a", "messages": [{"id": 1, "text": "Щи\\u0000 да каша"}]}'
    )
    assert (await ingest(base, export)).documents == 1
    assert (await ingest(base, export)).unchanged == 1
