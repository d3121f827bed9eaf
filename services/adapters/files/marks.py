import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class FileMarks:
    """``MarkStore`` in a folder: a small file for each note, named by a hash, a number in it."""

    folder: Path

    def find(self, name: str) -> int | None:
        """Read a note; one that is damaged is none."""
        try:
            return int(self._file(name).read_text())
        except (OSError, ValueError):
            return None

    def keep(self, name: str, after: int) -> None:
        """Write a note over the one before; a full disk only costs the next ingest time."""
        with contextlib.suppress(OSError):
            if not self.folder.exists():
                self.folder.mkdir(parents=True, exist_ok=True)
            file = self._file(name)
            if not file.exists():
                self._make_room()
            new = file.with_suffix(".new")
            new.write_text(str(after))
            new.replace(file)

    def drop(self, name: str) -> None:
        """Forget a note."""
        with contextlib.suppress(OSError):
            self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.mark"

    def _make_room(self) -> None:
        notes = sorted(self.folder.glob("*.mark"), key=lambda file: file.stat().st_mtime)
        for old in notes[: max(0, len(notes) - _KEPT + 1)]:
            old.unlink(missing_ok=True)
