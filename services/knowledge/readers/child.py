"""What ``ReadingApart`` starts: reads the files that it is told to, with limits on itself."""

import os
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from services.knowledge.readers.apart import BEGUN, LENGTH_BYTES, ApartAnswer, ApartRequest
from services.knowledge.readers.broken import SkipError
from services.knowledge.readers.limits import ReadLimits
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.skips import SkipCode

_MB: Final = 1024 * 1024
_OPEN_FILES: Final = 32
_MODULES: Final = {
    "pdf": "services.knowledge.readers.pdf",
    "docx": "services.knowledge.readers.docx",
    "epub": "services.knowledge.readers.epub",
    "html": "services.knowledge.readers.markup",
    "markdown": "services.knowledge.readers.markup",
    "page": "services.knowledge.readers.web_page",
}

ApartReader = Callable[[ApartRequest, BinaryIO], ReadSource]


def main() -> None:
    """Answer requests until there are none; tell when one took much memory."""
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the answers.
    os.dup2(2, 1)
    limited = False
    while length := incoming.read(LENGTH_BYTES):
        request = msgspec.json.decode(
            incoming.read(int.from_bytes(length, "big")), type=ApartRequest
        )
        reader: ApartReader = import_module(_MODULES[request.kind]).read_apart
        if not limited:
            _limit_memory(request.limits)
            limited = True
        _limit_time(request.limits)
        outgoing.write(BEGUN)
        outgoing.flush()
        read = _answer(reader, request)
        large = _peak_mb() > request.limits.memory_mb // 2
        answer = msgspec.json.encode(msgspec.structs.replace(read, last=large))
        outgoing.write(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
        outgoing.flush()


def _answer(reader: ApartReader, request: ApartRequest) -> ApartAnswer:
    try:
        read = _read(reader, request)
    except SkipError as error:
        return ApartAnswer(code=error.code, parameters=error.parameters)
    if read.skipped:
        first = read.skipped[0]
        return ApartAnswer(code=first.code, parameters=dict(first.parameters))
    return ApartAnswer(documents=read.documents)


def _read(reader: ApartReader, request: ApartRequest) -> ReadSource:
    try:
        with Path(request.path).open("rb") as file:
            return reader(request, file)
    except SkipError:
        raise
    except MemoryError:
        raise SkipError(SkipCode.TOO_MUCH_MEMORY) from None
    except RecursionError:
        raise SkipError(SkipCode.TOO_DEEP) from None
    except Exception as error:
        # Parsers fail in every way on broken files.
        raise SkipError(SkipCode.BROKEN, kind=request.kind.upper()) from error


def _limit_memory(limits: ReadLimits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    most = _mapped_bytes() + limits.memory_mb * _MB
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_time(limits: ReadLimits) -> None:
    """End by itself also where nobody is left who would end it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(
        resource.RLIMIT_CPU,
        (int(usage.ru_utime + usage.ru_stime) + limits.seconds + 1, resource.RLIM_INFINITY),
    )


def _mapped_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _peak_mb() -> int:
    # What getrusage tells begins with the size of the program that has started this one.
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) // 1024


if __name__ == "__main__":
    main()
