import asyncio
from pathlib import Path

from services.knowledge.chat_files import FileKey
from services.knowledge.file_intake import drop_contents


async def test_what_a_killed_replica_was_reading_goes_with_the_file(tmp_path: Path) -> None:
    for replica, key in (("one", "a" * 16), ("two", "a" * 16), ("two", "b" * 16)):
        directory = tmp_path / replica / f"{key}-x1"
        directory.mkdir(parents=True)
        (directory / "content").write_text("дневник")

    await drop_contents(tmp_path, [FileKey("a" * 16)])

    left = await asyncio.to_thread(lambda: [one.parent.name for one in tmp_path.rglob("content")])
    assert left == [f"{'b' * 16}-x1"]


async def test_no_folder_is_nothing_to_drop(tmp_path: Path) -> None:
    kept = tmp_path / "replica" / f"{'a' * 16}-x1" / "content"
    kept.parent.mkdir(parents=True)
    kept.write_text("дневник")

    await drop_contents(tmp_path / "none", [FileKey("a" * 16)])

    left = await asyncio.to_thread(lambda: sorted(one.name for one in tmp_path.iterdir()))
    assert left == ["replica"]
    assert kept.read_text() == "дневник"
