"""Where a library's index lies and how far it has come.

``<root>/<library>/meta.json``   what is valid; replaced atomically, after everything it names
``<root>/<library>/g<number>/``  one build: ``lexical/`` (Tantivy), the vectors with
                                their ids and days, and in a large library their graph

A build grows in place; what lies in its files beyond what ``meta.json`` counts is the trace of a
crash and is written again. A new build becomes valid by the new ``meta.json`` that names it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from services.knowledge.models import LibraryId
from services.knowledge.slugs import is_library_id
from services.knowledge.slugs import library_id as checked

_FORMAT: Final = 2


class IndexMeta(msgspec.Struct, frozen=True, kw_only=True):
    """What is valid in a library's directory.

    Attributes:
        incarnation: Of the library in SQL that this was built from.
        build: Number of the directory that holds the index.
        built: Change number at which that build was begun; nothing older than this is in it.
        applied: Change number up to which all changes are in it.
        rows: Valid rows of the vector log.
        graph_rows: Rows that the graph covers; 0: there is none.
        graph_bytes: Size of the graph's file.
    """

    incarnation: str
    build: int
    built: int
    applied: int
    rows: int
    graph_rows: int = 0
    graph_bytes: int = 0
    format: int = _FORMAT


def library_dir(root: Path, library_id: LibraryId) -> Path:
    """Name a library's directory.

    Raises:
        InvalidInputError: The id is no slug and could leave ``root``.
    """
    return root / checked(library_id)


def build_dir(directory: Path, meta: IndexMeta) -> Path:
    """Name the directory of the valid build."""
    return directory / f"g{meta.build}"


def meta_stamp(directory: Path) -> tuple[int, int] | None:
    """Give what differs between two versions of the meta file; None when there is none."""
    try:
        stat = (directory / "meta.json").stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def read_meta(directory: Path) -> IndexMeta | None:
    """Read what is valid; None when there is nothing, or nothing this version understands."""
    try:
        meta = msgspec.json.decode((directory / "meta.json").read_bytes(), type=IndexMeta)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return meta if meta.format == _FORMAT else None


def write_meta(directory: Path, meta: IndexMeta) -> None:
    """Make a state valid, for good: from here on a crash or a reader finds it."""
    temporary = directory / "meta.json.new"
    with temporary.open("wb") as file:
        file.write(msgspec.json.encode(meta))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(directory / "meta.json")
    sync_directory(directory)


def sync_directory(directory: Path) -> None:
    """Make names in a directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_other_builds(directory: Path, build: int) -> None:
    """Remove builds that are no longer, or never became, valid."""
    for path in directory.glob("g*"):
        if path.name != f"g{build}":
            shutil.rmtree(path, ignore_errors=True)


def is_only_build(directory: Path, build: int) -> bool:
    """Tell whether no trace of another build is left."""
    return all(path.name == f"g{build}" for path in directory.glob("g*"))


def remove_library(directory: Path) -> None:
    """Remove an index; without its meta file nobody opens it any more."""
    with suppress(FileNotFoundError):
        (directory / "meta.json").unlink()
    if directory.exists():
        shutil.rmtree(directory)


def libraries_on_disk(root: Path) -> Iterator[LibraryId]:
    """List the libraries that have a directory."""
    with os.scandir(root) as entries:
        names = [entry.name for entry in entries if entry.is_dir()]
    yield from (LibraryId(name) for name in names if is_library_id(name))
