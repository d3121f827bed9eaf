"""Every error that a caller of the services can act on.

ServiceError
├── InvalidInputError        the caller's value is unusable; the message says which and why
├── NotFoundError            what was named does not exist, or may not be seen by this person
├── NotAllowedError          the person may not do this here
├── ConflictError            it changed meanwhile, or it is taken
├── UnavailableError         a dependency is down or missing; trying later can help
│   ├── DeadlineError        it was not done within its deadline
│   └── BusyError            the queue is full; carries the expected wait
├── CancelledByPersonError   the person pressed Stop or Cancel
└── ModelError               a model backend failed on this input

``code`` is stable: it is the key of the text in the Fluent catalogues and the label in metrics.
Messages are for logs and developers; they never hold a person's text, a token or a key.
"""

from typing import ClassVar


class ServiceError(Exception):
    """Root of everything that services raise on purpose."""

    code: ClassVar[str] = "internal"


class InvalidInputError(ServiceError):
    """A value given by the caller cannot be used."""

    code = "invalid-input"


class NotFoundError(ServiceError):
    """What was named does not exist, or must not be seen by this person."""

    code = "not-found"


class NotAllowedError(ServiceError):
    """The person may not do this here."""

    code = "not-allowed"


class ConflictError(ServiceError):
    """It changed meanwhile, or it is taken by another process."""

    code = "conflict"


class UnavailableError(ServiceError):
    """A dependency is down or not installed.

    Attributes:
        dependency: Its short name: ``redis``, ``sql``, ``workers``, ``telegram``, ``llm``.
    """

    code = "unavailable"

    def __init__(self, message: str, *, dependency: str) -> None:
        super().__init__(message)
        self.dependency = dependency


class DeadlineError(UnavailableError):
    """It was not done within its deadline."""

    code = "deadline"


class BusyError(UnavailableError):
    """The queue is full.

    Attributes:
        wait_s: Expected wait in seconds.
    """

    code = "busy"

    def __init__(self, message: str, *, dependency: str, wait_s: float) -> None:
        super().__init__(message, dependency=dependency)
        self.wait_s = wait_s


class CancelledByPersonError(ServiceError):
    """The person pressed Stop or Cancel, or a newer question replaced this one."""

    code = "cancelled"


class ModelError(ServiceError):
    """A model backend failed on this input; a repeat will fail as well."""

    code = "model"
