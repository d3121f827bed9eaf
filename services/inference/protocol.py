"""What travels between the bot and its workers: versioned JSON, never pickles.

Every record carries the version of the wire and the id of its job, so that a process of another
version can at least refuse it by name. New optional fields keep the version; anything else
raises it.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInputError
from services.inference.kinds import (
    Blob,
    EmbedResult,
    GeneratePayload,
    JobKind,
    Payload,
    Result,
)
from services.inference.models import GenerationRequest, Priority

WIRE_VERSION: Final = 1


class FailureCode(StrEnum):
    """Why a job has no result."""

    MODEL = "model"
    BACKEND_UNAVAILABLE = "backend-unavailable"
    DEADLINE = "deadline"
    CANCELLED = "cancelled"
    ATTEMPTS = "attempts"
    VERSION = "version"
    MALFORMED = "malformed"
    INTERNAL = "internal"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of work for the pool.

    Attributes:
        v: ``WIRE_VERSION`` of the sender.
        job_id: Stable over repeats of the same work.
        kind: Which workers may take it.
        payload: What to do.
        reply_to: Replica whose reply stream gets what comes of it.
        priority: Who goes first.
        deadline_at: Seconds since the epoch, by the sender's clock; later nobody waits for the
            result.
        allowed_s: Seconds from its acceptance until then, for workers whose clock is another.
        fair_share: Key of the chat that the work counts against.
        cost: Expected work in units of the kind's usual job; a chat pays by it for its share.
        patient: May wait beyond the kind's cap; its person was told how long and agreed, or it
            was let in before.
        max_attempts: Runs after which it is given up; a run is lost when its worker dies.
    """

    v: int = WIRE_VERSION
    job_id: str
    kind: JobKind
    payload: Payload
    reply_to: str
    priority: Priority
    deadline_at: float
    allowed_s: float = 0.0
    fair_share: str = ""
    cost: float = 1.0
    patient: bool = False
    max_attempts: int = 3


class JobHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What a job of any version says about itself."""

    v: int
    job_id: str = ""
    reply_to: str = ""


class JobFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no result.

    Attributes:
        code: Stable word for programs.
        message: For logs; never holds a person's text or a key.
        retryable: The same job can succeed later.
    """

    code: FailureCode
    message: str
    retryable: bool


class Started(msgspec.Struct, frozen=True, kw_only=True, tag="started"):
    """A worker began an attempt; text of earlier attempts is void."""

    v: int = WIRE_VERSION
    job_id: str
    attempt: int


class Chunk(msgspec.Struct, frozen=True, kw_only=True, tag="chunk"):
    """The whole text so far, so that a reader needs the newest chunk only."""

    v: int = WIRE_VERSION
    job_id: str
    attempt: int
    text: str


class Progress(msgspec.Struct, frozen=True, kw_only=True, tag="progress"):
    """How far a job without text has come.

    Attributes:
        done: 0 to 1.
        preview: A first look at what it becomes.
    """

    v: int = WIRE_VERSION
    job_id: str
    attempt: int
    done: float
    preview: Blob | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """The job's result; its last record.

    Attributes:
        backend: ``kind:name`` of the backend that did it.
        instead_of: Backends that were to do it and could not, most wanted first.
        waited_s: From its acceptance until this attempt began, by the queue's clock.
        ran_s: From then until the result.
    """

    v: int = WIRE_VERSION
    job_id: str
    attempt: int
    result: Result
    backend: str = ""
    instead_of: tuple[str, ...] = ()
    waited_s: float = 0.0
    ran_s: float = 0.0


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The job is given up; its last record."""

    v: int = WIRE_VERSION
    job_id: str
    attempt: int
    failure: JobFailure


Reply = Started | Chunk | Progress | Done | Failed

_encoder: Final = msgspec.json.Encoder()
_job_decoder: Final = msgspec.json.Decoder(Job)
_header_decoder: Final = msgspec.json.Decoder(JobHeader)
_reply_decoder: Final[msgspec.json.Decoder[Reply]] = msgspec.json.Decoder(Reply)


class WireError(InvalidInputError):
    """Bytes that are no record of this version.

    Attributes:
        header: What could still be read; None when not even that.
    """

    def __init__(self, message: str, *, header: JobHeader | None) -> None:
        super().__init__(message)
        self.header = header

    @property
    def failure(self) -> JobFailure:
        """Say it as the answer to the sender."""
        foreign = self.header is not None and self.header.v != WIRE_VERSION
        code = FailureCode.VERSION if foreign else FailureCode.MALFORMED
        return JobFailure(code=code, message=str(self), retryable=foreign)


def encode(record: Job | Reply) -> bytes:
    """Write a record as JSON."""
    return _encoder.encode(record)


def decode_job(raw: bytes | str) -> Job:
    """Read a job.

    Raises:
        WireError: Another version, or no job at all; ``header`` tells whom to answer.
    """
    try:
        job = _job_decoder.decode(raw)
    except msgspec.DecodeError as error:
        raise _wire_error(raw) from error
    if job.v != WIRE_VERSION:
        raise _wire_error(raw)
    return job


def decode_reply(raw: bytes | str) -> Reply:
    """Read a reply.

    Raises:
        WireError: Another version, or no reply at all.
    """
    try:
        reply = _reply_decoder.decode(raw)
    except msgspec.DecodeError as error:
        raise _wire_error(raw) from error
    if reply.v != WIRE_VERSION:
        raise _wire_error(raw)
    return reply


def _wire_error(raw: bytes | str) -> WireError:
    try:
        header = _header_decoder.decode(raw)
    except msgspec.DecodeError:
        return WireError("not a record of the worker wire", header=None)
    if header.v != WIRE_VERSION:
        return WireError(
            f"wire version {header.v} met a process of version {WIRE_VERSION};"
            " run bot and workers of one release",
            header=header,
        )
    return WireError("a record of the worker wire with unreadable fields", header=header)


def generate_payload(request: GenerationRequest) -> GeneratePayload:
    """Take from a request what the worker needs."""
    return GeneratePayload(
        messages=request.messages,
        evidence=request.evidence,
        language=request.language,
        max_sentences=request.max_sentences,
        max_tokens=request.max_tokens,
    )


def pack_vectors(vectors: Sequence[NDArray[np.float32]] | NDArray[np.float32]) -> EmbedResult:
    """Write vectors for the wire: rows of length d, or shape (n, d); there may be none."""
    if not len(vectors):
        return EmbedResult(dims=0, vectors=b"")
    rows = np.stack(list(vectors))
    return EmbedResult(dims=rows.shape[1], vectors=rows.astype("<f4").tobytes())


def unpack_vectors(result: EmbedResult) -> NDArray[np.float32]:
    """Read vectors from the wire, shape (n, d); of none that is (0, 0)."""
    flat = np.frombuffer(result.vectors, dtype="<f4").astype(np.float32)
    return flat.reshape(-1, result.dims) if result.dims else np.zeros((0, 0), dtype=np.float32)
