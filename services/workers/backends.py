"""What a model backend is to a worker, and how settings name one."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from services.errors import InvalidInputError
from services.inference.kinds import Blob, JobKind
from services.inference.models import Priority
from services.workers.shelf import Shelf

PayloadT_contra = TypeVar("PayloadT_contra", contravariant=True)
ResultT_co = TypeVar("ResultT_co", covariant=True)


class RunningJob(Protocol):
    """A job while a backend does it."""

    @property
    def job_id(self) -> str:
        """Its id, for logs and for servers that take one."""
        ...

    @property
    def priority(self) -> Priority:
        """Between two batches an urgent job goes first."""
        ...

    @property
    def left_s(self) -> float:
        """Seconds until nobody waits for its result any more."""
        ...

    def show_text(self, text: str) -> None:
        """Show the whole text so far; it goes out in its own time, ten times a second at most."""
        ...

    def show_progress(self, done: float, preview: Blob | None = None) -> None:
        """Show how far it has come, 0 to 1; it goes out in its own time."""
        ...

    async def fetch(self, blob: Blob) -> bytes:
        """Read the picture or sound that the job is about.

        Raises:
            ModelError: It is not kept any more.
            UnavailableError: Its store is down.
        """
        ...

    async def keep(self, data: bytes, media_type: str) -> Blob:
        """Keep a picture or sound for whoever reads the result.

        Raises:
            UnavailableError: Its store is down.
        """
        ...


class Backend(Protocol[PayloadT_contra, ResultT_co]):
    """A model, or a server that has one, for one kind of job."""

    async def run(self, payload: PayloadT_contra, job: RunningJob) -> ResultT_co:
        """Do a job, off the event loop, which has leases to renew.

        A cancelled call frees what the job holds, a slot of a server included, within a second.

        Raises:
            UnavailableError: The backend is down, not loaded, or refuses us; another may do it.
            ModelError: It failed on this input, and would again.
        """
        ...

    async def close(self) -> None:
        """Free the model."""
        ...


# What a factory makes depends on the kind that it is registered for.
AnyBackend = Backend[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What backends are opened with.

    Attributes:
        device: For torch: ``cpu`` or ``cuda:0``.
        dtype: ``auto``, ``float32``, ``bfloat16`` or ``float16``.
        cache_dir: For what is made from packaged weights; may be deleted at any time.
        api_key: For ``openai:`` servers.
        silence_s: Longest silence of such a server in seconds.
        shelf: Holds the models that share the device's memory.
    """

    device: str
    dtype: str
    cache_dir: Path
    api_key: str | None
    silence_s: float
    shelf: Shelf


Factory = Callable[[str, Opening], Awaitable[AnyBackend]]


class BackendRegistry:
    """The known backends: a setting ``kind:name`` opens one."""

    def __init__(self) -> None:
        self._factories: dict[tuple[JobKind, str], Factory] = {}

    def add(self, kind: JobKind, backend_kind: str, factory: Factory) -> None:
        """Let ``factory`` open backends of a kind by the part after ``backend_kind:``."""
        self._factories[kind, backend_kind] = factory

    def known(self, kind: JobKind) -> list[str]:
        """List what may stand before the colon."""
        return sorted(backend for job_kind, backend in self._factories if job_kind is kind)

    async def open(self, kind: JobKind, setting: str, opening: Opening) -> AnyBackend:
        """Open a backend; a model is loaded and has run once.

        Raises:
            InvalidInputError: Nothing is known under that name, or it is no model for the kind.
            UnavailableError: A package or the model is missing, or memory is too small.
        """
        factory, name = self.factory(kind, setting)
        return await factory(name, opening)

    def factory(self, kind: JobKind, setting: str) -> tuple[Factory, str]:
        """Find what opens a backend, and the name to open it by; nothing is loaded.

        Raises:
            InvalidInputError: Nothing is known under that name.
        """
        backend_kind, _, name = setting.partition(":")
        factory = self._factories.get((kind, backend_kind))
        if not name or factory is None:
            kinds = ", ".join(f"{each}:..." for each in self.known(kind)) or "none yet"
            raise InvalidInputError(
                f"unknown {kind} backend {without_address(setting)!r}; known are {kinds}"
            )
        return factory, name


_SEPARATOR: Final = ","


def chain_of(setting: str) -> tuple[str, ...]:
    """Split a setting into backends, most wanted first: ``openai:a@http://b,packaged:c``."""
    return tuple(part.strip() for part in setting.split(_SEPARATOR) if part.strip())


def without_address(setting: str) -> str:
    """Name a backend for logs and people: what follows the @ can hold a password."""
    return setting.partition("@")[0]


async def stream_text(pieces: AsyncGenerator[str, None], job: RunningJob) -> str:
    """Put pieces together and show the text as it grows."""
    text = ""
    async with aclosing(pieces) as stream:
        async for piece in stream:
            text += piece
            job.show_text(text)
    return text
