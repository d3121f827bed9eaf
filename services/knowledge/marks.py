"""Where an ingest that was interrupted goes on with a large file."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from services.knowledge.ingest_ports import ChangeFeed
from services.knowledge.models import LibraryId
from services.knowledge.prepared import VERSION


class MarkStore(Protocol):
    """Small durable notes; blocking, and quick."""

    def find(self, name: str) -> int | None:
        """Read a note."""
        ...

    def keep(self, name: str, after: int) -> None:
        """Write a note over the one before; failing to is no harm."""
        ...

    def drop(self, name: str) -> None:
        """Forget a note."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryMarks:
    """The notes of one library as it is now.

    A library that was forgotten or purged since has other ones, so that nothing which went is
    taken for stored.
    """

    store: MarkStore
    library: str

    def after(self, place: str) -> int | None:
        """Tell what of a file is stored: the ``resume`` of ``read_file``."""
        return self.store.find(self._name(place))

    def keep(self, place: str, after: int) -> None:
        """Note how far a file is stored."""
        self.store.keep(self._name(place), after)

    def drop(self, place: str) -> None:
        """Forget how far a file was stored: it is stored whole."""
        self.store.drop(self._name(place))

    def _name(self, place: str) -> str:
        return sha256(f"{VERSION}\n{self.library}\n{place}".encode()).hexdigest()


class NoMarks:
    """A store that keeps nothing: every ingest begins at the start."""

    def find(self, name: str) -> int | None:  # noqa: ARG002  the port's
        """Know of nothing."""
        return None

    def keep(self, name: str, after: int) -> None:
        """Keep nothing."""

    def drop(self, name: str) -> None:
        """Have nothing to forget."""


async def marks_of(store: MarkStore, feed: ChangeFeed, library_id: LibraryId) -> LibraryMarks:
    """Open the notes of a library in its present incarnation."""
    state = await feed.state(library_id)
    now = "" if state is None else f"{state.incarnation} {state.purge_number}"
    return LibraryMarks(store, f"{library_id} {now}")
