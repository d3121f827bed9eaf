"""A large export is read in bounded memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.exports import write_export

pytestmark = pytest.mark.services

READ = """
import resource, sys
from pathlib import Path
from services.knowledge.readers.reading import read_file

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
documents = sum(len(read.documents) for read in read_file(Path(sys.argv[1])))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(documents, after - before)
"""
_MB = 1024


def growth(path: Path) -> tuple[int, int]:
    """Read an export in a process of its own; give the posts and the memory it took, in KiB."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True,
        timeout=300,
    )  # fmt: skip
    posts, grown = done.stdout.split()
    return int(posts), int(grown)


def test_the_memory_for_an_export_does_not_grow_with_it(tmp_path: Path) -> None:
    more = "Щи да каша, пища наша. " * 60
    export = write_export(tmp_path / "result.json", 12_000, more=more)
    assert export.stat().st_size > 60_000_000
    posts, grown = growth(export)
    assert posts == 8_000
    assert grown < 50 * _MB
