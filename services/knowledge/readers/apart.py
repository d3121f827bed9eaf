"""Untrusted formats are taken apart in a child process, which can be stopped and replaced.

Parsers of PDF, XML and Markdown can be made to run for hours or to fill the memory by a file of
a few kilobytes. The child has limits of its own and neither the settings nor the secrets of the
program in its environment; what it gives back is text, decoded as such.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from services.knowledge.models import SourceDocument
from services.knowledge.readers.limits import ReadLimits
from services.knowledge.readers.models import ReadSource, skipped
from services.knowledge.readers.skips import SkipCode

LENGTH_BYTES: Final = 8
BEGUN: Final = b"+"
"""What the child says when it is about to open a file."""
_STARTS_WITHIN_S: Final = 60.0
_CHILD: Final = "services.knowledge.readers.child"
_READ_BYTES: Final = 1024 * 1024
# UTF-8 in JSON, with the names of the fields.
_BYTES_PER_TEXT: Final = 6
# Many threads of a library that is only loaded would count as memory.
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}


class ApartRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A file for the child.

    Attributes:
        kind: Which reader: ``pdf``, ``docx``, ``epub``, ``html``, ``markdown`` or ``page``.
    """

    path: str
    kind: str
    source: str
    name: str
    url: str | None
    limits: ReadLimits


class ApartAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the child has read, or why it could not.

    Attributes:
        last: The child has become large, and a new one is to read the next file.
    """

    documents: tuple[SourceDocument, ...] = ()
    code: SkipCode | None = None
    parameters: dict[str, str | int] = {}
    last: bool = False


class _StoppedError(Exception):
    """The child has ended, or has to be ended."""

    def __init__(self, code: SkipCode, **parameters: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(slots=True)
class ReadingApart:
    """A child that reads one file after another, started with the first; one user at a time."""

    limits: ReadLimits
    _child: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, path: Path, kind: str, source: str, name: str, url: str | None) -> ReadSource:
        """Read a file; whatever goes wrong with it is told, not raised."""
        request = ApartRequest(
            path=str(path.absolute()), kind=kind, source=source, name=name, url=url,
            limits=self.limits,
        )  # fmt: skip
        try:
            answer = msgspec.json.decode(self._ask(msgspec.json.encode(request)), type=ApartAnswer)
        except _StoppedError as error:
            return skipped(source, error.code, **error.parameters)
        except (msgspec.DecodeError, UnicodeError):
            return skipped(source, SkipCode.BROKEN, kind=kind.upper())
        if answer.last:
            self._end()
        if answer.code is not None:
            return skipped(source, answer.code, **answer.parameters)
        return ReadSource(documents=answer.documents)

    def _ask(self, request: bytes) -> bytes:
        child = self._running()
        assert child.stdin is not None  # noqa: S101  a pipe was asked for
        try:
            child.stdin.write(len(request).to_bytes(LENGTH_BYTES, "big") + request)
            child.stdin.flush()
            return self._answer(child)
        except BrokenPipeError:
            raise _ended(child, self.limits) from None
        finally:
            # An answer that was not taken to its end would be taken for the next one.
            if sys.exc_info()[0] is not None:
                self._end()

    def _answer(self, child: "subprocess.Popen[bytes]") -> bytes:
        # Loading the libraries is not the file's fault, however long it takes.
        self._take(child, len(BEGUN), time.monotonic() + _STARTS_WITHIN_S)
        deadline = time.monotonic() + self.limits.seconds
        length = int.from_bytes(self._take(child, LENGTH_BYTES, deadline), "big")
        if length > self.limits.text_mb * 1024 * 1024 * _BYTES_PER_TEXT:
            raise _StoppedError(SkipCode.TOO_MUCH_TEXT, limit_mb=self.limits.text_mb)
        return self._take(child, length, deadline)

    def _take(self, child: "subprocess.Popen[bytes]", count: int, deadline: float) -> bytes:
        assert child.stdout is not None  # noqa: S101  a pipe was asked for
        data = bytearray()
        while len(data) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([child.stdout], [], [], left)[0]:
                raise _StoppedError(SkipCode.TOO_SLOW, limit_s=self.limits.seconds)
            part = os.read(child.stdout.fileno(), min(_READ_BYTES, count - len(data)))
            if not part:
                raise _ended(child, self.limits)
            data += part
        return bytes(data)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-m", _CHILD],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                bufsize=0, start_new_session=True,
            )  # fmt: skip
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _ended(child: "subprocess.Popen[bytes]", limits: ReadLimits) -> _StoppedError:
    """Tell from how the child has ended what the file did to it."""
    status = child.wait()
    if status == -signal.SIGXCPU:
        return _StoppedError(SkipCode.TOO_SLOW, limit_s=limits.seconds)
    return _StoppedError(SkipCode.TOO_MUCH_MEMORY)
