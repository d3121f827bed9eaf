"""Files inside a zip archive, one after another, with limits against bombs."""

import contextlib
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from services.knowledge.readers.broken import SkipError
from services.knowledge.readers.limits import ReadLimits
from services.knowledge.readers.skips import SkipCode

_MB: Final = 1024 * 1024
_COPY_BYTES: Final = 256 * 1024
_RATIO_FROM_BYTES: Final = 10 * _MB
_KIND: Final = "ZIP"
_ENCRYPTED: Final = 0x1
_UTF8_NAMES: Final = 0x800
# A directory entry is at least 46 bytes, and ten times that in memory.
_MOST_DIRECTORY_BYTES: Final = 8 * _MB
_END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_END_BYTES: Final = 22
_END64_BYTES: Final = 56
_LONGEST_COMMENT: Final = 65_535
_HAS_END64: Final = 0xFFFFFFFF


@dataclass(slots=True)
class Allowance:
    """What is left of an archive's limits; those in an archive inside it count as well."""

    limits: ReadLimits
    files: int = 0
    unpacked: int = 0

    def take(self, size: int) -> None:
        """Count a file of so many bytes.

        Raises:
            SkipError: It is one file too many, or they are too large together.
        """
        self.files += 1
        self.unpacked += size
        if self.files > self.limits.archive_files:
            raise SkipError(SkipCode.ARCHIVE_TOO_MANY, limit=self.limits.archive_files)
        if self.unpacked > self.limits.archive_mb * _MB:
            raise SkipError(SkipCode.ARCHIVE_TOO_LARGE, limit_mb=self.limits.archive_mb)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, with what is wrong with it as far as its entry tells."""

    name: str
    info: zipfile.ZipInfo = field(repr=False)
    problem: SkipError | None = None


def members(archive: zipfile.ZipFile, allowance: Allowance) -> list[Member]:
    """List the files of an archive in order of their names; hidden ones are left out.

    No file unpacks to more than its entry says, so that an archive beyond the limits is known
    before anything of it is read.

    Raises:
        SkipError: They are too many, or too large together.
    """
    found: list[Member] = []
    for info in archive.infolist():
        name = _name(info)
        parts = PurePosixPath(name).parts
        hidden = any(part.startswith(".") and part != ".." for part in parts)
        if info.is_dir() or hidden or "__MACOSX" in parts:
            continue
        allowance.take(info.file_size)
        found.append(Member(name, info, _problem(info, parts, allowance.limits)))
    return sorted(found, key=lambda member: member.name)


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """Open an archive whose directory is of bearable size.

    Raises:
        SkipError: It is none, or broken, or lists far too many files.
    """
    directory = _directory_bytes(file)
    if directory is None:
        raise SkipError(SkipCode.BROKEN, kind=_KIND)
    if directory > _MOST_DIRECTORY_BYTES:
        raise SkipError(SkipCode.ARCHIVE_TOO_MANY, limit=_MOST_DIRECTORY_BYTES // 46)
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except Exception as error:
        raise SkipError(SkipCode.BROKEN, kind=_KIND) from error


@contextmanager
def unpacked(archive: zipfile.ZipFile, member: Member) -> Iterator[Path]:
    """Give a file of an archive as one on disk, under a name of our own, for a while.

    Raises:
        SkipError: It is broken, or there is no room for it.
    """
    with tempfile.TemporaryDirectory(prefix="samovar-") as folder:
        path = Path(folder) / "file"
        _unpack(archive, member.info, path)
        yield path


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    try:
        with archive.open(info) as packed, path.open("wb") as file:
            shutil.copyfileobj(packed, file, _COPY_BYTES)
    except Exception as error:
        raise SkipError(SkipCode.BROKEN, kind=_KIND) from error


def _problem(info: zipfile.ZipInfo, parts: tuple[str, ...], limits: ReadLimits) -> SkipError | None:
    if info.flag_bits & _ENCRYPTED:
        return SkipError(SkipCode.ENCRYPTED, kind=_KIND)
    if ".." in parts or parts[:1] == ("/",):
        return SkipError(SkipCode.ARCHIVE_BAD_NAME)
    if stat.S_ISLNK(info.external_attr >> 16):
        return SkipError(SkipCode.IS_A_LINK)
    if info.file_size > max(_RATIO_FROM_BYTES, limits.archive_ratio * info.compress_size):
        return SkipError(SkipCode.ARCHIVE_BOMB, limit=limits.archive_ratio)
    return None


def _name(info: zipfile.ZipInfo) -> str:
    """Read a name as it was meant: archives of old Windows programs have it in cp866."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAMES and not name.isascii():
        with contextlib.suppress(UnicodeError):
            raw = name.encode("cp437")
            name = raw.decode("cp866")
            name = raw.decode()
    return name.replace("\\", "/")


def _directory_bytes(file: BinaryIO) -> int | None:
    """Read the size of the directory from the record at the end; None when there is none."""
    size = file.seek(0, 2)
    start = max(0, size - _LONGEST_COMMENT - _END_BYTES - _END64_BYTES - 20)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + _END_BYTES > len(tail):
        return None
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if directory != _HAS_END64:
        return directory
    at = tail.rfind(_END64, 0, at)
    return None if at < 0 else int.from_bytes(tail[at + 40 : at + 48], "little")
